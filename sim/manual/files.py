"""What may stand in a scenario file, from the schema that editors check it with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sim.manual.words import paragraphs, prose, table
from sim.scenario.published import PARTS, file_name, schema_text
from sim.scenario.quantity import unit_of

Schema = Mapping[str, Any]

_ABOUT = """\
A scenario is a TOML file. It may hold only what it changes in another one, which it names with
`extends`. Beside a scenario, there are files of arrangements, contexts, estates and pathways, each
with the keys of the table of that name below. A quantity is a number, or a table with `low`,
`central` (or `value`) and `high`, its `source` and its `grade` of evidence. An editor that knows
JSON Schema completes and checks a file whose first line is `#:schema ./schema.json`, with the file
that `sim schema` prints."""


def files() -> list[str]:
    """Return the chapter on scenario files: the keys of every table that may stand in one."""
    schema = json.loads(schema_text("scenario"))
    lines = ["## Scenario files", "", _ABOUT, ""]
    rows = [
        (f"{part} files", f"[{_title(part)}](#{_title(part).lower()})", file_name(part))
        for part in PARTS
    ]
    lines += table(("files", "table", "schema"), rows)
    for name, definition in (("Scenario", schema), *sorted(schema["$defs"].items())):
        lines += ["", f"### {name}", "", *paragraphs(definition.get("description", ""))]
        lines += _keys(definition)
    return lines


def _title(part: str) -> str:
    return PARTS[part].__name__


def _keys(definition: Schema) -> list[str]:
    """Return the table of keys; a quantity that may be a bare number has those of its table."""
    inner = next((one for one in definition.get("anyOf", ()) if "properties" in one), definition)
    rows = [
        (f"`{key}`", _kind(one), _unit(key, one), _default(one), prose(one.get("description", "")))
        for key, one in inner.get("properties", {}).items()
    ]
    return table(("key", "what may stand there", "unit", "if left out", "what it is"), rows)


def _kind(one: Schema) -> str:
    """Say what may stand at a key, with a link to the table that does."""
    return " or ".join(dict.fromkeys(_kinds(one)))


def _kinds(one: Schema) -> Iterator[str]:
    if "$ref" in one:
        name = one["$ref"].rpartition("/")[2]
        yield f"[{name}](#{name.lower()})"
    elif "anyOf" in one or "oneOf" in one:
        for inner in one.get("anyOf", one.get("oneOf")):
            yield from _kinds(inner)
    elif "const" in one or "enum" in one:
        yield from (f"`{each}`" for each in one.get("enum", [one.get("const")]))
    elif one.get("type") == "array":
        yield f"list of {_kind(one['items'])}" if one.get("items") else "list"
    elif one.get("type") == "object":
        inner = one.get("additionalProperties")
        yield f"names, each with {_kind(inner)}" if inner else "table"
    elif one.get("type") != "null":
        yield _WORDS.get(one.get("format", one.get("type", "")), "anything")


_WORDS = {
    "boolean": "true or false",
    "date": "date",
    "integer": "whole number",
    "number": "number",
    "string": "text",
}


def _unit(key: str, one: Schema) -> str:
    return (unit_of(key) or "") if "$ref" in str(one) or "number" in _kind(one) else ""


def _default(one: Schema) -> str:
    default = one.get("default")
    if default is None or default in ("", [], {}):
        return ""
    if isinstance(default, dict):
        central = default.get("central")
        return "" if central is None else f"`{central:g}`"
    return f"`{json.dumps(default, ensure_ascii=False)}`"
