"""How well a real model learns, with the code that checks it: `make bench-learning`.

Asks the model that learning would use here, the built-in one where nothing is set, what the golden turns teach, and
prints precision, recall, whose facts went to the wrong one, what it cost, and each turn that went wrong.
"""

import argparse
import asyncio
import json
import os
import secrets
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from statistics import fmean

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "memorybot_site.settings")
os.environ.setdefault("DJANGO_SECRET_KEY", secrets.token_urlsafe(50))

django.setup()

from django.conf import settings  # noqa: E402  (needs what the line above has loaded)

from chat.llm import client, local, transport  # noqa: E402
from chat.llm.client import LLMError  # noqa: E402
from chat.services.memory.learner import asking  # noqa: E402
from tests.golden import judging, learner  # noqa: E402
from tests.golden.learner import Answered  # noqa: E402
from tests.golden.turns import PARTS, TURNS, Turn  # noqa: E402


def main() -> int:
    arguments = _arguments()
    turns = [turn for turn in TURNS if _is_chosen(turn, arguments)]
    Random(1).shuffle(turns)  # so that the first of them speak for all
    turns = turns[: arguments.limit]
    if arguments.again:
        by_name = {turn.name: turn for turn in TURNS}
        rows = arguments.again.read_text(encoding="utf-8").splitlines()
        answered = [learner.from_row(json.loads(row), by_name) for row in rows]
    else:
        try:
            answered = asyncio.run(_ask(turns, arguments.dump))
        except LLMError as error:
            print(error.message, file=sys.stderr)
            return 1
    for part in PARTS:
        _print_part(part, [one for one in answered if one.turn.part == part])
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-learning", description=__doc__)
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part of the golden set")
    parser.add_argument("--all", action="store_true", help="all turns of development, not only the core")
    parser.add_argument("--like", action="append", help="only turns whose file or beginning has these words")
    parser.add_argument("--limit", type=int, help="only so many turns")
    parser.add_argument("--dump", type=Path, help="write the model's answers, one line of JSON each")
    parser.add_argument("--again", type=Path, help="judge the answers of such a file instead of asking a model")
    return parser.parse_args()


def _is_chosen(turn: Turn, arguments: argparse.Namespace) -> bool:
    if arguments.like:
        return any(words in turn.name for words in arguments.like)
    is_tried = turn.core or arguments.all or turn.part == "held_out"
    return is_tried and (not arguments.part or turn.part in arguments.part)


async def _ask(turns: Sequence[Turn], dump: Path | None) -> list[Answered]:
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as warm:
        warm.write(asking.BY_PIECE)
        warm.flush()
        process = local.ensure_running(warm=[Path(warm.name)])
        try:
            endpoint = await client.endpoint_for(model=settings.MEMORYBOT_MEMORY_MODEL, key=None)
            print(f"{len(turns)} turns, asked of {endpoint.model}", flush=True)
            answered = []
            for turn in turns:
                answered.append(await learner.ask(endpoint, turn))
                _keep(answered[-1], dump)
            return answered
        finally:
            await transport.close()
            if process is not None:
                process.terminate()
                process.wait()


def _keep(answered: Answered, dump: Path | None) -> None:
    if dump is not None:
        with dump.open("a", encoding="utf-8") as file:
            print(json.dumps(answered.as_row(), ensure_ascii=False), file=file)


def _print_part(part: str, answered: Sequence[Answered]) -> None:
    if not answered:
        return
    print(f"\n{part}: {len(answered)} turns\n  {judging.report([one.score for one in answered])}")
    print(f"  {_cost(answered)}")
    _print_groups("language", answered, lambda turn: turn.language)
    _print_groups("theme", answered, lambda turn: turn.theme)
    print("  what went wrong:")
    for one in answered:
        if one.score.wrong or one.score.missing:
            print(f"    {one.turn.said!r}\n      wrong {list(one.score.wrong)}, missing {list(one.score.missing)}")


def _cost(answered: Sequence[Answered]) -> str:
    calls = [(one.usage, one.seconds) for one in answered if one.usage is not None]
    if not calls:
        return "no call"
    read, cached, written = (
        fmean(figure) for figure in zip(*((u.prompt, u.cached, u.completion) for u, _ in calls), strict=True)
    )
    seconds = sorted(seconds for _, seconds in calls)
    return (
        f"{len(calls)} calls; a call reads {read:.0f} tokens, {cached:.0f} of them cached, writes {written:.0f}, "
        f"takes {fmean(seconds):.1f} s (median {seconds[len(seconds) // 2]:.1f})"
    )


def _print_groups(heading: str, answered: Sequence[Answered], key: Callable[[Turn], str]) -> None:
    groups = defaultdict(list)
    for one in answered:
        groups[key(one.turn)].append(one.score)
    print(f"  by {heading}:")
    for name, scores in sorted(groups.items()):
        print(f"    {name:24} {len(scores):3} turns, {judging.report(scores)}")


if __name__ == "__main__":
    sys.exit(main())
