"""Who acts in which role in a hybrid: every team is made able to do its work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sim.experiment.sides import Plain, Side
from sim.scenario.authority import Assignment, Key, resolve
from sim.scenario.pathway import Decide, Pathways, Work

DETOURS = ("partners", "clinical_leadership", "referral")
"""Blocks that give work to roles of their own."""


def staffed(found: Plain, own: Side, sides: Iterable[Side]) -> Plain:
    """Return a hybrid in which every team can do its work; ``own`` says who does what.

    Where nobody may act in a role, a team keeps its own mix of roles; if that does not
    help either, the role that it has most of acts. Roles that are named and that only
    another side knows are added, with what they cost there.
    """
    found["substitution"] = {role: dict(who) for role, who in found["substitution"].items()}
    for name, needed in _needed(found, own).items():
        team = found["teams"][name]
        if _undone(found, team, needed):
            team["mix"] = own.who.teams[name].mix
        largest = max(team["mix"], key=team["mix"].__getitem__)
        for role in _undone(found, team, needed):
            found["substitution"].setdefault(role, {})[largest] = 1.0
    known = {role: one for side in sides for role, one in _roles(side.plain).items()}
    more = {role: known[role] for role in _named(found) if role not in _roles(found)}
    return {**found, "workforce": {**found["workforce"], "roles": {**_roles(found), **more}}}


def _needed(found: Plain, own: Side) -> dict[str, list[str]]:
    """Return the roles that each team's work and detours may need."""
    everyone = [role for block in DETOURS for role in found[block]["by"]]
    needed = {name: [*everyone] for name in found["teams"]}
    for key, who in _everywhere(own):
        needed[who.team] += _stage(own.world.pathways, key).by
    return {name: [*dict.fromkeys(roles)] for name, roles in needed.items()}


def _everywhere(side: Side) -> Iterator[tuple[Key, Assignment]]:
    """Yield who acts, for bodies that adopt and for those that do not."""
    yield from side.assigned.items()
    if side.who.partly_adopted:
        yield from resolve(side.who, side.world.pathways, adopted=False).items()


def _stage(pathways: Pathways, key: Key) -> Work | Decide:
    stages = pathways.case_types[key[0]].stages
    return next(one for one in stages if one.name == key[2] and isinstance(one, Work | Decide))


def _undone(found: Plain, team: Plain, needed: Iterable[str]) -> list[str]:
    """Return the roles in which nobody in a team may act."""
    acts: dict[str, dict[str, float]] = found["substitution"]
    return [role for role in needed if not {role, *acts.get(role, {})} & team["mix"].keys()]


def _roles(arrangement: Plain) -> Plain:
    roles: Plain = arrangement["workforce"]["roles"]
    return roles


def _named(found: Plain) -> Iterator[str]:
    """Yield every role that a hybrid refers to."""
    for team in found["teams"].values():
        yield from team["mix"]
    for role, others in found["substitution"].items():
        yield from (role, *others)
    for block in DETOURS:
        yield from found[block]["by"]
    yield from found["governance"]["weights"]
