"""Crowded models: few people, much work, and every instant a multiple of an eighth of a day.

Scenarios are mostly idle or overrun, and their instants differ. Here queues
form and empty again, all mechanisms are at work in each model, and many events
fall on one instant, with tie marks that tie in every other model.
"""

from itertools import pairwise

import numpy as np
import toy

from sim.model.arrays import BRANCH, MEET, NEVER, WAIT, WORK, Model, Rules
from sim.scenario.units import DAY

GRID = DAY // 8
DAYS = 30
ENTITIES, ROLES, TYPES, CASES = 6, 3, 4, 110
TEAM_KINDS = (0, 0, 1)
TEAM_OF = ((0, 0, 0, 1, 1, 1), (2, 2, 2, 2, 2, -1))
PANELS = (0, 0, 1)
PANEL_OF = ((0, 0, 0, 1, 1, 1), (2, 2, 2, 2, -1, 2))
MARKS = 2**40
LONG = 1000.0
"""Days of work that need more than 32 bits of milliseconds."""


def crowd(seed: int) -> Model:
    """Draw a crowded model."""
    rng = np.random.default_rng(seed)
    marks = 2 if seed % 2 else MARKS
    model = toy.model(
        cases=cases(rng),
        types=[toy.Type(name=f"type {n}", steps=route(rng)) for n in range(TYPES)],
        entities=[toy.Entity()] * ENTITIES,
        people=people(rng),
        kinds=("near", "far"),
        roles=("officer", "manager", "finance"),
        team_kinds=TEAM_KINDS,
        team_of=TEAM_OF,
        committee_kinds=("panel", "board"),
        committees=PANELS,
        years=DAYS / 365.25,
        weekdays=bool(rng.integers(2)),
    )
    steps = len(model.steps.kind)
    return toy.changed(
        model,
        clock={"packet": GRID * int(rng.integers(1, 5)), "ranking": int(rng.integers(3))},
        steps={"other": rng.integers(0, 2, steps), "key": rng.integers(0, 2**32, (steps, 2))},
        teams=teams(rng, model),
        staff={
            "mark": rng.integers(0, marks, len(model.staff.mark)),
            **occupants(np.random.default_rng([seed, 1]), model.staff),
        },
        committees=committees(rng, model, marks),
        rules=vars(rules(rng)),
        cases={
            "mark": rng.integers(0, marks, CASES),
            "priority": rng.integers(0, 2, CASES),
            "other_factor": rng.integers(1, 4, CASES) / 2,
        },
    )


DIFFERENCES = ("none", "substitutes", "joiners", "files")


def alike(seed: int) -> Model:
    """Draw a crowded model in which at most one thing, in turn, makes people differ at work."""
    rng, model = np.random.default_rng([seed, 2]), crowd(seed)
    difference, teams, staff = DIFFERENCES[seed % 4], model.teams, model.staff
    cover, pace, files = (
        np.minimum(teams.cover, 1.0),
        np.ones(len(staff.shift_start)),
        teams.incomplete,
    )
    if difference == "substitutes":
        cover = np.where(cover, 1.5, 0.0)
        np.fill_diagonal(cover, 1.0)
    elif difference == "joiners":
        pace = rng.choice([1.0, 2.0], len(pace))
    elif difference == "files":
        files = rng.choice([0.0, 0.5], (len(teams.kinds), ENTITIES))
    return toy.changed(
        model,
        rules={"unknown_extra": 0.0},
        teams={"cover": cover, "incomplete": files},
        staff={"shift_since": np.full(len(pace), NEVER), "shift_effort": pace},
    )


def cases(rng):
    """Draw cases; every third follows an earlier one of its entity, sooner or later."""
    found: list[toy.Case] = []
    last = dict[int, int]()
    until = DAYS * int(rng.choice([2, 4, 7]))
    for number, opens in enumerate(sorted(rng.integers(0, until, CASES) / 8)):
        entity = int(rng.integers(ENTITIES))
        after = last.pop(entity, -1) if rng.random() < 0.4 else -1
        found.append(
            toy.Case(
                opens=float(opens),
                type=int(rng.integers(TYPES)),
                entity=entity,
                due=float(opens + rng.integers(0, 6)) // 4 * 4,
                after=after,
                gap=float(rng.integers(0, 9) / 8) if after >= 0 and rng.random() < 0.5 else None,
                factor=float(rng.integers(1, 4) / 2),
                visit=int(rng.integers(3)),
            )
        )
        last[entity] = number
    return found


def route(rng):
    """Draw the steps of a route: mostly work, and branches that lead anywhere."""
    count = int(rng.integers(2, 7))
    kinds = rng.choice([WORK] * 4 + [MEET] * 2 + [WAIT] + [BRANCH] * 2, count)
    return tuple(
        toy.Step(
            kind=int(kind),
            actor=int(rng.integers(2)),
            role=int(rng.integers(ROLES)),
            effort=LONG if rng.random() < 0.02 else float(rng.integers(0, 5) / 8),
            days=int(rng.integers(4)),
            share=float(rng.choice([0.3, 0.6, 1.0])),
            target=int(rng.integers(-2, count)),
            most=int(rng.integers(1, 4)),
            visit=int(rng.choice([0, 0, 0, 1, 2])),
        )
        for kind in kinds
    )


def people(rng):
    """Draw people of every role in every team, here on some days and away on others."""
    return [
        toy.Person(team=team, role=role, shifts=shifts(rng))
        for team in range(len(TEAM_KINDS))
        for role in range(ROLES)
        for _ in range(int(rng.integers(1, 4)))
    ]


def shifts(rng):
    """Draw half days and whole days of presence."""
    halves = np.flatnonzero(rng.random(2 * DAYS) < rng.choice([0.5, 0.8]))
    return tuple((half / 2, half / 2 + 0.5) for half in halves.tolist())


def occupants(rng, staff):
    """Draw who leaves to a successor, and how slow people are in each shift."""
    since = np.full(len(staff.shift_start), NEVER)
    for first, last in pairwise(staff.first_shift):
        if first < last and rng.random() < 0.5:
            joined = rng.integers(first, last)
            since[joined:last] = staff.shift_start[joined]
    slowness = [1.0, 1.5, 2.0] if rng.random() < 0.5 else [1.0]
    return {"shift_since": since, "shift_effort": rng.choice(slowness, len(since))}


def teams(rng, model):
    """Draw travel, cover, and who is known to whom."""
    staff, shape = model.staff, (2, ENTITIES)
    named = np.full((2, ROLES, ENTITIES), -1)
    for kind, role, entity in np.ndindex(named.shape):
        mine = np.flatnonzero((staff.team == TEAM_OF[kind][entity]) & (staff.role == role))
        if len(mine) and rng.random() < 0.8:
            named[kind, role, entity] = rng.choice(mine)
    cover = rng.choice([0.0, 0.0, 1.0, 1.5], (ROLES, ROLES))
    np.fill_diagonal(cover, 1.0)
    return {
        "travel": GRID * rng.integers(0, 3, shape),
        "known_at": np.where(rng.random(shape) < 0.5, NEVER, -DAY * rng.integers(0, 30, shape)),
        "named": named,
        "cover": cover,
    }


def committees(rng, model, marks):
    """Draw committees that meet on few or many days, at the same hour."""
    share = rng.choice([0.1, 0.5, 0.8])
    dates = [np.flatnonzero(rng.random(DAYS) < share) for _ in PANELS]
    count = len(PANELS)

    def keys():
        return rng.integers(0, 2**32, (2, 2))

    return {
        "body": model.teams.body[:count] + rng.integers(0, 2, count),
        "mark": rng.integers(0, marks, count),
        "uid": rng.integers(0, 2**32, (count, 2)),
        "of": np.array(PANEL_OF),
        "first_meeting": np.cumsum([0, *map(len, dates)]),
        "meeting": np.concatenate(dates) * DAY + DAY // 2,
        "deadline": rng.choice([0, 0, DAY], 2),
        "agenda": np.minimum(rng.integers(1, 20, count), rng.choice([3, 20])),
        "gps": np.array([3, 2]),
        "others": np.array([2, 1]),
        "quorum": rng.integers(1, 4, 2),
        "quorum_gp": rng.integers(0, 3, 2),
        "attendance": rng.choice([0.6, 0.8, 1.0], 2),
        "deferral": rng.choice([0.0, 0.3], 2),
        "co_opt_after": rng.integers(1, 4, 2),
        "conflict": rng.choice([0.0, 0.3, 1.0], (2, TYPES)),
        "attendance_key": keys(),
        "conflict_key": keys(),
        "deferral_key": keys(),
    }


def rules(rng):
    """Draw the numbers of the mechanisms."""
    return Rules(
        unknown_extra=float(rng.choice([0.0, 0.5, 1.0])),
        half_life=int(rng.integers(1, 40)) * DAY,
        team_memory=float(rng.choice([0.0, 0.5, 1.0])),
        portfolio=bool(rng.random() < 0.7),
        fallback=GRID * int(rng.integers(0, 9)),
        handoff_delay=GRID * int(rng.integers(0, 3)),
        handoff_extra=float(rng.choice([0.0, 0.5, 1.0])),
    )


def meetings_at_once() -> Model:
    """Return a model in which two meetings close six cases just after another case closed."""
    wait, decide = toy.Step(kind=WAIT, effort=0.0, days=1), toy.MEETING
    model = toy.model(
        cases=[toy.Case(type=1), *(toy.Case(entity=number % 2) for number in range(12))],
        types=[
            toy.Type(name="decision", steps=(toy.Step(effort=0.0), decide)),  # a team couples all
            toy.Type(name="wait", steps=(wait,)),
        ],
        entities=[toy.Entity()] * 2,
        committee_kinds=("panel",),
        committees=(0, 0),
        years=0.05,
    )
    return toy.changed(
        model,
        committees={
            "of": np.array([[0, 1]]),
            "agenda": np.array([3, 3]),
            "first_meeting": np.array([0, 3, 6]),
            "meeting": np.tile(DAY * np.arange(1, 4), 2),
        },
    )


MEETINGS_AT_ONCE = meetings_at_once()
