"""`manage.py bench_recall_speed`: how long recall takes where there is much to look through."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from chat.llm import embedder
from chat.management import speed_bench
from chat.management.invention import Amount
from chat.models import User
from chat.services.memory.recalling import vectors

MEGABYTE = 1_000_000


class Command(BaseCommand):
    help = "Measure recall over an invented long history. Writes two people with it, and takes them out again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--messages", type=int, default=100_000, help="messages of one person (100000)")
        parser.add_argument("--facts", type=int, default=20_000, help="facts of one person (20000)")
        parser.add_argument("--questions", type=int, default=300, help="questions asked in each round (300)")
        parser.add_argument("--rounds", type=int, default=3, help="how often all are asked (3)")

    def handle(self, *_args: Any, **options: Any) -> None:
        amount = Amount(options["messages"], options["facts"])
        began = time.monotonic()
        person, language = speed_bench.seed(amount, seed=1)
        other, _ = speed_bench.seed(amount, seed=2)
        try:
            speed_bench.analyse()
            self.stdout.write(
                f"{connection.vendor}: {amount.messages} messages and {amount.facts} facts of each of two people,"
                f" written in {time.monotonic() - began:.0f} s.\n\n"
                "| recall | ms p50 | p95 | of CPU p50 | p95 | items |\n| --- | --- | --- | --- | --- | --- |"
            )
            asked = speed_bench.questions(person, language, options["questions"], seed=3)
            self._rounds("by names, words and dates", person, asked, options["rounds"])
            if embedder.is_enabled():
                self._with_vectors(person, other, language, asked, options["rounds"])
            cost = speed_bench.cost_per_message(person)
            self.stdout.write(f"To index a message takes {cost.words:.1f} ms, its vector {cost.vector:.1f} ms of CPU.")
        finally:
            for owner_id in (person.pk, other.pk):
                User.objects.filter(pk=owner_id).delete()
                vectors.forget(owner_id)

    def _with_vectors(
        self, person: User, other: User, language: speed_bench.Language, asked: list[speed_bench.Asked], rounds: int
    ) -> None:
        for number, owner in enumerate((person, other)):
            speed_bench.give_vectors(owner, language, seed=number)
        speed_bench.analyse()
        first = speed_bench.ask(person, asked[:2])
        self._rounds("by meaning too", person, asked, rounds)
        self.stdout.write(
            f"\nThe first question after a start takes {max(first.wall):.0f} ms;"
            f" then {vectors.cached_bytes() / MEGABYTE:.0f} MB of vectors are held."
        )

    def _rounds(self, name: str, person: User, asked: list[speed_bench.Asked], rounds: int) -> None:
        speed_bench.ask(person, asked[:10])
        for number in range(1, rounds + 1):
            times = speed_bench.ask(person, asked)
            row = " | ".join([*times.figures(), f"{times.recalled:.0f}"])
            self.stdout.write(f"| {name}, round {number} | {row} |")
