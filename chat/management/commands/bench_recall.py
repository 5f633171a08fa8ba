"""`manage.py bench_recall`: how much of the evidence recall finds, and how fast."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import fields, replace
from pathlib import Path
from statistics import fmean, quantiles
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat.llm import embedder
from chat.management import recall_bench
from chat.management.recall_bench import Answered, Ranker
from chat.services.memory.recalling.rating import WEIGHTS, Weights

COLUMNS = ("R@5", "R@10", "R@20", "500", "1000", "2000", "all", "p50 ms", "p95 ms")


class Command(BaseCommand):
    help = "Measure recall on conversations whose questions have known evidence. Nothing of them stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", type=Path, action="append", required=True, help="a JSON file; may be given again")
        parser.add_argument("--dump", type=Path, help="write a line of JSON for each question")
        parser.add_argument("--compare", action="store_true", help="also simpler ways, and recall with parts left out")

    def handle(self, *_args: Any, **options: Any) -> None:
        with ExitStack() as open_files:
            dump = open_files.enter_context(options["dump"].open("w", encoding="utf-8")) if options["dump"] else None
            for path in options["data"]:
                self._measure(path, dump, compare=options["compare"])

    def _measure(self, path: Path, dump: TextIO | None, *, compare: bool) -> None:
        rankers = _rankers(compare=compare)
        answered: dict[str, list[Answered]] = defaultdict(list)
        indexing = []
        for conversation in _read(path):
            with recall_bench.loaded(conversation, embed=embedder.is_enabled()) as known:
                indexing.append(known.milliseconds_per_turn)
                for name, ranker in rankers.items():
                    answered[name] += recall_bench.answers(known, conversation["questions"], ranker)
                if compare:
                    recall_bench.take_apart(known)
                    alone = recall_bench.answers(known, conversation["questions"], recall_bench.recall())
                    answered["without what a short one answers"] += alone
        self._print(path.stem, answered)
        self.stdout.write(f"{fmean(indexing):.1f} ms to store and index a turn.\n\n")
        for answer in answered["recall"] if dump else []:
            print(json.dumps(_line(answer)), file=dump)

    def _print(self, title: str, answered: dict[str, list[Answered]]) -> None:
        self.stdout.write(f"| {title} | questions | {' | '.join(COLUMNS)} |")
        self.stdout.write("| --- " * (len(COLUMNS) + 2) + "|")
        for name, rows in answered.items():
            self._print_row(f"**{name}**", rows)
        for kind in sorted({answer.kind for answer in answered["recall"]}):
            self._print_row(kind, [answer for answer in answered["recall"] if answer.kind == kind])

    def _print_row(self, name: str, rows: Sequence[Answered]) -> None:
        self.stdout.write(f"| {name} | {len(rows)} | {' | '.join(_figures(rows))} |")


def _rankers(*, compare: bool) -> dict[str, Ranker]:
    rankers = {"recall": recall_bench.recall()}
    if not compare:
        return rankers
    parts = [field.name for field in fields(Weights)]
    rankers |= {f"without {part}": recall_bench.recall(replace(WEIGHTS, **{part: 0.0})) for part in parts}
    rankers |= {
        "words alone": recall_bench.by_words,
        "meaning alone": recall_bench.by_meaning,
        "reciprocal rank fusion": recall_bench.by_rank,
        "by entity, as the tutorial": recall_bench.by_entity,
    }
    return rankers


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        conversations: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["conversations"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{path} cannot be read as conversations with questions: {error}") from None
    return conversations


def _figures(rows: Sequence[Answered]) -> list[str]:
    times = [row.milliseconds for row in rows]
    cuts = quantiles(times, n=20, method="inclusive") if len(times) > 1 else times * 19
    return [
        *(_percent(row.share(row.ranking[:k]) for row in rows) for k in (5, 10, 20)),
        *(_percent(row.share(row.packed[budget]) for row in rows) for budget in recall_bench.BUDGETS),
        _percent(row.share(row.packed[1000]) == 1 for row in rows),
        f"{cuts[9]:.0f}",
        f"{cuts[18]:.0f}",
    ]


def _percent(shares: Iterable[float]) -> str:
    return f"{100 * fmean(shares):.1f}"


def _line(answer: Answered) -> dict[str, Any]:
    packed = {str(budget): turns for budget, turns in answer.packed.items()}
    return {"id": answer.id, "ranking": answer.ranking, "packed": packed}
