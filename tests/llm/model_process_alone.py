"""The built-in model's process, with another file than the built-in one.

python -m tests.llm.model_process_alone FIELDS [--orphan]: FIELDS of a ModelFile as JSON. With --orphan it starts
itself as a child that shall end with it, and waits.
"""

import json
import os
import signal
import subprocess
import sys

import django

from chat.llm.model_file import ModelFile, ModelFileError


def main() -> None:
    fields, *flags = sys.argv[1:]
    if flags == ["--orphan"]:
        command = [sys.executable, "-m", "tests.llm.model_process_alone", fields, str(os.getpid())]
        subprocess.run(command, check=False)
        return
    # A shell begins its background jobs with Ctrl-C ignored, and what they start inherits that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    django.setup()
    from chat.llm import model_process

    parent = int(flags[0]) if flags else None
    try:
        model_process.run(warm=[], parent=parent, say=_say, file=ModelFile(**json.loads(fields)))
    except ModelFileError as error:
        sys.exit(str(error))


def _say(sentence: str) -> None:
    print(sentence, flush=True)


if __name__ == "__main__":
    main()
