"""``like``: an arrangement that begins as another one of the same scenario."""

from __future__ import annotations

from sim.scenario.errors import Fault, ScenarioError, listed, nearest, quoted
from sim.scenario.tree import Node, merge

ARRANGEMENTS = "arrangements"
LIKE = "like"


def with_likes(scenario: Node) -> Node:
    """Lay each arrangement that says ``like`` over the one that it names.

    That one is taken as it is in the end, with whatever later files changed in it.
    Raises ScenarioError for each that names none, itself or one that says ``like`` too.
    """
    found = scenario.table.get(ARRANGEMENTS)
    if found is None or not any(LIKE in one.table for one in found.table.values()):
        return scenario
    alike = {name: one for name, one in found.table.items() if LIKE in one.table}
    models = {name: one for name, one in found.table.items() if name not in alike}
    if faults := [fault for name, one in alike.items() for fault in _faults(name, one, models)]:
        raise ScenarioError(faults)
    laid = {
        name: merge(models[one.table[LIKE].value], one) if name in alike else one
        for name, one in found.table.items()
    }
    return Node({**scenario.table, ARRANGEMENTS: Node(laid, found.origin)}, scenario.origin)


def _faults(name: str, one: Node, models: dict[str, Node]) -> list[Fault]:
    like = one.table[LIKE]
    file, line = like.origin.file, like.origin.line
    key = f"{ARRANGEMENTS}.{name}.{LIKE}"
    if "use" in one.table:
        return [Fault(file, line, key, problem="goes without use: say which of the two it is")]
    if isinstance(like.value, str) and like.value in models:
        return []
    known = [*models]
    expected = f"an arrangement that is not like another: {listed(known)}"
    found = quoted(like.plain())
    return [Fault(file, line, key, found, expected, nearest=nearest(like.value, known))]
