"""Random small scenarios with every mechanism, for tests of the model and its engines.

``worlds()`` draws a scenario and an estate; ``World.model()`` builds the arrays.
A document can be changed before it is validated, to switch mechanisms off.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from drawing import Document, one_of, seldom
from drawn_arrangements import TRANSITION, arrangements, refusals
from drawn_contexts import contexts
from drawn_work import pathways
from hypothesis import strategies as st

from sim.model.arrays import Model
from sim.model.build import build
from sim.scenario.estate import Estate, TierMap
from sim.scenario.pathway import CONTRACT_TYPES
from sim.scenario.schema import Scenario
from sim.scenario.units import HOUR

Change = Callable[[Document], None]

NAME = "ours"
BEFORE = "theirs"
CONTEXT = "usual"
ROLES = ("officer", "manager", "finance")


@dataclass(frozen=True)
class World:
    """A small scenario on a small estate.

    ``grid`` rounds times to quarter-hours; ``two_factors`` lets every other step of
    a case vary in effort on its own, as in workload W.
    """

    document: Document
    scenario: Scenario = field(repr=False)
    estate: Estate = field(repr=False)
    grid: bool
    two_factors: bool = False

    def model(self, replication: int = 0) -> Model:
        """Build the arrays of its arrangement, which may take the place of another one."""
        return self.model_of(NAME, replication)

    def model_of(self, arrangement: str, replication: int = 0) -> Model:
        """Build the arrays of one of its arrangements."""
        model = build(self.scenario, self.estate, arrangement, CONTEXT, replication)
        if self.two_factors:
            factor, steps = model.cases.factor, np.arange(len(model.steps.kind))
            model = replace(
                model,
                cases=replace(model.cases, other_factor=factor[::-1]),
                steps=replace(model.steps, other=steps % 2),
            )
        return on_grid(model) if self.grid else model

    def changed(self, change: Change) -> "World":
        """Return the same world with another document."""
        document = copied(self.document)
        change(document)
        return replace(self, document=document, scenario=Scenario.model_validate(document))


def from_the_first_day(document: Document) -> None:
    """Let the arrangement take nobody's place."""
    document["arrangements"][NAME].pop("transition", None)


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

    if model.change:
        factor = np.round(model.change.factor * 2) / 2
        model = replace(model, change=replace(model.change, factor=factor))
    return replace(
        model,
        steps=replace(steps, effort=rounded(steps.effort, 2 * step)),
        cases=replace(
            cases,
            opens=rounded(cases.opens),
            due=rounded(cases.due),
            gap=np.where(cases.gap < 0, -1, rounded(cases.gap)),
            factor=np.round(cases.factor * 2) / 2,
            other_factor=np.round(cases.other_factor * 2) / 2,
        ),
        teams=replace(model.teams, travel=rounded(model.teams.travel)),
    )


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


@st.composite
def documents(draw) -> Document:
    """Draw a whole scenario, as a file would state it."""
    roles = ROLES[: draw(one_of(1, 2, 2, 3))]
    work = draw(pathways(roles))
    start = draw(one_of(dt.date(2013, 4, 1), dt.date(2015, 12, 19)))
    return {
        "schema": 1,
        "name": "toy",
        "title": "Toy",
        "run": {
            "start": start,
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
        "contexts": {CONTEXT: draw(contexts())},
        "arrangements": draw(line(roles, work, start)),
    }


@st.composite
def line(draw, roles, work: Document, start: dt.date) -> Document:
    """Draw one arrangement, which may take the place of another one after some days."""
    every = {NAME: draw(arrangements(roles, [*work["case_types"]]))}
    if draw(seldom):
        date = start + dt.timedelta(days=draw(one_of(0, 2, 9, 30, 70)))
        every[BEFORE] = draw(arrangements(roles, [*work["case_types"]]))
        every[NAME]["transition"] = {"replaces": BEFORE, "date": date, **draw(TRANSITION)}
    for one in every.values():
        one["refuse_share"] = draw(refusals(work))
    return every


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
        two_factors=draw(st.booleans()),
    )
