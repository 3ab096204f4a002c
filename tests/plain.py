"""A plain world to change: one team, one kind of work, every mechanism neutral.

Arrays are then replaced, so that a test says exactly who is there and what comes.
"""

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
from drawing import Document
from worlds import BEFORE, CONTEXT, NAME, World, copied

from sim.model.arrays import Cases, Model, settled
from sim.model.routes import ENTITY_KINDS
from sim.scenario.estate import Estate, TierMap
from sim.scenario.pathway import CONTRACT_TYPES
from sim.scenario.schema import Scenario
from sim.scenario.units import HOUR


def plain_document(officers: float = 1.0, years: float = 0.1, **run) -> Document:
    """Return a scenario with one case type, ``query``, of one hour's work."""
    return {
        "schema": 1,
        "name": "plain",
        "title": "Plain",
        "run": {
            "start": dt.date(2013, 4, 1),
            "years": years,
            "replications": 2,
            "seed": 1,
            "calendar": "every_day",
            "ranking": "fifo",
            **run,
        },
        "compare": {"base": NAME, "primary": "days"},
        "estate": {"source": "uniform"},
        "pathways": {"case_types": {"query": query()}, "packet_hours": 1e6},
        "contexts": {CONTEXT: {}},
        "arrangements": {
            NAME: {
                "title": "Ours",
                "workforce": {"roles": {"officer": {"annual_cost_gbp": 50_000}}},
                "teams": {
                    "desk": {"tier": "nation", "wte": officers, "mix": {"officer": 1.0}},
                },
                "authority": [{"team": "desk", "decides": "officer"}],
            }
        },
    }


def query(**changes) -> Document:
    """Return the plain case type with changes."""
    return {
        "title": "Query",
        "group": "transaction",
        "priority": 1,
        "demand": {"kind": "random", "per_contract_year": {"gp": 100.0}},
        "stages": [work()],
        "effort_distribution": "constant",
        **changes,
    }


def work(name: str = "work", hours: float = 1.0, **changes) -> Document:
    """Return a stage of work."""
    return {"kind": "work", "name": name, "hours": hours, "by": {"officer": 1.0}, **changes}


def plain_estate(contracts: int = 1) -> Estate:
    """Return GP contracts of one nation, one area, one place."""
    nobody = np.zeros(contracts, dtype=np.int32)
    return Estate(
        title="Plain",
        synthetic=True,
        ids=tuple(f"C{number}" for number in range(contracts)),
        contract_type=np.full(contracts, CONTRACT_TYPES.index("gp"), dtype=np.int8),
        patients=np.full(contracts, 7_000),
        rural=np.zeros(contracts, dtype=bool),
        inside=np.ones(contracts, dtype=bool),
        land_km2=np.ones(contracts),
        tiers={
            name: TierMap((name,), nobody, synthetic=True, source="rule")
            for name in ("nation", "area", "place", "ccg")
        },
        cell_tier="ccg",
        population=np.array([7_000 * contracts]),
        facts=(),
    )


def plain(document: Document | None = None, contracts: int = 1) -> World:
    """Return the world of a document."""
    document = document or plain_document()
    return World(document, Scenario.model_validate(document), plain_estate(contracts), grid=False)


def with_cases(model: Model, opens, factor=None, case_type=None, entity=None) -> Model:
    """Replace the cases: when each opens, its effort over the mean, its type and contract."""
    count = len(opens)

    def column(values, default) -> np.ndarray:
        return np.full(count, default) if values is None else np.asarray(values)

    entity, case_type = column(entity, 0), column(case_type, 0)
    opens = np.asarray(opens, dtype=np.int64)
    route = case_type * len(ENTITY_KINDS) + model.entities.kind[entity]
    if model.change:
        later = (route + (len(model.steps.first) - 1) // 2).astype(np.int32)
        looks = {"factor": column(factor, 1.0), "visit": np.zeros(count, dtype=np.int8)}
        model = replace(model, change=replace(model.change, route=later, **looks))
    return replace(
        model,
        cases=Cases(
            entity=entity,
            case_type=case_type,
            route=route,
            ordinal=np.arange(count),
            mark=np.arange(count),
            opens=opens,
            after=np.full(count, -1),
            gap=np.full(count, -1),
            due=opens.copy(),
            priority=np.ones(count, dtype=np.int64),
            factor=column(factor, 1.0),
            other_factor=column(factor, 1.0),
            visit=np.zeros(count, dtype=np.int64),
            initial=np.zeros(count, dtype=bool),
            background=np.zeros(count, dtype=bool),
        ),
    )


def becoming(document: Document, later: Document, **transition: Any) -> Document:
    """Let the arrangement of a document become one with some other blocks, on the third day."""
    before = document["arrangements"][NAME]
    begins = {"replaces": BEFORE, "date": document["run"]["start"] + dt.timedelta(days=2)}
    ours = {**copied(before), **later, "transition": {**begins, **transition}}
    return {**document, "arrangements": {BEFORE: before, NAME: ours}}


def with_shifts(model: Model, *shifts: tuple[float, float]) -> Model:
    """Give each person one shift, in hours."""
    start, end = np.array(shifts, dtype=np.float64).reshape(-1, 2).T * HOUR
    return replace(
        model,
        staff=replace(
            model.staff,
            first_shift=np.arange(len(shifts) + 1),
            shift_start=start.astype(np.int64),
            shift_end=end.astype(np.int64),
            **settled(len(shifts)),
        ),
    )
