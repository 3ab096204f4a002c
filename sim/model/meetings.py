"""Committees: one per body, with the instants at which each meets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.model.arrays import Committees
from sim.model.demand import World
from sim.model.people import bodies_inside
from sim.model.population import Population
from sim.model.rng import Key, uids
from sim.scenario.arrangement import Arrangement, Committee
from sim.scenario.pathway import Pathways
from sim.scenario.units import DAY

Int = NDArray[np.int64]


def convene(
    arrangement: Arrangement,
    pathways: Pathways,
    population: Population,
    world: World,
    body_number: dict[tuple[str, int], int],
) -> Committees:
    """Set up every committee that serves the area, and the dates of its meetings."""
    kinds = arrangement.committees
    kind: list[int] = []
    body: list[int] = []
    names: list[str] = []
    of = np.full((len(kinds), population.size), -1, dtype=np.int64)
    for number, (name, rules) in enumerate(kinds.items()):
        tier = population.estate.tiers[rules.tier]
        here = population.actor_of(tier)
        of[number] = np.where(here < 0, -1, here + len(kind))
        for place in bodies_inside(population.estate, tier):
            kind.append(number)
            body.append(body_number[rules.tier, place])
            names.append(f"{rules.tier}/{tier.names[place]}/{name}")
    uid = uids(names)
    rules_of = list(kinds.values())
    phase = world.streams.uniform("meeting", uid)
    meetings = [
        dates(rules_of[k], float(phase[i]), world.calendar.horizon, 12 * world.month)
        for i, k in enumerate(kind)
    ]
    first = np.concatenate([[0], np.cumsum([len(dates) for dates in meetings])])
    return Committees(
        kinds=tuple(kinds),
        kind=np.array(kind, dtype=np.int64),
        body=np.array(body, dtype=np.int64),
        mark=world.streams.marks("committee", uid),
        uid=uid,
        of=of,
        first_meeting=first.astype(np.int64),
        meeting=np.concatenate([np.zeros(0, np.int64), *meetings]),
        deadline=_whole([round(c.paper_deadline_working_days.central * DAY) for c in rules_of]),
        agenda=_whole([rules_of[k].agenda_items for k in kind]),
        gps=_whole([c.members.gp for c in rules_of]),
        others=_whole([c.members.lay + c.members.executive for c in rules_of]),
        quorum=_whole([c.quorum for c in rules_of]),
        quorum_gp=_whole([c.quorum_gp for c in rules_of]),
        attendance=np.array([c.attendance_share.central for c in rules_of], dtype=np.float64),
        deferral=np.array([c.deferral_share.central for c in rules_of], dtype=np.float64),
        co_opt_after=_whole([c.co_opt_after for c in rules_of]),
        conflict=conflicts(rules_of, pathways),
        attendance_key=_keys([world.streams.key(f"attendance:{name}") for name in kinds]),
        # A case has the same luck before whatever committee an arrangement takes it to.
        conflict_key=_keys([world.streams.key("conflict")] * len(kinds)),
        deferral_key=_keys([world.streams.key("deferral")] * len(kinds)),
    )


def dates(rules: Committee, phase: float, horizon: int, year: float) -> Int:
    """Return the instants of the meetings: evenly spaced, at noon of a working day."""
    every = year / rules.meetings_per_year.central
    count = int(np.ceil(horizon / every)) + 1
    times = (np.arange(count) + phase) * every
    days = np.floor(times / DAY).astype(np.int64) * DAY + DAY // 2
    return days[days < horizon]


def conflicts(committees: list[Committee], pathways: Pathways) -> NDArray[np.float64]:
    """Return the probability that a GP member is conflicted, by (committee kind, case type)."""
    table = [
        [
            rules.conflict_share[case_type.conflict].central
            if case_type.conflict in rules.conflict_share
            else 0.0
            for case_type in pathways.case_types.values()
        ]
        for rules in committees
    ]
    return np.array(table, dtype=np.float64).reshape(len(committees), len(pathways.case_types))


def _whole(values: list[int]) -> Int:
    return np.array(values, dtype=np.int64)


def _keys(keys: list[Key]) -> Int:
    return np.array(keys, dtype=np.int64).reshape(len(keys), 2)
