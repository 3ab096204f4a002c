"""The file of targets, read and checked: every fault at its file, line and key."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TypeVar, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sim.evidence.checking import Checker, fault_at
from sim.evidence.targets import Target, Targets
from sim.scenario import library
from sim.scenario.errors import Fault, KeyPath, ScenarioError, listed, nearest, quoted
from sim.scenario.quantity import Frozen
from sim.scenario.reading import toml
from sim.scenario.tree import COMMAND_LINE, Node

T = TypeVar("T", bound=Frozen)


def shipped() -> Path:
    """Return the file of targets in the library."""
    return library.root() / "evidence" / "targets.toml"


def read_targets(path: Path | None = None) -> Targets:
    """Read a file of targets, by default the library's.

    Raises ``ScenarioError`` with every fault: unknown keys, measures, arrangements,
    case types, sources or key paths, each with the nearest known name.
    """
    document = toml(path or shipped())
    found, faults = validated(document, Target)
    for name, target in found.items():
        faults += Checker(document).target(name, target)
    refuse(faults)
    return found


def validated(document: Node, kind: type[T]) -> tuple[dict[str, T], list[Fault]]:
    """Return the tables of a document as objects of a kind, and what is wrong with the others."""
    found: dict[str, T] = {}
    faults: list[Fault] = []
    for name, node in document.table.items():
        try:
            found[name] = kind.model_validate(node.plain())
        except ValidationError as error:
            details = error.errors(include_url=False)
            faults += [_invalid(document, name, detail, kind) for detail in details]
    return found, faults


def refuse(faults: Collection[Fault]) -> None:
    """Raise ``ScenarioError`` with the faults in the order of the file, where there are any."""
    if faults:
        raise ScenarioError(sorted(faults, key=lambda fault: fault.line))


def chosen(targets: Targets, only: Collection[str]) -> Targets:
    """Return the named targets, or all where none is named.

    Raises ``ScenarioError`` for a name that is not there.
    """
    faults = [
        Fault(
            f"{COMMAND_LINE}: --only",
            problem=f"there is no target {name!r}; there are {listed(targets, 'and')}",
            nearest=nearest(name, targets),
        )
        for name in only
        if name.upper() not in targets
    ]
    if faults:
        raise ScenarioError(faults)
    names = {name.upper() for name in only} or set(targets)
    return {name: target for name, target in targets.items() if name in names}


def _invalid(document: Node, name: str, detail: ErrorDetails, kind: type[Frozen]) -> Fault:
    """Put what the validator complains of into words."""
    path: KeyPath = (name, *detail["loc"])
    fault, last = detail["type"], str(path[-1])
    if fault == "missing":
        return fault_at(document, path[:-1], f"{last!r} is missing")
    if fault == "extra_forbidden":
        known = {*_keys(kind)}
        return fault_at(document, path, f"unknown key {last!r}", nearest(last, known))
    problem = f"found {quoted(detail['input'])}: {detail['msg']}"
    if fault != "literal_error":
        return fault_at(document, path, problem)
    names = re.findall(r"'([^']*)'", detail["ctx"]["expected"])
    problem = f"found {quoted(detail['input'])}, expected {listed(names)}"
    return fault_at(document, path, problem, nearest(detail["input"], names))


def _keys(kind: object) -> Iterator[str]:
    """Yield the keys that a kind of object and those within it may have."""
    if isinstance(kind, type) and issubclass(kind, Frozen):
        for name, field in kind.model_fields.items():
            yield name
            yield from _keys(field.annotation)
    for inner in get_args(kind):
        yield from _keys(inner)
