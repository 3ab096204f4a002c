"""What the schema's validator complains of, in a planner's words and at the line of the fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sim.scenario import shape
from sim.scenario.errors import Fault, KeyPath, listed, nearest, quoted
from sim.scenario.shape import Shape, kinds
from sim.scenario.tree import Node, dotted

_EXPECTED = {
    "string": "text",
    "float": "a number",
    "finite": "a finite number",
    "int": "a whole number",
    "bool": "true or false",
    "list": "a list",
    "dict": "a table",
    "model": "a table",
    "date": "a date such as 2013-04-01",
    "literal": "one of those that are known",
}
_SHARED = {"workforce": '; all of the library have theirs by extends = "common"'}
"""What a new arrangement lacks that did not begin with one of the library."""
_LIMITS = {
    "greater_than": ("gt", "a number above"),
    "greater_than_equal": ("ge", "a number of at least"),
    "less_than": ("lt", "a number below"),
    "less_than_equal": ("le", "a number of at most"),
}


@dataclass(frozen=True)
class Spot:
    """A place in a document: its key path, its node if a file gives one, and its shape."""

    key: str
    """Key path as text; elements of a list by their ``name`` where they have one."""
    node: Node | None
    shape: Shape
    parent: Node
    """The nearest table or list above that a file gives."""

    def fault(self, **what: str) -> Fault:
        """Build a fault at this place; a missing value has the line of its table."""
        origin = (self.node or self.parent).origin
        return Fault(origin.file, origin.line, what.pop("key", "") or self.key, **what)


def spot(document: Node, path: Iterable[str | int]) -> Spot:
    """Walk from the top to a place; the validator's marks for a ``kind`` are passed over."""
    node: Node | None = document
    here, parent = shape.scenario(), document
    walked: KeyPath = ()
    for key in path:
        if len(here.models) > 1 and any(key in kinds(model) for model in here.models):
            continue
        parent = node or parent
        below = here.child(key, node.kind if node else None)
        node, here = node.at(key) if node else None, below or Shape()
        walked = (*walked, key)
    return Spot(dotted(walked, document), node, here, parent)


def faults(error: ValidationError, document: Node) -> list[Fault]:
    """Return every fault that the validator found, at the file and line of each."""
    details = error.errors(include_url=False)
    unknown = [_unknown(document, detail) for detail in details if _is_unknown(detail)]
    meant = {(fault.key, fault.nearest) for fault in unknown}
    rest = [_fault(document, detail) for detail in details if not _is_unknown(detail)]
    return unknown + [fault for fault in rest if (fault.key, _missing(fault)) not in meant]


def _is_unknown(detail: ErrorDetails) -> bool:
    return detail["type"] == "extra_forbidden"


def _unknown(document: Node, detail: ErrorDetails) -> Fault:
    *above, key = detail["loc"]
    at, table = spot(document, detail["loc"]), spot(document, above)
    known = table.shape.of_kind(table.node.kind if table.node else None).keys()
    problem = f"unknown key {str(key)!r}"
    if key == "extends":
        return at.fault(key=table.key, problem=f"{problem} in a scenario's table; write use here")
    return at.fault(key=table.key, problem=problem, nearest=nearest(key, known))


def _missing(fault: Fault) -> str:
    """Return the key that a fault says is missing, else ``""``."""
    return fault.problem.removesuffix(" is missing").strip("'")


def _fault(document: Node, detail: ErrorDetails) -> Fault:
    kind, loc = detail["type"], detail["loc"]
    context: Mapping[str, Any] = detail.get("ctx", {})
    if kind == "missing":
        meant = _neighbour(document.plain(), loc[:-1])
        problem = f"{str(loc[-1])!r} is missing"
        if meant:
            problem += f", unless {str(loc[-2])!r} was meant to be {meant!r}"
        elif loc[0] == "arrangements":
            problem += _SHARED.get(str(loc[-1]), "")
        return spot(document, loc[:-1]).fault(problem=problem)
    if kind == "union_tag_not_found":
        at = spot(document, loc)
        return at.fault(problem=f"'kind' is missing, expected {listed(_kinds(at.shape))}")
    if kind == "refused":
        known = nearest(context["found"].strip('"'), context["known"])
        at = spot(document, (*loc, *context["at"]))
        return at.fault(found=context["found"], expected=context["expected"], nearest=known)
    if loc and loc[-1] == "[key]":
        return _bad_key(document, loc[:-1])
    if kind == "union_tag_invalid":
        return _choice(spot(document, (*loc, "kind")), _kinds(spot(document, loc).shape))
    at = spot(document, loc)
    if kind == "literal_error":
        return _choice(at, at.shape.names)
    found = quoted(at.node.plain() if at.node else detail["input"])
    return at.fault(found=found, expected=_expected(kind, context, at.shape) or detail["msg"])


def _neighbour(document: Any, loc: tuple[int | str, ...]) -> str:  # noqa: ANN401 - plain data
    """Return the name beside an incomplete table that it may be a misspelling of, or ``""``."""
    if not loc:
        return ""
    for key in loc[:-1]:
        if not isinstance(document, dict) or key not in document:
            return ""
        document = document[key]
    beside = [name for name in document if name != loc[-1]] if isinstance(document, dict) else []
    return nearest(loc[-1], beside)


def _bad_key(document: Node, loc: tuple[int | str, ...]) -> Fault:
    at, table = spot(document, loc), spot(document, loc[:-1])
    known = table.shape.names
    found, close = quoted(str(loc[-1])), nearest(loc[-1], known)
    return at.fault(key=table.key, found=found, expected=listed(known), nearest=close)


def _choice(at: Spot, known: tuple[str, ...]) -> Fault:
    value = at.node.plain() if at.node else ""
    return at.fault(found=quoted(value), expected=listed(known), nearest=nearest(value, known))


def _kinds(here: Shape) -> tuple[str, ...]:
    return tuple(name for model in here.models for name in kinds(model))


def _expected(kind: str, context: Mapping[str, Any], here: Shape) -> str:
    if kind == "too_short":
        return "at least one entry"
    if kind in _LIMITS:
        bound, text = _LIMITS[kind]
        return f"{text} {context[bound]:,.10g}"
    if here.quantity and kind == "model_type":
        return here.quantity.expected
    return _EXPECTED.get(kind.split("_")[0], "")
