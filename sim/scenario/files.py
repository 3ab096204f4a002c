"""Scenario files loaded: composed, overridden, validated and checked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sim.scenario import library
from sim.scenario.arrangement import Arrangement
from sim.scenario.checks import check
from sim.scenario.compose import NAMED, compose
from sim.scenario.context import Context
from sim.scenario.errors import Fault, KeyPath, ScenarioError, nearest
from sim.scenario.overrides import override
from sim.scenario.parts import Parts
from sim.scenario.pathway import Pathways
from sim.scenario.positions import parse
from sim.scenario.schema import EstateChoice, Run, Scenario
from sim.scenario.translate import faults
from sim.scenario.tree import Node, Origin, dotted

_M = TypeVar("_M", bound=BaseModel)


@dataclass(frozen=True)
class LoadedScenario:
    """A scenario that is fit to run, and where each of its values came from."""

    scenario: Scenario
    document: dict[str, Any]
    """The resolved files as plain data, without defaults; dates are ISO text."""
    origins: dict[KeyPath, Origin]
    """File and line of each value, list and table of ``document``."""
    tree: Node
    """The same with each value beside its origin."""

    def key(self, path: KeyPath) -> str:
        """Return a key path as text, as ``--set`` takes it."""
        return dotted(path, self.tree)


def load(name_or_path: str | Path, overrides: Sequence[str] = ()) -> LoadedScenario:
    """Load a scenario of the library by name, or any scenario by path.

    ``overrides`` are texts such as ``arrangements.central.teams.area.wte=18``.
    Raises ScenarioError with every fault found, ``TypeError`` for one text instead of a list.
    """
    if isinstance(overrides, str):
        raise TypeError(f'overrides: found "{overrides}", expected a list: ["{overrides}"]')
    path = library.find_scenario(name_or_path)
    if path is None:
        raise ScenarioError([_no_such_scenario(name_or_path)])
    if _is_part(path):
        raise ScenarioError(
            [Fault(library.shown(path), problem=_used(path.stem, path.parent.name))]
        )
    return validate(override(compose(path), overrides))


def changed(loaded: LoadedScenario, overrides: Sequence[str]) -> LoadedScenario:
    """Return a scenario with overrides, as ``load`` does, without reading its files again.

    Raises ScenarioError with every fault found.
    """
    return validate(override(loaded.tree, overrides)) if overrides else loaded


def validate(composed: Node) -> LoadedScenario:
    """Check a composed document; raises ScenarioError with every fault found."""
    tree = _with_list(_without_uses(composed))
    document = tree.plain()
    found: list[Fault] = []
    try:
        scenario = _parse(Scenario, document)
    except ValidationError as error:
        found = faults(error, tree)
    found += check(tree, _parts(document))
    if found:
        raise ScenarioError(sorted(found, key=lambda fault: (fault.file, fault.line)))
    return LoadedScenario(scenario, document, dict(tree.origins()), tree)


def _with_list(scenario: Node) -> Node:
    """Find the list of practices once and for all: beside the file that names it, or from here.

    One in neither place may be in the library; the checks tell if it is not there either.
    """
    estate = scenario.table.get("estate", scenario)
    named = estate.table.get("file")
    if named is None or not isinstance(named.value, str):
        return scenario
    places = (Path(named.origin.file).parent / named.value, Path(named.value))
    found = next((path for path in places if library.there(path)), None)
    if found is None:
        return scenario
    laid = {**estate.table, "file": Node(str(found.absolute()), named.origin)}
    return Node({**scenario.table, "estate": Node(laid, estate.origin)}, scenario.origin)


def _parse(model: type[_M], document: object) -> _M:
    """Validate by way of JSON, where the strict rules still take tables for objects."""
    return model.model_validate_json(json.dumps(document), strict=True)


def _parts(document: dict[str, Any]) -> Parts:
    return Parts(
        _part(Run, document.get("run")),
        _part(EstateChoice, document.get("estate")),
        _part(Pathways, document.get("pathways")),
        _named_parts(Arrangement, document.get("arrangements")),
        _named_parts(Context, document.get("contexts")),
    )


def _named_parts(model: type[_M], tables: object) -> dict[str, _M]:
    """Return the tables that are valid by themselves."""
    found = tables.items() if isinstance(tables, dict) else ()
    valid = {name: _part(model, table) for name, table in found}
    return {name: one for name, one in valid.items() if one}


def _part(model: type[_M], table: object) -> _M | None:
    try:
        return _parse(model, table)
    except ValidationError:
        return None


def _without_uses(scenario: Node) -> Node:
    """Drop ``use``, which has done its work."""
    tables = dict(scenario.table)
    for key in library.FOLDERS.keys() & tables.keys():
        node = tables[key]
        if key in NAMED:
            inner = {name: _without_use(one) for name, one in node.table.items()}
            tables[key] = Node(inner, node.origin) if node.table else node
        else:
            tables[key] = _without_use(node)
    return Node(tables, scenario.origin)


def _without_use(node: Node) -> Node:
    return node.without("use") if node.table else node


def _is_part(path: Path) -> bool:
    """Say whether a file is what scenarios use, by its folder and by what it holds."""
    if path.parent.name not in library.FOLDERS.values():
        return False
    try:
        top = parse(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):  # told with its line by who reads it as a scenario
        return False
    return not top.keys() & Scenario.model_fields.keys() - {"title", "description"}


def _used(name: str, folder: str) -> str:
    """Say how a part is checked: within a scenario, which has the names that it needs."""
    key = next(key for key, place in library.FOLDERS.items() if place == folder)
    table = f"{key}.{name}" if key in NAMED else key
    return (
        f"is one of the {folder}, which are checked in a scenario that uses them: "
        f'[{table}] with use = "{name}"'
    )


def _no_such_scenario(name_or_path: str | Path) -> Fault:
    name = str(name_or_path)
    if folders := library.folders_of(name):
        return Fault(name, problem=_used(Path(name).stem, folders[0]))
    stem, known = Path(name_or_path).stem, library.names()
    listing = f"; the library has {', '.join(known)}" if known else ""
    problem = f"there is no such scenario file{listing}"
    return Fault(str(name_or_path), problem=problem, nearest=nearest(stem, known))
