"""`manage.py seed_demo`: invented people, talk and memory, to measure with."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from chat.management import invention, seeding


class Command(BaseCommand):
    help = "Add invented people with conversations and memory, to see how pages behave with much of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--users", type=int, default=5, help="how many people (5)")
        parser.add_argument("--messages", type=int, default=1_000, help="messages of all of them together (1000)")
        parser.add_argument("--facts", type=int, default=500, help="facts of all of them together (500)")
        parser.add_argument("--seed", type=int, default=1, help="the same number gives the same texts (1)")
        parser.add_argument("--password", help="lets all of them sign in with it; nobody can without")

    def handle(self, *_args: Any, **options: Any) -> None:
        began = time.monotonic()
        seeder = seeding.Seeder(seed=options["seed"], password=options["password"])
        shares = invention.amounts(users=options["users"], messages=options["messages"], facts=options["facts"])
        for amount in shares:
            person = seeder.person(amount)
            self.stdout.write(f"{person.email}: {amount.messages} messages, {amount.facts} facts")
        self.stdout.write(f"Done in {time.monotonic() - began:.0f} seconds.")
