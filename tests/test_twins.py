"""The limiting twins as a command; theory comes from sources that are not ours."""

import math

import numpy as np
import pytest
from test_api import command
from test_theory import erlang_c, mmc_wait

from sim.experiment import twins as module
from sim.experiment.twins import SHOWN, erlang_wait, pooled
from sim.need import twins
from sim.scenario.files import load

SHORT = ["run.years=0.25"]


@pytest.mark.parametrize(("servers", "load"), [(1, 0.9), (3, 0.5), (10, 0.6), (27, 0.9)])
def test_the_formula_is_erlangs(servers, load):
    """Against its sum as published, another way to compute it, and a table's value."""
    a = servers * load
    top = a**servers / math.factorial(servers) / (1 - load)
    waits = top / (sum(a**n / math.factorial(n) for n in range(servers)) + top)
    assert erlang_wait(servers, load) == pytest.approx(waits / (servers * (1 - load)))
    assert erlang_wait(servers, load) == pytest.approx(mmc_wait(servers, load))
    assert erlang_c(10, 6.0) == pytest.approx(0.101299, abs=5e-7)


@pytest.mark.slow
@pytest.mark.parametrize(("servers", "load"), [(4, 0.7), (25, 1.3)])
def test_the_pooled_twin_agrees_with_erlang(servers, load):
    found = pooled(servers, load, "compiled")
    assert found.load == min(load, 0.9)
    error = (found.high - found.low) / 2 / 2.093  # t(0.975, 19)
    assert abs(found.mean - found.erlang) < 4 * error
    assert error < 0.1 * found.erlang


@pytest.mark.slow
def test_every_arrangement_of_a_scenario_has_its_twins(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "QUEUE_JOBS", 2000)
    monkeypatch.setattr(module, "QUEUE_REPLICATIONS", 2)
    loaded = load("one-area-2013", SHORT)
    limits = twins(loaded, replications=2, jobs=1, out=tmp_path, progress=False)
    assert [each.arrangement for each in limits.found] == [*loaded.scenario.arrangements]
    for each in limits.found:
        assert each.zero_noise.exact == each.zero_noise.cases > 1000
        queue = [shown.measure for shown in SHOWN].index("elapsed_days_queue")
        assert (each.unlimited[:, queue] < each.as_staffed[:, queue]).all()
        assert (each.unlimited[:, 0] < 0.2 * each.as_staffed[:, 0]).all()  # load
        assert np.isfinite(each.unlimited[:, queue:]).all()
        assert each.pooled.servers > 5


def test_a_case_off_its_path_is_counted(monkeypatch):
    """Staff that are not ample leave cases waiting, and the twin says so."""
    monkeypatch.setattr(module, "ample", lambda model: model)
    loaded = load("one-area-2013", SHORT)
    estate = module.estate_of(loaded)
    found = module.zero_noise(loaded.scenario, estate, "central", "baseline", "compiled")
    assert 0 < found.exact < found.cases


@pytest.mark.slow
def test_the_command_prints_them(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(module, "QUEUE_JOBS", 2000)
    words = ["twins", "one-area-2013", "--arrangement", "central", "--replications", "2"]
    options = ["--jobs", "1", "--set", SHORT[0], "--out", str(tmp_path)]
    code, out, _ = command(capsys, *words, *options)
    assert code == 0
    assert "Unlimited staff (20 times as many)" in out
    assert "all  " in out
    assert "pct" not in out


def test_an_unknown_arrangement_is_one_message(tmp_path, capsys):
    words = ["twins", "one-area-2013", "--arrangement", "centrl", "--out", str(tmp_path)]
    code, _, err = command(capsys, *words)
    assert code == 2
    assert 'no arrangement "centrl"' in err
    assert 'did you mean "central"?' in err
