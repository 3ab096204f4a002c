"""What was chosen as a scenario file: the page runs this file, and hands it out."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim import api
from sim.page.levers import plain
from sim.page.state import State
from sim.scenario.files import LoadedScenario

NAME = "what-if.toml"
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def text(state: State) -> str:
    """Return a scenario file that extends the shipped one and says only what is different."""
    head = {"extends": state.scenario, "title": title(state), "description": description(state)}
    return "\n".join([_MADE, *_lines({**head, **_tables(state)}, ())]) + "\n"


_MADE = '# Made by "sim explore". The arrangements that are not named here are as they were.'


def title(state: State) -> str:
    """Say what is compared, and where."""
    own, base = state.titles
    return f"What if: {own}, beside {base}, in {state.area}"


def description(state: State) -> str:
    """Say which levers were moved."""
    moved = [
        f"{lever.label}: {plain(value)} instead of {plain(lever.usual)}"
        for lever, value in state.moved
    ]
    told = "; ".join(moved) or "no lever was moved"
    return f"Context: {state.question.contexts[state.context]}. Changed: {told}."


def load(state: State) -> LoadedScenario:
    """Load the scenario that the file describes. Raises ``ScenarioError``."""
    with tempfile.TemporaryDirectory(prefix="sim-explore-") as folder:
        path = Path(folder) / NAME
        path.write_text(text(state), encoding="utf-8")
        return api.load(path)


def _tables(state: State) -> dict[str, Any]:
    asked, (own, base) = state.question, state.compared
    tables: dict[str, Any] = {"compare": {"base": base}}
    if state.area != asked.area:
        tables["estate"] = {asked.area_key: state.area}
    if state.context not in asked.own:
        tables["contexts"] = {state.context: {"use": state.context}}
    if state.with_itself:
        copy = {"like": base, "title": state.titles[0]}
        tables["arrangements"] = {own: copy}
    for lever, value in state.moved:
        for key in lever.keys:
            path = key.split(".")
            if not lever.shared:
                path[1] = own
            _put(tables, path, float(lever.in_scenario(value)))
    return tables


def _put(tables: dict[str, Any], path: list[str], value: float) -> None:
    *parents, last = path
    for name in parents:
        tables = tables.setdefault(name, {})
    tables[last] = value


def _lines(table: dict[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """Yield a table as TOML: its values, then the tables in it."""
    values = {key: value for key, value in table.items() if not isinstance(value, dict)}
    if path and values:
        yield f"\n[{'.'.join(map(_key, path))}]"
    # A text or number of JSON is one of TOML.
    yield from (f"{_key(k)} = {json.dumps(v, ensure_ascii=False)}" for k, v in values.items())
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _lines(value, (*path, key))


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)
