# MemoryBot's commands. Every setting can be given in front, for example: PORT=8001 make run
.DEFAULT_GOAL := help
.PHONY: help run test lint format lock scripted-model compare-langchain bench-recall bench-recall-speed bench-learning test-postgres test-local-model setup-run setup-test python

# The Python of .venv once there is one; PYTHON=python3.12 makes it anew with another.
PYTHON ?= $(shell .venv/bin/python -c 'print(".venv/bin/python")' 2>/dev/null || echo python3)
BIN := .venv/bin
ARGS ?=

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | awk -F '\t' '{ printf "make %-18s %s\n", $$1, $$2 }'

run: setup-run ## install what is missing and serve on http://HOST:PORT (127.0.0.1:8000)
	@exec $(BIN)/python manage.py serve

test: setup-test ## run the tests; ARGS="-k memory" chooses
	@exec $(BIN)/python -m pytest $(ARGS)

test-postgres: setup-test ## run the tests on a PostgreSQL and a Redis of their own
	@exec scripts/with-services.sh $(BIN)/python -m pytest $(ARGS)

test-local-model: setup-test ## fetch the built-in model (1.1 GB, once) and run the tests that need it
	@exec scripts/test-local-model.sh $(ARGS)

lint: setup-test ## check style, types, imports, templates, scripts, migrations and locks
	@exec scripts/lint.sh

format: setup-test ## let ruff put the code in shape
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .

lock: setup-test ## write the locked requirements anew; ARGS=--upgrade takes newer versions
	@exec scripts/lock.sh $(ARGS)

scripted-model: setup-test ## start a pretended model server for trying things out
	@exec $(BIN)/python -m tests.scripted_model $(ARGS)

compare-langchain: setup-test ## run LangChain's entity memory beside ours; ARGS=--write puts it into docs
	@exec $(BIN)/python -m tests.compare.langchain_memory $(ARGS)

bench-recall: setup-test ## measure recall, beside simpler ways; DATA="one.json two.json" names the conversations
	@exec scripts/bench-recall.sh $(DATA)

bench-recall-speed: setup-test ## measure how fast recall is over 100,000 messages; ARGS="--messages 10000" takes fewer
	@exec scripts/bench-recall-speed.sh $(ARGS)

bench-learning: setup-test ## measure how well the configured model learns (the built-in one by default), turn by turn
	@exec $(BIN)/python -m tests.golden $(ARGS)

setup-run setup-test: setup-%: python
	@$(PYTHON) scripts/setup.py $*

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "MemoryBot needs Python 3.11 or newer, and $(PYTHON) is not; name one, for example: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
