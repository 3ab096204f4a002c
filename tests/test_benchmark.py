"""The benchmarks compare like with like; nothing here asserts a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.benchmark import bench, peer
from sim.benchmark.bench import Discard
from sim.benchmark.report import report
from sim.benchmark.workload import HORIZON, HOURS, RATES, SHAPES, TRIAGE_HOURS, workload
from sim.engine import compiled, reference


@pytest.mark.parametrize("name", SHAPES)
def test_the_engines_and_the_simpy_program_agree_on_workload_w(name):
    model = workload(SHAPES[name], 300, seed=7)
    log = compiled.run(model)
    bench.check_equal(reference.run(model), log)
    found = peer.run(model)
    assert np.array_equal(log.cases.closed, found.decided)
    assert (log.cases.responded[found.triaged >= 0] <= found.triaged[found.triaged >= 0]).all()


def test_workload_w_has_the_rates_hours_and_load_that_it_says():
    model = workload(SHAPES["central"], 4_000)
    cases = np.bincount(model.cases.case_type) / (5 * 4_000)
    assert cases == pytest.approx(RATES, rel=0.03)
    log = compiled.run(model)
    closed = log.cases.closed >= 0
    mean = log.cases.effort[closed].sum() / 3_600_000 / closed.sum()
    assert mean == pytest.approx((HOURS + TRIAGE_HOURS) @ RATES / RATES.sum(), rel=0.03)
    busy = (log.work.end - log.work.start).sum() / (HORIZON * len(model.staff.team))
    assert 0.75 < busy < 0.95


def test_a_difference_is_found():
    model = workload(SHAPES["central"], 100)
    log = compiled.run(model)
    other = replace(log, cases=replace(log.cases, queue=log.cases.queue + 1))
    with pytest.raises(bench.DifferentError, match=r"cases\.queue"):
        bench.check_equal(log, other)


@pytest.mark.slow
def test_the_report_can_be_printed():
    lines = list(report(contracts=40, years=0.1))
    assert any(line.startswith("W, pooled: SimPy program") for line in lines)
    assert any(line.startswith("place_based") for line in lines)
    assert lines[-1].endswith("processes")


def test_kernels_are_tracked(benchmark):
    """pytest-benchmark follows the time of moving the cases; it asserts none."""
    model = workload(SHAPES["central"], 1_000)
    benchmark.pedantic(
        compiled.simulate, setup=lambda: ((compiled.prepare(model), Discard()), {}), rounds=3
    )
