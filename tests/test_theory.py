"""Queueing theory, through ordinary scenario files.

Each test runs a shipped scenario for K replications with its own fixed seed and
takes the mean over cases that open after the warm-up and early enough to be
closed by the horizon. It passes if |z| < 4, z being the distance from theory in
standard errors, and if the 95% half-width is below 2% of theory. Two control
variates of known mean, the number of cases and their mean effort, take away
noise that has nothing to do with queueing (Lavenberg and Welch, "A perspective
on the use of control variables", Management Science 27, 1981).

Years are multiples of four, which have exactly 365.25 days on average, so that
the load is what the file says. Half-widths reached, in % of the theoretical wait:
M/M/27 1.5 (0.2 of time in the system), M/M/9 1.4, M/M/3 1.9, M/M/1 1.7, M/G/1 1.0,
urgent 0.4, ordinary 1.7, machine repair 1.3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
from engines import RUNS
from scipy import stats

from sim.engine.log import UNSET
from sim.model.arrays import Model
from sim.model.build import build
from sim.scenario.estate_of import estate_of
from sim.scenario.files import load
from sim.scenario.pathway import RandomDemand
from sim.scenario.units import HOUR

pytestmark = pytest.mark.slow

RUN = RUNS.get("compiled", RUNS["reference"])
"""The engines write equal logs (tested elsewhere), so the fast one will do."""

MARGIN = 400 * HOUR
"""Cases that open this close to the horizon might not be closed in time: left out."""


# Theory


def erlang_c(servers: int, load: float) -> float:
    """Return the probability of waiting in M/M/c (Erlang, 1917); ``load`` in servers."""
    blocked = 1.0
    for c in range(1, servers + 1):
        blocked = load * blocked / (c + load * blocked)
    return blocked / (1 - load / servers * (1 - blocked))


def mmc_wait(servers: int, rho: float) -> float:
    """Return the mean wait in M/M/c, in mean service times."""
    return erlang_c(servers, servers * rho) / (servers * (1 - rho))


def mg1_wait(rho: float, cv: float) -> float:
    """Return the mean wait in M/G/1, in mean service times (Pollaczek and Khinchine)."""
    return rho * (1 + cv**2) / (2 * (1 - rho))


def cobham_waits(rhos: list[float]) -> list[float]:
    """Return mean waits by non-preemptive priority, exponential service (Cobham, 1954)."""
    left = 1 - np.cumsum([0.0, *rhos])
    return [sum(rhos) / (left[i] * left[i + 1]) for i in range(len(rhos))]


def repair_wait(machines: int, servers: int, think: float, service: float) -> float:
    """Return the mean wait in the machine repair model, from its birth and death chain."""
    odds = [1.0]
    for down in range(machines):
        rate = (machines - down) / think
        odds.append(odds[-1] * rate * service / min(down + 1, servers))
    p = np.array(odds) / sum(odds)
    down = np.arange(machines + 1)
    queue = (p * np.maximum(down - servers, 0)).sum()
    return float(queue / ((machines - down) * p).sum() * think)


def test_the_formulas_give_published_values():
    assert erlang_c(3, 2.0) == pytest.approx(4 / 9)
    assert erlang_c(10, 6.0) == pytest.approx(0.101299, abs=5e-7)
    assert mmc_wait(1, 0.9) == pytest.approx(9.0)
    assert [mg1_wait(0.8, cv) for cv in (0, 1, 1.5)] == pytest.approx([2.0, 4.0, 6.5])
    assert cobham_waits([0.3, 0.5]) == pytest.approx([1.142857, 5.714286], abs=5e-7)
    # One server and one machine: nobody to wait for. Ample servers: no waits.
    assert repair_wait(1, 1, 5.0, 1.0) == pytest.approx(0)
    assert repair_wait(5, 5, 2.0, 1.0) == pytest.approx(0)
    assert repair_wait(2, 1, 1.0, 1.0) == pytest.approx(1 / 2)


# Simulation


@dataclass(frozen=True)
class Sample:
    """Per replication: means of waits and times in the system (hours), and control variates."""

    wait: np.ndarray
    stay: np.ndarray
    controls: np.ndarray


def settled(model: Model, opened: np.ndarray) -> np.ndarray:
    """Return which cases count: opened after the warm-up and well before the horizon."""
    late = model.clock.horizon - MARGIN
    return (opened != UNSET) & (opened >= model.warm_up) & (opened < late)


def controls(model: Model, expected: float) -> list[float]:
    """Return deviations of known mean zero: number of cases, and effort of a case."""
    count = len(model.cases.entity) / expected - 1 if expected else 0.0
    return [count, float(model.cases.factor.mean()) - 1]


def sample(
    name: str, arrangement: str, years: float, replications: int, case_type: str = "job"
) -> Sample:
    """Run a shipped scenario; the means are over one case type, the controls over all."""
    loaded = load(name, [f"run.years={years}"])
    scenario, estate = loaded.scenario, estate_of(loaded)
    types = scenario.pathways.case_types
    rates = [
        sum(float(rate) for rate in t.demand.per_contract_year.values())
        for t in types.values()
        if isinstance(t.demand, RandomDemand)
    ]
    rows = []
    for replication in range(replications):
        model = build(scenario, estate, arrangement, "steady", replication)
        log = RUN(model)
        counted = settled(model, log.cases.opened)
        counted &= model.cases.case_type == [*types].index(case_type)
        assert (log.cases.closed[counted] != UNSET).all()
        stay = (log.cases.closed - log.cases.opened)[counted].mean() / HOUR
        wait = log.cases.queue[counted].mean() / HOUR
        rows.append([wait, stay, *controls(model, sum(rates) * len(estate.ids) * years)])
    table = np.array(rows)
    return Sample(table[:, 0], table[:, 1], table[:, 2:])


@dataclass(frozen=True)
class Estimate:
    """A mean with its standard error and degrees of freedom."""

    mean: float
    error: float
    freedom: int

    @property
    def half_width(self) -> float:
        """Half the width of the 95% interval."""
        return float(stats.t.ppf(0.975, self.freedom)) * self.error


def estimate(values: np.ndarray, controls: np.ndarray) -> Estimate:
    """Return the mean at controls zero, by least squares."""
    varying = controls[:, np.ptp(controls, axis=0) > 0]
    design = np.column_stack([np.ones(len(values)), varying])
    fit = np.linalg.lstsq(design, values, rcond=None)[0]
    freedom = len(values) - design.shape[1]
    variance = ((values - design @ fit) ** 2).sum() / freedom
    error = math.sqrt(variance * np.linalg.inv(design.T @ design)[0, 0])
    return Estimate(float(fit[0]), error, freedom)


def agree(name: str, values: np.ndarray, controls: np.ndarray, theory: float) -> None:
    """Fail unless an estimate is within 4 standard errors of theory and sharp enough."""
    found = estimate(values, controls)
    z, sharp = (found.mean - theory) / found.error, found.half_width / theory
    print(f"{name}: theory {theory:.5f}, mean {found.mean:.5f}, z {z:+.2f}, half-width {sharp:.2%}")
    assert abs(z) < 4
    assert sharp < 0.02


@pytest.mark.parametrize(
    ("arrangement", "servers", "replications"),
    [("one_pool", 27, 25), ("three_pools", 9, 20), ("nine_pools", 3, 14)],
)
def test_mmc(arrangement, servers, replications):
    """M/M/c at 90% load, c = 27, 9 and 3."""
    found = sample("textbook", arrangement, years=8, replications=replications)
    agree(f"M/M/{servers} wait", found.wait, found.controls, mmc_wait(servers, 0.9))
    agree(f"M/M/{servers} stay", found.stay, found.controls, mmc_wait(servers, 0.9) + 1)


def test_mm1():
    """M/M/1 at 90% load."""
    found = sample("textbook-mm1", "one_server", years=80, replications=20)
    agree("M/M/1 wait", found.wait, found.controls, mmc_wait(1, 0.9))
    agree("M/M/1 stay", found.stay, found.controls, mmc_wait(1, 0.9) + 1)


def test_mg1():
    """M/G/1 at 80% load, lognormal service with coefficient of variation 1.5."""
    found = sample("textbook-mg1", "one_server", years=80, replications=20)
    agree("M/G/1 wait", found.wait, found.controls, mg1_wait(0.8, 1.5))


@pytest.mark.parametrize(("case_type", "place"), [("urgent_job", 0), ("job", 1)])
def test_priorities(case_type, place):
    """Two classes without preemption, loads 0.3 and 0.5."""
    found = sample("textbook-priorities", "one_server", 48, 16, case_type)
    agree(f"priority {place} wait", found.wait, found.controls, cobham_waits([0.3, 0.5])[place])


def test_finite_population():
    """20 machines, two repairers: a month between failures, 20 hours for a repair."""
    found = sample("textbook-finite", "two_servers", years=150, replications=12)
    think, service = 365.25 / 12 * 7.5, 20.0
    theory = repair_wait(20, 2, think, service)
    agree("repair wait", found.wait, found.controls, theory)
    agree("repair stay", found.stay, found.controls, theory + service)
