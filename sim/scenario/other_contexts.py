"""Contexts of the library beside those that a scenario has itself."""

from __future__ import annotations

from collections.abc import Sequence

from sim.scenario import library
from sim.scenario.compose import part
from sim.scenario.errors import Fault, ScenarioError, nearest
from sim.scenario.files import LoadedScenario, validate
from sim.scenario.tree import Node

FOLDER = "contexts"


def with_contexts(loaded: LoadedScenario, names: Sequence[str]) -> LoadedScenario:
    """Return a scenario with these contexts of the library beside its own.

    A context that the scenario has itself stays as it is. Raises ScenarioError where
    there is none of such a name, or the scenario cannot take it.
    """
    own = loaded.tree.table[FOLDER]
    known = sorted({*own.table, *library.names(FOLDER)})
    strange = [name for name in names if name not in known]
    if strange:
        raise ScenarioError([_unknown(name, known) for name in strange])
    fresh = {name: part(FOLDER, name) for name in names if name not in own.table}
    contexts = Node({**own.table, **fresh}, own.origin)
    return validate(Node({**loaded.tree.table, FOLDER: contexts}, loaded.tree.origin))


def takes(loaded: LoadedScenario, name: str) -> bool:
    """Say whether a scenario can meet a context of the library, such as one about its work."""
    try:
        with_contexts(loaded, [name])
    except ScenarioError:
        return False
    return True


def _unknown(name: str, known: Sequence[str]) -> Fault:
    problem = f"there is no such context; there are {', '.join(known)}"
    return Fault("contexts", 0, name, problem=problem, nearest=nearest(name, known))
