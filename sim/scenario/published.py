"""The JSON Schema of scenario files, by which an editor completes and checks them.

It is looser than validation: a file may hold only what it changes, so nothing
is required, and a quantity may be a bare number. Written anew by
``python -m sim.scenario.published``.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from sim.scenario import library
from sim.scenario.arrangement import Arrangement
from sim.scenario.context import Context
from sim.scenario.errors import Fault, ScenarioError, listed, nearest
from sim.scenario.pathway import Pathways
from sim.scenario.quantity import Amount, Meetings, Packet, Positive, Share, Staff, Turnover
from sim.scenario.schema import EstateChoice, Scenario
from sim.scenario.tree import COMMAND_LINE

PARTS: dict[str, type[BaseModel]] = {
    "scenario": Scenario,
    "arrangement": Arrangement,
    "context": Context,
    "estate": EstateChoice,
    "pathways": Pathways,
}
"""Kinds of file and the model of each."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_QUANTITIES = {
    model.__name__: model for model in (Amount, Meetings, Packet, Positive, Share, Staff, Turnover)
}
_USED = ("Arrangement", "Context", "EstateChoice", "Pathways")


def file_name(part: str) -> str:
    """Return the committed file of a part's schema, in the library's folder."""
    return "schema.json" if part == "scenario" else f"{part}.schema.json"


def schema_text(part: str) -> str:
    """Return the schema of one kind of file; raises ScenarioError for an unknown kind."""
    if part not in PARTS:
        expected = f"found {part!r}, expected {listed([*PARTS])}"
        raise ScenarioError([Fault(COMMAND_LINE, problem=expected, nearest=nearest(part, PARTS))])
    schema = PARTS[part].model_json_schema()
    definitions = schema.get("$defs", {})
    for definition in (schema, *definitions.values()):
        definition.pop("required", None)
    for name in _USED if part == "scenario" else ():
        definitions[name]["properties"]["use"] = _file("File of the library to start from")
    if part == "arrangement":  # which has no others beside it
        del schema["properties"]["like"]
    schema["properties"]["extends"] = _file("File of the same kind that this one changes")
    schema["$defs"] = {name: _or_number(inner) for name, inner in definitions.items()}
    return json.dumps({"$schema": _DIALECT, **schema}, indent=1, ensure_ascii=False) + "\n"


def write_all() -> list[Path]:
    """Write every schema into the library's folder and return the paths."""
    paths = [library.root() / file_name(part) for part in PARTS]
    for part, path in zip(PARTS, paths, strict=True):
        path.write_text(schema_text(part), encoding="utf-8")
    return paths


def _file(description: str) -> dict[str, Any]:
    text = {"type": "string"}
    several = {"type": "array", "items": text, "minItems": 1}
    more = f"{description}, or several of which each goes over the one before."
    return {"anyOf": [text, several], "description": more}


def _or_number(definition: dict[str, Any]) -> dict[str, Any]:
    """Let a quantity be a bare number, or a table with ``value`` for ``central``."""
    quantity = _QUANTITIES.get(definition.get("title", ""))
    if quantity is None:
        return definition
    ends = (("minimum", quantity.lowest), ("maximum", quantity.highest))
    number = {"type": "number", **{name: end for name, end in ends if math.isfinite(end)}}
    for key in ("central", "value", "low", "high"):
        definition["properties"][key] = number
    return {"description": definition.pop("description"), "anyOf": [number, definition]}


if __name__ == "__main__":
    for path in write_all():
        print(path.name)
