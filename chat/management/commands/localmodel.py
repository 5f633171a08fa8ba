from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chat.llm import local, model_process
from chat.llm.model_file import ModelFileError


class Command(BaseCommand):
    help = "Fetch the built-in model once and serve it on this machine, until it is stopped."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--warm",
            metavar="FILE",
            type=Path,
            action="append",
            default=[],
            help="a text that prompts begin with, read in before the model is ready; may be given twice",
        )
        parser.add_argument("--parent", metavar="PID", type=int, help="end when this parent process ends")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not local.is_enabled():
            raise CommandError(
                "The built-in model is turned off: a model server is set, or MEMORYBOT_LOCAL_MODEL is off. "
                "Set MEMORYBOT_LOCAL_MODEL=on to have it all the same."
            )
        try:
            model_process.run(warm=options["warm"], parent=options["parent"], say=self._say)
        except ModelFileError as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            raise SystemExit(130) from None

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
