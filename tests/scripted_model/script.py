"""What the scripted server answers: rules, the newest first, then sensible defaults."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from tests.scripted_model.log import Call


@dataclass
class Rule:
    """One rule. It fits a call of the kind `on` whose last user message contains `match`."""

    match: str = ""
    on: Literal["reply", "json", "models", "embeddings", "any"] = "reply"
    schema: str | None = None
    """Only calls held to the JSON schema of this name."""
    reply: str | Callable[[Call], str] | None = None
    json: Any = None
    """A JSON value to answer with, or a function of the call that makes one."""
    fault: str | None = None
    """A name of faults.REFUSALS or faults.STREAMS."""
    times: int | None = None
    """How often it answers before it is used up; None is for ever."""
    after: int = 3
    """Tokens that come before a fault in mid-stream."""
    finish: str | None = "stop"
    tokens: list[str] | None = None
    """The reply in exactly these pieces."""
    rate: float | None = None
    """Tokens a second."""
    first_token_ms: float | None = None
    retry_after: str | None = None

    def __post_init__(self) -> None:
        if self.on == "reply" and (self.json is not None or self.schema is not None):
            self.on = "json"

    def fits(self, call: Call) -> bool:
        if self.times == 0 or (self.on not in ("any", call.kind)):
            return False
        if self.schema is not None and call.schema != self.schema:
            return False
        return self.match in call.question


class Script:
    def __init__(self) -> None:
        self.rules: list[Rule] = []

    def add(self, rule: Rule) -> Rule:
        self.rules.insert(0, rule)
        return rule

    def take(self, call: Call) -> Rule:
        """Returns the rule for this call and counts its use; an empty rule when none fits."""
        rule = next((rule for rule in self.rules if rule.fits(call)), None)
        if rule is None:
            return Rule()
        if rule.times is not None:
            rule.times -= 1
        return rule


def answer(call: Call, rule: Rule) -> str:
    """Returns the text to answer with: the rule's, an empty proposal for a schema, or an echo."""
    if rule.tokens is not None:
        return "".join(rule.tokens)
    if rule.json is not None:
        return orjson.dumps(rule.json(call) if callable(rule.json) else rule.json).decode()
    if rule.reply is not None:
        return rule.reply(call) if callable(rule.reply) else rule.reply
    if call.kind == "json":
        return orjson.dumps(_empty(call.body["response_format"].get("json_schema", {}).get("schema", {}))).decode()
    return f"You said: {call.question}"


def _empty(schema: dict[str, Any], definitions: dict[str, Any] | None = None) -> Any:
    """Returns the emptiest value that fits a JSON schema of the kind models are given."""
    definitions = definitions or schema.get("$defs", {})
    if "$ref" in schema:
        return _empty(definitions[schema["$ref"].rsplit("/", 1)[-1]], definitions)
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            nullable = any(option.get("type") == "null" for option in schema[choice])
            return None if nullable else _empty(schema[choice][0], definitions)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    return _empty_of_type(schema, definitions)


def _empty_of_type(schema: dict[str, Any], definitions: dict[str, Any]) -> Any:
    kind = schema.get("type", "object")
    if isinstance(kind, list):
        kind = "null" if "null" in kind else kind[0]
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: _empty(properties[name], definitions) for name in schema.get("required", [])}
    if kind == "array":
        return [_empty(schema.get("items", {}), definitions)] * schema.get("minItems", 0)
    return {"string": "", "integer": 0, "number": 0, "boolean": False}.get(kind)
