"""The tutorial's chain, in a process of its own: runs in .venv-compare, where langchain-classic is installed.

Reads one JSON object a line, ``{"do": name, …}``, and answers each with one.
"""

import asyncio
import json
import sys
import warnings
from typing import Any

from langchain_classic.chains import ConversationChain
from langchain_classic.memory import ConversationEntityMemory
from langchain_classic.memory.prompt import ENTITY_MEMORY_CONVERSATION_TEMPLATE
from langchain_core.prompts import PromptTemplate
from langchain_openai import ChatOpenAI


class Chain:
    """Built as the tutorial builds it."""

    def __init__(self, base_url: str) -> None:
        self._llm = ChatOpenAI(model="scripted", base_url=base_url, api_key="sk-compare", temperature=0)

    def new(self, k: int) -> None:
        self._memory = ConversationEntityMemory(llm=self._llm, k=k)
        self._chain = ConversationChain(
            llm=self._llm, prompt=ENTITY_MEMORY_CONVERSATION_TEMPLATE, memory=self._memory, verbose=False
        )

    def say(self, text: str) -> str:
        return self._chain.predict(input=text)

    def say_async(self, text: str) -> str:
        return asyncio.run(self._chain.apredict(input=text))

    def store(self) -> dict[str, str | None]:
        return dict(self._memory.entity_store.store)

    def said(self) -> list[str]:
        """The texts that the memory's buffer holds."""
        return [str(message.content) for message in self._memory.buffer]

    def set_k(self, k: int) -> None:
        self._memory.k = k

    def set_instructions(self, text: str) -> None:
        """Put another text in the place of each of the three prompts' own."""
        names = {"entity_extraction_prompt": "{history} {input}"}
        names["entity_summarization_prompt"] = "{entity} {summary} {history} {input}"
        for name, variables in names.items():
            setattr(self._memory, name, PromptTemplate.from_template(f"{text} {variables}"))
        self._chain.prompt = PromptTemplate.from_template(f"{text} {{entities}} {{history}} {{input}}")

    def clear(self) -> None:
        self._memory.clear()


def answer(chain: Chain, asked: dict[str, Any]) -> dict[str, Any]:
    name = asked.pop("do")
    try:
        return {"result": getattr(chain, name)(**asked)}
    except Exception as error:  # noqa: BLE001  (what it raises is what is looked at)
        return {"error": type(error).__name__}


def main(base_url: str) -> None:
    warnings.simplefilter("ignore")  # all of it is deprecated, and says so at every use
    chain = Chain(base_url)
    for line in sys.stdin:
        print(json.dumps(answer(chain, json.loads(line))), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
