"""Exact agreement with other ways to the same answer."""

import heapq
from dataclasses import replace

import ciw
import numpy as np
import pytest
from engines import engines
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain import plain, plain_document, with_cases
from worlds import worlds

from sim.engine import reference
from sim.engine.log import CLOSED, REFUSED_OUTCOME, UNSET
from sim.experiment.critical_path import CriticalPath
from sim.experiment.twins import ample, certain
from sim.scenario.units import HOUR

examples = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


# Queues


def queue_model(servers, arrivals, services):
    """Return the model of a queue, first come first served; times in milliseconds."""
    model = plain(plain_document(officers=servers, years=1.0)).model()
    model = replace(model, steps=replace(model.steps, effort=np.ones(1, dtype=np.int64)))
    return with_cases(model, arrivals, factor=services.astype(np.float64))


def earliest_free_server(servers, arrivals, services):
    """Return every customer's wait, by the recursion of Kiefer and Wolfowitz (1955)."""
    free = [0] * servers
    waits = []
    for arrival, service in zip(arrivals.tolist(), services.tolist(), strict=True):
        start = max(arrival, heapq.heappop(free))
        waits.append(start - arrival)
        heapq.heappush(free, start + service)
    return waits


def busy_period(servers, customers, seed):
    """Return arrivals and services of a queue at 95% load."""
    rng = np.random.default_rng(seed)
    services = 1 + rng.exponential(HOUR, customers).astype(np.int64)
    gaps = 1 + rng.exponential(HOUR / servers / 0.95, customers).astype(np.int64)
    return np.cumsum(gaps), services


@engines
@pytest.mark.parametrize("servers", [1, 3, 27])
def test_waits_are_those_of_the_earliest_free_server(run, servers):
    arrivals, services = busy_period(servers, 1500, seed=servers)
    log = run(queue_model(servers, arrivals, services))
    assert (log.cases.outcome == CLOSED).all()
    assert log.cases.queue.tolist() == earliest_free_server(servers, arrivals, services)
    assert log.cases.work.tolist() == services.tolist()
    assert log.cases.queue.max() > 0


@engines
@settings(max_examples=40, deadline=None)
@given(
    servers=st.sampled_from([1, 2, 3]),
    gaps=st.lists(st.integers(0, 3), min_size=1, max_size=40),
    seed=st.integers(0, 99),
)
def test_waits_agree_where_everything_ties(run, servers, gaps, seed):
    arrivals = np.cumsum(gaps) * HOUR
    services = np.random.default_rng(seed).integers(1, 5, len(gaps)) * HOUR
    log = run(queue_model(servers, arrivals, services))
    assert log.cases.queue.tolist() == earliest_free_server(servers, arrivals, services)


@engines
@pytest.mark.parametrize("servers", [1, 3, 27])
def test_waits_are_those_of_ciw(run, servers):
    arrivals, services = busy_period(servers, 1500, seed=servers)
    log = run(queue_model(servers, arrivals, services))
    gaps = np.diff(arrivals, prepend=0).tolist()
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Sequential([*gaps, float("inf")])],
        service_distributions=[ciw.dists.Sequential(services.tolist())],
        number_of_servers=[servers],
    )
    ciw.seed(0)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(int(arrivals[-1] + services.sum()))
    records = sorted(simulation.get_all_records(), key=lambda record: record.id_number)
    assert [record.arrival_date for record in records] == log.cases.opened.tolist()
    assert [record.waiting_time for record in records] == log.cases.queue.tolist()
    assert [record.exit_date for record in records] == log.cases.closed.tolist()


# The zero-noise twin


@engines
@examples
@given(world=worlds(change=certain, grid=False))
def test_the_zero_noise_twin_takes_the_critical_path(run, world):
    model = ample(world.model())
    log = run(model)
    path = np.array(CriticalPath(model).closed, dtype=np.int64)
    assert log.cases.closed.tolist() == np.where(path < model.clock.horizon, path, UNSET).tolist()
    assert not log.cases.queue.any()


def test_the_zero_noise_twin_closes_cases_in_many_ways():
    """The test above is worth something: paths of its worlds meet, wait, travel and cross."""
    seen = dict.fromkeys(("committee", "outside", "travel", "crossings", "jumps"), 0)

    @settings(max_examples=60, derandomize=True, database=None, deadline=None)
    @given(worlds(change=certain, grid=False))
    def look(world):
        log = reference.run(ample(world.model()))
        done = np.isin(log.cases.outcome, (CLOSED, REFUSED_OUTCOME))
        for name in seen:
            seen[name] += bool(getattr(log.cases, name)[done].any())

    look()
    assert min(seen.values()) >= 3, seen
