"""Random small scenarios with every mechanism, for tests of the model and its engines.

``worlds()`` draws a scenario and an estate; ``World.model()`` builds the arrays.
A document can be changed before it is validated, to switch mechanisms off.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from operator import itemgetter
from typing import Any

import numpy as np
from hypothesis import strategies as st

from sim.model.arrays import Model
from sim.model.build import build
from sim.scenario.estate import Estate, TierMap
from sim.scenario.pathway import CONTRACT_TYPES
from sim.scenario.schema import Scenario
from sim.scenario.units import HOUR

Document = dict[str, Any]
Change = Callable[[Document], None]

NAME = "ours"
CONTEXT = "usual"
ROLES = ("officer", "manager", "finance")
TIERS = ("nation", "area", "place")
CONFLICTS = ("single_practice", "many_practices")


@dataclass(frozen=True)
class World:
    """A small scenario on a small estate; ``grid`` rounds times to quarter-hours."""

    document: Document
    scenario: Scenario = field(repr=False)
    estate: Estate = field(repr=False)
    grid: bool

    def model(self, replication: int = 0) -> Model:
        """Build the arrays of its one arrangement."""
        model = build(self.scenario, self.estate, NAME, CONTEXT, replication)
        return on_grid(model) if self.grid else model

    def changed(self, change: Change) -> "World":
        """Return the same world with another document."""
        document = copied(self.document)
        change(document)
        return replace(self, document=document, scenario=Scenario.model_validate(document))


def copied(document: Any) -> Any:
    """Copy tables and lists all the way down."""
    if isinstance(document, dict):
        return {key: copied(value) for key, value in document.items()}
    return [copied(value) for value in document] if isinstance(document, list) else document


def on_grid(model: Model, step: int = HOUR // 4) -> Model:
    """Round efforts, openings and travel, so that many events fall on one instant."""
    steps, cases = model.steps, model.cases

    def rounded(times: np.ndarray, by: int = step) -> np.ndarray:
        return times // by * by

    return replace(
        model,
        steps=replace(steps, effort=rounded(steps.effort, 2 * step)),
        cases=replace(
            cases,
            opens=rounded(cases.opens),
            due=rounded(cases.due),
            gap=np.where(cases.gap < 0, -1, rounded(cases.gap)),
            factor=np.round(cases.factor * 2) / 2,
        ),
        teams=replace(model.teams, travel=rounded(model.teams.travel)),
    )


# Drawing

often = st.sampled_from([True, True, False])
seldom = st.sampled_from([False, False, True])


def one_of(*values):
    return _sampled(values)


@cache
def _sampled(values):
    """Build each strategy once: building them takes longer than drawing from them."""
    return st.sampled_from(values)


@st.composite
def estates(draw) -> Estate:
    """Draw an estate of 2 to 30 contracts; the area asked for may be a part of it."""
    count = draw(st.integers(2, 30))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    kinds = rng.integers(0, draw(st.integers(1, len(CONTRACT_TYPES))), count)
    kinds[0] = 0
    patients = rng.integers(500, 15_000, count)
    areas, places, cells = (draw(st.integers(1, most)) for most in (3, 5, 4))
    tiers = {"nation": 1, "area": areas, "place": places, "ccg": cells}
    bodies = {name: rng.integers(0, size, count) for name, size in tiers.items()}
    inside = bodies["area"] == bodies["area"][0] if draw(st.booleans()) else np.ones(count, bool)
    return Estate(
        title="Toy",
        synthetic=True,
        ids=tuple(f"C{number:03}" for number in range(count)),
        contract_type=kinds.astype(np.int8),
        patients=patients,
        rural=rng.random(count) < 0.3,
        inside=inside,
        land_km2=rng.random(count) * 200.0,
        tiers={
            name: TierMap(
                names=tuple(f"{name} {number}" for number in range(size)),
                body_of=bodies[name].astype(np.int32),
                synthetic=True,
                source="rule",
            )
            for name, size in tiers.items()
        },
        cell_tier="ccg",
        population=np.bincount(bodies["ccg"], patients, minlength=cells).astype(np.int64),
        facts=(),
    )


hours = one_of(0.25, 0.5, 1.0, 1.0, 2.0, 3.7, 12.0)


@cache
def weights(names):
    """Draw some of the names, in any order, each with a weight."""
    some = st.lists(
        st.tuples(one_of(*names), one_of(1.0, 2.0, 3.0)),
        min_size=1,
        max_size=len(names),
        unique_by=itemgetter(0),
    )
    return some.map(dict)


@st.composite
def stages(draw, roles) -> list[Document]:
    """Draw the stages of a pathway; branches lead anywhere."""
    some = draw(pathway(roles))
    names = [f"stage {number}" for number in range(len(some))]
    for name, stage in zip(names, some, strict=True):
        stage["name"] = name
        if stage["kind"] == "branch":
            stage["to"] = [*names, "end"][stage["to"] % (len(names) + 1)]
    return some


@cache
def pathway(roles):
    """Draw stages without names; a branch has the number of its target."""
    refuse = one_of(0.0, 0.0, 0.2)
    visit = one_of("never", "never", "by_share", "always")
    kinds = {
        "work": {"hours": hours, "by": weights(roles), "visit": visit},
        "wait": {"calendar_days": one_of(0, 1, 7, 21)},
        "decide": {
            "hours": hours,
            "paper_hours": hours,
            "by": weights(roles),
            "refuse_share": refuse,
        },
        "branch": {
            "share": one_of(0.0, 0.3, 0.6, 1.0),
            "to": st.integers(0, 6),
            "most_times": one_of(1, 2),
        },
    }
    stage = {
        kind: st.fixed_dictionaries({"kind": st.just(kind), **keys}) for kind, keys in kinds.items()
    }
    return st.lists(
        st.one_of(stage["work"], stage["decide"], *stage.values()), min_size=2, max_size=6
    )


@st.composite
def demands(draw, kind: str) -> Document:
    """Draw the demand of a case type."""
    match kind:
        case "random":
            rates = {name: draw(one_of(2.0, 8.0, 20.0)) for name in CONTRACT_TYPES}
            return {
                "kind": "random",
                "per_contract_year": rates,
                "dispersion_cv": draw(one_of(0.0, 0.5)),
                "in_flight_months": draw(one_of(0.0, 1.0)),
            }
        case "area":
            return {
                "kind": "area",
                "per_100k_year": draw(one_of(20.0, 100.0)),
                "dispersion_cv": draw(one_of(0.0, 0.5)),
                "in_flight_months": draw(one_of(0.0, 1.0)),
            }
    demand: Document = {
        "kind": "cycle",
        "contracts": [*draw(one_of(("gp",), CONTRACT_TYPES))],
        "cycle_months": draw(one_of(0.5, 1.0, 6.0)),
    }
    if kind == "closed":
        return {**demand, "anchor": "closed"}
    if draw(st.booleans()):
        demand |= {"median_age_months": draw(one_of(0.5, 6.0)), "age_sigma": draw(one_of(0.0, 0.8))}
    elif draw(seldom):
        demand["due_month"] = draw(st.integers(1, 12))
    if draw(often):
        demand["first"] = {"case_type": "dust-off", "age_over_months": draw(one_of(0.2, 1.0))}
    return demand


DEMAND_KINDS = st.lists(
    one_of("random", "random", "area", "cycle", "closed"), min_size=1, max_size=3
)


@st.composite
def pathways(draw, roles) -> Document:
    """Draw the case types; a cycle may have a first review of another type."""
    kinds = ["random", *draw(DEMAND_KINDS)]
    wanted = [(f"{kind} {number}", draw(demands(kind))) for number, kind in enumerate(kinds)]
    if any("first" in demand for _, demand in wanted):
        wanted.append(("dust-off", {"kind": "follows"}))
    types = {
        name: {
            "title": name,
            "group": "review" if demand["kind"] in ("cycle", "follows") else "transaction",
            "priority": draw(one_of(0, 1, 1, 3)),
            "demand": demand,
            "stages": draw(stages(roles)),
            "clock_calendar_days": draw(one_of(None, 7, 28)),
            "response_working_days": draw(one_of(None, 3)),
            "effort_distribution": draw(one_of("lognormal", "exponential", "constant")),
            "conflict": draw(one_of(*CONFLICTS)),
        }
        for name, demand in wanted
    }
    return {"case_types": types, "packet_hours": draw(one_of(0.25, 1.0, 2.0, 2.0, 5.0, 1000.0))}


@st.composite
def committees(draw) -> Document:
    """Draw the rules of a committee, from one that always can decide to one that never can."""
    members = {kind: draw(st.integers(0, 3)) for kind in ("gp", "lay", "executive")}
    return {
        "tier": draw(one_of(*TIERS)),
        "meetings_per_year": draw(one_of(12, 26, 100, 100, 400)),
        "paper_deadline_working_days": draw(one_of(0, 0, 2, 5)),
        "agenda_items": draw(one_of(1, 2, 5, 50)),
        "members": members,
        "quorum": draw(st.integers(0, sum(members.values()))),
        "quorum_gp": draw(st.integers(0, members["gp"])),
        "attendance_share": draw(one_of(1.0, 1.0, 0.9, 0.6)),
        "conflict_share": {name: draw(one_of(0.0, 0.3, 1.0)) for name in CONFLICTS},
        "deferral_share": draw(one_of(0.0, 0.3)),
        "co_opt_after": draw(st.integers(1, 3)),
        "annual_cost_gbp": 1000,
    }


@st.composite
def authorities(draw, case_types, teams, deciders) -> list[Document]:
    """Draw an authority table without gaps, with a few exceptions."""
    rows = [{"team": draw(one_of(*teams)), "decides": deciders[0]}]
    for _ in range(draw(st.integers(0, 3))):
        row: Document = {"team": draw(one_of(*teams)), "decides": draw(one_of(*deciders))}
        row["cases"] = [draw(one_of(*case_types, "*"))]
        if draw(st.booleans()):
            row["contracts"] = [draw(one_of(*CONTRACT_TYPES, "area"))]
        if draw(st.booleans()):
            row["stages"] = [f"stage {draw(st.integers(0, 3))}"]
        rows.append(row)
    return rows


@cache
def teams(roles):
    """Draw a kind of team."""
    parts = weights(roles) | st.just(dict.fromkeys(roles, 1.0))
    return st.fixed_dictionaries(
        {
            "tier": one_of(*TIERS),
            "wte": one_of(0.5, 1.0, 1.6, 3.0, 8.0),
            "sized_by": one_of("patients", "contracts", "equal"),
            "mix": parts.map(lambda mix: {r: w / sum(mix.values()) for r, w in mix.items()}),
        }
    )


@cache
def workforce(roles):
    """Draw the conditions of staff."""
    return st.fixed_dictionaries(
        {
            "roles": st.just({role: {"annual_cost_gbp": 50_000} for role in roles}),
            "leave_working_days": one_of(0, 0, 30),
            "sickness_share": one_of(0.0, 0.0, 0.05, 0.2),
            "sickness_spell_working_days": one_of(1.0, 4.5),
            "casework_share": one_of(1.0, 1.0, 0.8, 0.5),
        }
    )


MECHANISMS = {
    "knowledge": st.fixed_dictionaries(
        {
            "unknown_effort_multiplier": one_of(1.2, 2.0),
            "half_life_months": one_of(0.5, 12.0),
            "team_memory_share": one_of(0.0, 0.5, 1.0),
            "retained_share": one_of(0.0, 0.5, 1.0),
        }
    ),
    "dispatch": st.fixed_dictionaries(
        {"mode": st.just("portfolio"), "fallback_working_days": one_of(0.0, 0.1, 1.0, 5.0)}
    ),
    "handoffs": st.fixed_dictionaries(
        {"delay_working_days": one_of(0.0, 0.1, 2.0), "effort_share": one_of(0.0, 0.1, 0.5)}
    ),
    "procedures": st.fixed_dictionaries(
        {"effort_multiplier": one_of(0.8, 1.0), "effort_cv": one_of(0.0, 0.4, 1.5)}
    ),
    "visits": st.fixed_dictionaries(
        {
            "review_share": one_of(0.5, 1.0),
            "visits_per_day": one_of(1.0, 2.0),
            "virtual_share": one_of(0.0, 0.3),
        }
    ),
}
"""Parameter blocks that may be left out: each has a neutral value."""


@st.composite
def arrangements(draw, roles, case_types) -> Document:
    """Draw who is responsible for what."""
    kinds = [f"team {number}" for number in range(draw(st.integers(1, 3)))]
    panels = [f"panel {number}" for number in range(draw(one_of(0, 1, 1, 2)))]
    substitution: Document = {}
    for role in roles if draw(often) else ():
        others = draw(st.lists(one_of(*roles), min_size=1, max_size=2, unique=True))
        substitution[role] = {
            other: draw(one_of(1.0, 1.25, 0.5)) for other in others if other != role
        }
    blocks = {name: draw(block) for name, block in MECHANISMS.items() if draw(often)}
    return {
        "title": "Ours",
        "workforce": draw(workforce(roles)),
        "substitution": substitution,
        "teams": {name: draw(teams(roles)) for name in kinds},
        "committees": {name: draw(committees()) for name in panels},
        "authority": draw(authorities(case_types, kinds, [*panels, "officer"])),
        **blocks,
    }


@st.composite
def documents(draw) -> Document:
    """Draw a whole scenario, as a file would state it."""
    roles = ROLES[: draw(one_of(1, 2, 2, 3))]
    work = draw(pathways(roles))
    return {
        "schema": 1,
        "name": "toy",
        "title": "Toy",
        "run": {
            "start": draw(one_of(dt.date(2013, 4, 1), dt.date(2015, 12, 19))),
            "years": draw(one_of(0.05, 0.2, 0.4)),
            "replications": 2,
            "seed": draw(st.integers(0, 2**16)),
            "calendar": draw(one_of("england", "every_day")),
            "ranking": draw(one_of("priority_due", "priority_fifo", "fifo")),
        },
        "compare": {"base": NAME, "primary": "days"},
        "estate": {
            "source": "uniform",
            "travel": {
                "distance_km": [0.0, 10.0, 40.0],
                "minutes": [0.0, 20.0, 60.0],
                "rural_speed_factor": 0.7,
            },
        },
        "pathways": work,
        "contexts": {
            CONTEXT: {
                "demand_multiplier": draw(one_of(1.0, 0.5, 2.0)),
                "demand_growth_per_year": draw(one_of(0.0, 0.1)),
                "wte_multiplier": draw(one_of(1.0, 0.8)),
            }
        },
        "arrangements": {NAME: draw(arrangements(roles, [*work["case_types"]]))},
    }


@st.composite
def worlds(draw, change: Change | None = None, grid: bool | None = None) -> World:
    """Draw a world. ``change`` edits its document, for worlds without some mechanism."""
    document = draw(documents())
    if change:
        change(document)
    return World(
        document=document,
        scenario=Scenario.model_validate(document),
        estate=draw(estates()),
        grid=draw(st.booleans()) if grid is None else grid,
    )
