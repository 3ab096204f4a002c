"""The benchmarks compare like with like; nothing here asserts a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tiny import WORLD

from sim.benchmark import bench, peer
from sim.benchmark import report as report_module
from sim.benchmark.bench import Discard
from sim.benchmark.report import report
from sim.benchmark.throughput import Layer, layer
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
def test_the_report_can_be_printed(monkeypatch, tmp_path):
    tiny = tmp_path / "tiny.toml"
    tiny.write_text(WORLD, encoding="utf-8")
    monkeypatch.setattr(report_module, "COUNTRY", str(tiny))  # England takes minutes
    monkeypatch.setattr(report_module, "EXPERIMENTS", {report_module.AREA: 1})
    lines = list(report(contracts=40, years=0.1))
    assert any(line.startswith("W, pooled: SimPy program") for line in lines)
    assert any(line.startswith("one-area-2013, place_based: reference") for line in lines)
    for name in ("central", "local"):
        assert any(line.startswith(name) for line in lines)
        assert any(line.endswith(f" {name}, whole log") for line in lines)
    assert lines[-1].endswith("processes")
    assert any(line.startswith("one-area-2013 ") and "%" in line for line in lines)


def test_what_is_around_a_replication_is_told_apart_from_what_is_inside():
    """By hand: 4 replications in 2.2 s, of which 2 s are inside and 0.5 s the engine's."""
    found = Layer(4, whole=2.2, inside=2.0, moving=0.5)
    assert found.per_second == pytest.approx(4 / 2.2)
    assert found.overhead == pytest.approx(0.1)
    assert found.of_engine == pytest.approx(0.4)
    real = layer("one-area-2013", 0.1, 1)
    assert real.replications == 4
    assert 0 < real.moving < real.inside


def test_kernels_are_tracked(benchmark):
    """pytest-benchmark follows the time of moving the cases; it asserts none."""
    model = workload(SHAPES["central"], 1_000)
    benchmark.pedantic(
        compiled.simulate, setup=lambda: ((compiled.prepare(model), Discard()), {}), rounds=3
    )
