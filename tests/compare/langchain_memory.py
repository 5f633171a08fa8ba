"""Runs LangChain's entity memory and ours side by side, and says of each point what was seen: `make compare-langchain`.

Ends with 1 where a point does not hold: what is to be kept is not done here, or a fault is here, or not there.
"""

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Sequence

import django

from tests import environment  # noqa: F401  (sets the settings of the suite: a data folder of its own, no key)

os.environ.update({"DATABASE_URL": "", "REDIS_URL": "", "DJANGO_SETTINGS_MODULE": "memorybot_site.settings"})

django.setup()

from chat.llm import transport  # noqa: E402  (needs what the line above has loaded)
from tests.compare import ours, table, theirs  # noqa: E402
from tests.compare.bench import Bench, DoesNotHoldError, Row, Seen  # noqa: E402
from tests.compare.faults import FAULTS  # noqa: E402
from tests.compare.keeps import KEEPS  # noqa: E402
from tests.scripted_model import ScriptedModel  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the tables into docs/memory.md")
    arguments = parser.parse_args()
    theirs.install()
    with ScriptedModel() as model, theirs.Theirs(model.base_url) as chain, ours.site(model.base_url):
        results = asyncio.run(_compare(model, chain))
    if results is None:
        return 1
    if arguments.write:
        table.write(table.markdown(*results))
    return 0


async def _compare(model: ScriptedModel, chain: theirs.Theirs) -> tuple[Sequence[table.Result], ...] | None:
    """Make all checks, and return what was seen; None where something does not hold."""
    logging.disable()  # the rows make servers fail
    results, failures = [], 0
    for heading, rows in ((table.KEEPS, KEEPS), (table.FAULTS, FAULTS)):
        print(f"\n{heading}")
        seen: list[table.Result] = []
        for row in rows:
            result = await _check(row, model, chain)
            seen += [result] if result else []
            failures += result is None
        results.append(seen)
    await transport.close()
    print(f"\n{_verdict([seen for part in results for _, seen in part], failures)}")
    return None if failures else tuple(results)


def _verdict(seen: Sequence[Seen], failures: int) -> str:
    if failures:
        return f"{failures} of {failures + len(seen)} points do not hold."
    in_part = sum(bool(row.missing) for row in seen)
    return f"All {len(seen)} points hold" + (f", {in_part} of them in part." if in_part else ".")


async def _check(row: Row, model: ScriptedModel, chain: theirs.Theirs) -> table.Result | None:
    async with ours.Ours() as us:
        try:
            seen = await row.check(Bench(model, chain, us))
        except (DoesNotHoldError, TimeoutError) as error:
            print(f"  ✗ {row.subject}\n      {str(error) or 'it took too long'}", flush=True)
            return None
    print(f"  {'◐' if seen.missing else '✓'} {row.subject}")
    print(f"      LangChain  {seen.theirs}\n      MemoryBot  {table.ours(seen)}", flush=True)
    return row, seen


if __name__ == "__main__":
    sys.exit(main())
