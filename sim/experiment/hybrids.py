"""Hybrids: arrangements of which each block comes from one of two others.

An attribution asks what a difference is made of, and for that it needs every mixture of
two arrangements A and B. The keys of an arrangement are shared out over seven blocks, such
that any block of A goes with any block of B:

- **structure**: the tiers at which teams and committees sit, who covers for whom, the time
  that each body takes to be governed, and how many reviews are visits;
- **authority**: the teams, who does what, hand-offs, referral, adoption, hard budgets;
- **committees**: which decisions go to a committee, the committees and their rules, refusals;
- **knowledge**: local knowledge and dispatch;
- **procedures**: procedures, coverage, data, partners, clinical leadership;
- **staffing**: whole-time equivalents, role mix, who may stand in for whom, pay, absence,
  turnover, prices;
- **transition**: from what and when the arrangement takes over.

Where a block refers to what is in another one, it is translated by the work that is done:

- A team takes what another block says about teams (tier, role mix, own procedures) from the
  team that does most of its work, by expected hours, in the arrangement of that block. A
  committee sits at the tier where most of its decisions are made under that structure.
- Staffing gives the national total of WTE, authority its split over teams: a total is
  neither lost nor doubled. Where both have the same teams, each has its own WTE.
- Agenda items at a meeting change with the number of bodies, so that the structure does
  not change how much the committees of the whole country can decide.
- A decision-maker refers upward where most of what it decides is referred in the
  arrangement that refers.
- Where nobody in a team may act in a role that its work needs, the team keeps its own mix;
  if that does not help either, the role that it has most of acts.

A hybrid with every block of one arrangement is that arrangement, to the letter.
"""

from __future__ import annotations

from collections.abc import Mapping

from sim.experiment.roles import staffed
from sim.experiment.sides import Plain, Side
from sim.scenario.authority import OFFICER

BLOCKS: dict[str, tuple[str, ...]] = {
    "structure": ("visits", "governance"),
    "authority": ("handoffs", "referral", "adoption", "budgets"),
    "committees": ("refuse_share",),
    "knowledge": ("knowledge", "dispatch"),
    "procedures": ("procedures", "coverage", "data", "partners", "clinical_leadership"),
    "staffing": ("workforce", "substitution", "costs"),
    "transition": ("transition",),
}
"""Keys of an arrangement that go over as they stand, by block."""

MIXED = ("teams", "committees", "authority")
"""Keys that are put together from several blocks."""

TITLES: dict[str, str] = {
    "structure": "Structure and footprint",
    "authority": "Authority and hand-offs",
    "committees": "Committees and conflicts",
    "knowledge": "Knowledge and dispatch",
    "procedures": "Procedures",
    "staffing": "Staffing and pay",
    "transition": "Transition",
}

Choice = Mapping[str, Side]
"""The side that each block is taken from."""


def hybrid(choice: Choice) -> Plain:
    """Return the arrangement with each block of the side that ``choice`` names.

    See the module for the rule. The result has no title, and is like no other.
    """
    found: Plain = {"title": "", "description": "", "like": None}
    for block, keys in BLOCKS.items():
        found |= {key: choice[block].plain[key] for key in keys}
    found["teams"] = _teams(choice)
    found["committees"] = _committees(choice, {one["tier"] for one in found["teams"].values()})
    found["authority"] = _authority(choice)
    found["adoption"] = found["adoption"] or choice["committees"].plain["adoption"]
    found["referral"] = _referral(choice)
    found["budgets"] = _budgets(choice)
    return staffed(found, choice["authority"], choice.values())


def _teams(choice: Choice) -> dict[str, Plain]:
    own = choice["authority"]
    found: dict[str, Plain] = {}
    for name, team in own.plain["teams"].items():
        structure, procedures, staffing = (
            choice[block].like(name, own) for block in ("structure", "procedures", "staffing")
        )
        found[name] = {
            **team,
            "title": "",
            "tier": structure.tier,
            "covers_within": structure.covers_within,
            "procedures": procedures.procedures.model_dump(mode="json"),
            "mix": staffing.mix,
            "wte": {"central": _wte(choice, name, structure.tier)},
        }
    return found


def _wte(choice: Choice, name: str, tier: str) -> float:
    """Return the WTE of a team at a body: the total of staffing, the split of authority."""
    own, staffing = choice["authority"], choice["staffing"]
    bodies = own.world.bodies[tier]
    if own.who.teams.keys() == staffing.who.teams.keys():
        team = staffing.who.teams[name]
        return team.wte.central if team.tier == tier else staffing.wte[name] / bodies
    total, whole = sum(staffing.wte.values()), sum(own.wte.values())
    part = own.wte[name] / whole if whole > 0 else 1.0 / len(own.who.teams)
    return total * part / bodies


def _committees(choice: Choice, staffed: set[str]) -> dict[str, Plain]:
    """Return the committees at their tiers; only those with a team beside them take its time."""
    own, structure = choice["committees"], choice["structure"]
    bodies, found = own.world.bodies, {}
    for name, one in own.plain["committees"].items():
        tier = structure.tier_of(name, own)
        items = max(1, round(one["agenda_items"] * bodies[one["tier"]] / bodies[tier]))
        found[name] = {**one, "title": "", "tier": tier, "agenda_items": items}
        if tier not in staffed:
            found[name]["staff_hours_per_meeting"] = {"central": 0.0}
    return found


def _authority(choice: Choice) -> list[Plain]:
    """Return who does what as one side says, then who decides it as the other says."""
    found = []
    for block, kept in (("authority", "team"), ("committees", "decides")):
        side = choice[block]
        for row in side.plain["authority"]:
            if row[kept] is not None:
                adopted = row["where_adopted"] and side.who.adoption is not None
                dropped = {"team": None, "decides": None, kept: row[kept]}
                found.append({**row, **dropped, "where_adopted": adopted})
    return found


def _referral(choice: Choice) -> Plain:
    """Return what goes up, after the decision-makers who stand in for those that refer.

    One that decides nothing refers as it did, where it exists at all.
    """
    own, deciding = choice["authority"], choice["committees"]
    found: Plain = own.plain["referral"]
    if own is deciding:
        return found
    sent: dict[str, float] = {}
    for key, who in deciding.assigned.items():
        if who.decides:
            sign = 1.0 if own.assigned[key].decides in found["after"] else -1.0
            sent[who.decides] = sent.get(who.decides, 0.0) + sign * own.world.hours[key]
    known = (OFFICER, *deciding.who.committees)
    kept = [name for name in found["after"] if name in known and sent.get(name, 1.0) > 0]
    more = [name for name in known if sent.get(name, 0.0) > 0 and name not in kept]
    return {**found, "after": [*kept, *more]}


def _budgets(choice: Choice) -> Plain | None:
    """Return hard budgets, held where the structure puts the teams that are at their tier."""
    own, structure = choice["authority"], choice["structure"]
    found: Plain | None = own.plain["budgets"]
    if found is None or own is structure:
        return found
    near = [name for name, team in own.who.teams.items() if team.tier == found["tier"]]
    name = own.busiest(key for team in near for key in own.work_of(team))
    return {**found, "tier": structure.like(name, own).tier} if name else found
