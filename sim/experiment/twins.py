"""Limiting twins: what an arrangement would be without one of the reasons why things take time.

- *Zero noise*: ample staff and no chance. Each case takes its critical path, exactly.
- *Unlimited staff*: chance as it is, but next to nobody waits for an officer. What is left is the
  time that committees, notice periods and the work itself take, which no staff can buy.
- *Pooled*: all staff in one queue, random arrivals, exponential service. Its mean wait is
  Erlang's formula (1917; Gross and Harris, Fundamentals of Queueing Theory, section 2.3).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.engines import Name, engine
from sim.engine.log import UNSET
from sim.experiment.critical_path import CriticalPath
from sim.experiment.design import design
from sim.experiment.headlines import Headline
from sim.experiment.runner import Runner
from sim.experiment.staffing import SCALED
from sim.experiment.target import reach
from sim.experiment.worker import Task
from sim.model.arrays import Model, Staff, settled
from sim.model.build import build
from sim.scenario import files
from sim.scenario.estate import Estate
from sim.scenario.estate_of import estate_of
from sim.scenario.files import LoadedScenario
from sim.scenario.schema import Scenario
from sim.scenario.units import HOUR

Float = NDArray[np.float64]

LOAD = Headline("load")

SHOWN = (
    LOAD,
    Headline("resolution_in_clock_share"),
    Headline("resolution_days_median"),
    *(Headline(f"elapsed_days_{part}") for part in ("queue", "work", "committee", "outside")),
)
"""What is shown of the service as staffed and with unlimited staff."""

UNLIMITED = 20.0
"""So many times the staff are as good as any number: what still queues is shown."""

TWIN_YEARS = 0.25
"""The zero-noise twin runs this long: every case is compared, so a few months will do."""

MOST_LOAD = 0.9
"""Of the pooled twin: above it a mean wait takes too long to estimate."""

QUEUE_CONTRACTS, QUEUE_JOBS, QUEUE_REPLICATIONS = 100, 40_000, 20
"""The pooled twin: its contracts (as in the textbook estate), jobs and replications."""

WORKING_HOURS = 365.25 * 7.5
"""A year of the textbook's calendar, in which every day is a working day."""

NEUTRAL_WORKFORCE = {
    "leave_working_days": 0,
    "sickness_share": 0,
    "casework_share": 1,
    "turnover_per_year": 0,
    "first_year_turnover_per_year": None,
    "vacant_at_start_share": 0,
}
SURE = {
    "attendance_share": 1,
    "conflict_share": {},
    "deferral_share": 0,
    "agenda_items": 10**6,
}


def certain(document: dict[str, Any]) -> None:
    """Take chance, absence, knowledge and dispatch out; a branch is always or never taken."""
    if document["pathways"].get("condition"):
        document["pathways"]["condition"]["feedback"] = False
    for case_type in document["pathways"]["case_types"].values():
        case_type["effort_distribution"] = "constant"
        for stage in case_type["stages"]:
            for key in {"share", "refuse_share"} & {*stage}:
                stage[key] = 1.0 if _central(stage[key]) > 0.5 else 0.0
    for arrangement in document["arrangements"].values():
        arrangement["workforce"] |= NEUTRAL_WORKFORCE
        for name in ("knowledge", "dispatch", "refuse_share", "transition"):
            arrangement.pop(name, None)
        for committee in arrangement.get("committees", {}).values():
            committee |= SURE


def _central(quantity: float | dict[str, Any]) -> float:
    """Return the value of a quantity, which may be a bare number."""
    return float(quantity["central"] if isinstance(quantity, dict) else quantity)


def ample(model: Model) -> Model:
    """Give every role of every team an officer for each case that may come, always there."""
    roles, cases, teams = len(model.teams.roles), model.cases, len(model.teams.kind)
    here = model.teams.of[:, cases.entity].ravel()
    many = np.bincount(here[here >= 0], minlength=teams)
    team = np.repeat(np.arange(teams), many * roles)
    people = len(team)
    return replace(
        model,
        staff=Staff(
            team=team,
            role=np.arange(people) % roles,
            mark=np.arange(people),
            first_shift=np.arange(people + 1),
            shift_start=np.zeros(people, dtype=np.int64),
            shift_end=np.full(people, model.clock.horizon),
            **settled(people),
            casework_share=np.ones((teams, roles)),
            wte=np.ones(people),
        ),
        teams=replace(model.teams, named=np.full_like(model.teams.named, -1)),
    )


@dataclass(frozen=True)
class ZeroNoise:
    """Of the cases of the zero-noise twin, how many ended where the critical path says."""

    cases: int
    exact: int


@dataclass(frozen=True)
class Pooled:
    """All staff in one queue: mean wait for an officer, in mean lengths of a piece of work.

    ``erlang`` is the formula's, ``low`` to ``high`` the 95% t interval of what was simulated.
    """

    servers: int
    load: float
    erlang: float
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Twins:
    """One arrangement: the service as staffed and with unlimited staff, and the other twins.

    ``as_staffed`` and ``unlimited`` hold the measures in ``SHOWN``, shape (replications, shown).
    """

    arrangement: str
    as_staffed: Float
    unlimited: Float
    zero_noise: ZeroNoise
    pooled: Pooled
    overloaded: bool = False
    """Whether some of the staff cannot keep up as staffed, so that times would flatter."""


def twins(
    loaded: LoadedScenario, names: Sequence[str], context: str, runner: Runner
) -> Iterator[Twins]:
    """Run every twin of some arrangements in one context; yield one arrangement at a time."""
    scenario, estate = loaded.scenario, estate_of(loaded)
    points = {point.arrangement: point for point in design(scenario) if point.context == context}
    every = range(scenario.run.replications)
    for name in names:
        more = replace(points[name], wte_scale=UNLIMITED, staffing=SCALED)
        before, after = (
            runner.values([Task(point, replication) for replication in every], SHOWN)
            for point in (points[name], more)
        )
        without = zero_noise(scenario, estate, name, context, runner.engine)
        servers = servers_of(build(scenario, estate, name, context, 0))
        load = float(before[:, SHOWN.index(LOAD)].mean())
        one_queue = pooled(servers, load, runner.engine)
        behind = runner.overloaded([Task(points[name], replication) for replication in every])
        yield Twins(name, before, after, without, one_queue, behind)


def zero_noise(
    scenario: Scenario, estate: Estate, arrangement: str, context: str, by: Name
) -> ZeroNoise:
    """Run the twin without chance over ``TWIN_YEARS`` and compare it with its critical path."""
    document = scenario.model_dump(by_alias=True)
    certain(document)
    document["run"]["years"] = min(document["run"]["years"], TWIN_YEARS)
    document["run"]["warm_up_months"] = 0.0
    without = Scenario.model_validate(document)
    model = ample(build(without, estate, arrangement, context, 0))
    path = np.array(CriticalPath(model).closed, dtype=np.int64)
    closed = engine(by).run(model).cases.closed
    return ZeroNoise(
        len(path), int((closed == np.where(path < model.clock.horizon, path, UNSET)).sum())
    )


def servers_of(model: Model) -> int:
    """Return how many people at work on cases all day the staff amount to, at least one."""
    hours = (model.staff.shift_end - model.staff.shift_start).clip(0).sum()
    return max(1, round(float(hours) / model.clock.horizon))


def erlang_wait(servers: int, load: float) -> float:
    """Return the mean wait in M/M/c in mean service times (Erlang, 1917); ``load`` per server."""
    blocked = 1.0
    for count in range(1, servers + 1):
        blocked = load * servers * blocked / (count + load * servers * blocked)
    waits = blocked / (1 - load * (1 - blocked))
    return waits / (servers * (1 - load))


def pooled(servers: int, load: float, by: Name) -> Pooled:
    """Simulate one queue of so many servers and compare its wait with Erlang's formula.

    At a load of ``MOST_LOAD`` where it is more: a queue that only grows has no mean.
    """
    load = min(load, MOST_LOAD)
    rate = load * servers * WORKING_HOURS / QUEUE_CONTRACTS
    loaded = files.load(
        "textbook-mm1",
        [
            "run.warm_up_months=0",
            f"run.years={QUEUE_JOBS / (rate * QUEUE_CONTRACTS):.6f}",
            f"pathways.case_types.job.demand.per_contract_year.gp={rate!r}",
            f"arrangements.one_server.teams.servers.wte={servers}",
        ],
    )
    estate = estate_of(loaded)
    waits = []
    for replication in range(QUEUE_REPLICATIONS):
        model = build(loaded.scenario, estate, "one_server", "steady", replication)
        cases = engine(by).run(model).cases
        margin = model.clock.horizon // 20
        counted = (cases.opened >= 2 * margin) & (cases.opened < model.clock.horizon - margin)
        waits.append(float(cases.queue[counted].mean()) / HOUR)
    low, high = (reach(np.array(waits), 0.975, sign) for sign in (1, -1))
    return Pooled(servers, load, erlang_wait(servers, load), float(np.mean(waits)), low, high)
