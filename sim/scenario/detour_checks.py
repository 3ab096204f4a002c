"""What the detours of an arrangement name: teams, committees, case types and roles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from sim.scenario.arrangement import Arrangement
from sim.scenario.authority import OFFICER, acting_roles, contracts_of, resolve
from sim.scenario.errors import KeyPath
from sim.scenario.pathway import Pathways, lead

Named = tuple[KeyPath, str, Iterable[str], str]
"""Where a name stands, the name, the names that are known, and what it should be."""


def detour_names(who: Arrangement, pathways: Pathways) -> Iterator[Named]:
    """Give every name that a detour refers to."""
    referral = who.referral
    if referral.team is not None:
        yield ("referral", "team"), referral.team, who.teams, "a team"
    deciders = (OFFICER, *who.committees)
    for place, name in enumerate(referral.after):
        yield ("referral", "after", place), name, deciders, "officer or a committee"
    for place, name in enumerate(who.partners.shared_cases):
        yield ("partners", "shared_cases", place), name, pathways.case_types, "a case type"
    roles, what = who.workforce.roles, "a role in workforce.roles"
    blocks = ("referral", "partners", "clinical_leadership")
    for block in blocks:
        for role in getattr(who, block).by:
            yield (block, "by", role), role, roles, what


def undone_detours(who: Arrangement, pathways: Pathways) -> Iterator[tuple[KeyPath, str]]:
    """Give the teams that have nobody for a detour: where they are made up, and the problem."""
    asked = (_detours(who, pathways, adopted) for adopted in (True, False))
    for block, team, on in dict.fromkeys(chain(*asked)):
        for role in getattr(who, block).by:
            if not acting_roles(who, who.teams[team], role):
                problem = f"nobody in this team may act as {role} on {on}"
                yield ("teams", team, "mix"), problem


def _detours(who: Arrangement, pathways: Pathways, adopted: bool) -> Iterator[tuple[str, str, str]]:
    """Give the block, the team and what it does, for each detour that is switched on."""
    if who.referral.team is not None and who.referral.share.central > 0:
        yield "referral", who.referral.team, "what is referred to it"
    assigned = resolve(who, pathways, adopted=adopted or not who.partly_adopted)
    coordinated = who.partners.bodies.central > 0
    settled = who.clinical_leadership.settled_share.central > 0
    for name, case_type in pathways.case_types.items():
        first = lead(case_type)
        kinds = contracts_of(pathways, name) if first is not None else ()
        teams = {assigned[name, kind, case_type.stages[first or 0].name].team for kind in kinds}
        for team in sorted(teams):
            if coordinated and case_type.partner_factor.central > 0:
                yield "partners", team, f"the coordination of {name}"
            if settled and case_type.peers:
                yield "clinical_leadership", team, f"the settling of {name}"
