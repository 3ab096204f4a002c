"""Screening and indices against functions whose answers are known, and a small scenario."""

import numpy as np
import pandas as pd
import pytest
from laid_out import assert_laid_out
from SALib.test_functions import Ishigami, Sobol_G
from tiny import WORLD

from sim import cli, doubt
from sim.experiment.errors import DesignError
from sim.experiment.plausible import Factor
from sim.experiment.runner import Runner
from sim.experiment.sensitivity import indices, screening

SEED = 20130401
STAFF = "arrangements.central.teams.office.wte"


def factor(name):
    return Factor(name, (), 0.0, 0.5, 1.0)


def test_indices_of_the_ishigami_function():
    """Ishigami and Homma 1990 give them in closed form, for a = 7 and b = 0.1."""

    def answer(quantiles):
        return Ishigami.evaluate(np.pi * (2.0 * quantiles - 1.0))

    found = indices([factor(name) for name in "abc"], answer, 2048, SEED)
    first = 0.5 * (1 + np.pi**4 * 0.1 / 5) ** 2
    second, third = 49 / 8, np.pi**8 * 0.01 * (1 / 18 - 1 / 50)
    whole = first + second + third
    assert found["first"].to_numpy() == pytest.approx(
        np.array([first, second, 0.0]) / whole, abs=0.03
    )
    assert found["total"].to_numpy() == pytest.approx(
        np.array([first + third, second, third]) / whole, abs=0.03
    )
    assert (found["first_half"] < 0.15).all()


def test_screening_of_a_sum_gives_its_weights():
    """The effect of a factor of a linear function is its weight, exactly, and has no spread."""
    weights = np.array([0.0, -3.0, 1.0, 10.0])
    found = screening(
        [factor(name) for name in "abcd"], lambda q: q @ weights, trajectories=5, seed=SEED
    )
    assert found["factor"].tolist() == ["d", "b", "c", "a"]
    assert found["effect"].to_numpy() == pytest.approx([10.0, 3.0, 1.0, 0.0])
    assert found["mean"].to_numpy() == pytest.approx([10.0, -3.0, 1.0, 0.0])
    assert found["spread"].to_numpy() == pytest.approx(0.0, abs=1e-9)
    assert found["half"].to_numpy() == pytest.approx(0.0, abs=1e-9)


def test_screening_shows_what_interacts():
    found = screening(
        [factor(name) for name in "ab"], lambda q: q[:, 0] * q[:, 1], trajectories=40, seed=SEED
    )
    assert (found["spread"] > 0.1).all()


@pytest.mark.parametrize("trajectories", [2, 4, 8])
def test_luck_passes_for_an_effect_one_time_in_twenty_and_intervals_cover(trajectories):
    """20 factors of which 10 have an effect of 5 and 10 none, with noise, 40 times.

    An absolute effect is above zero by luck alone: only the mean with its sign can be clear.
    """
    rng, weights = np.random.default_rng(7), np.repeat([5.0, 0.0], 10)
    every = [factor(str(place)) for place in range(20)]

    def answer(quantiles):
        return quantiles @ weights + rng.normal(0.0, 0.5, len(quantiles))

    table = pd.concat(screening(every, answer, trajectories, seed) for seed in range(40))
    nothing = table["factor"].astype(int) >= 10
    margin = 3 * np.sqrt(0.05 * 0.95 / 400)
    assert table[nothing]["clear"].mean() <= 0.05 + margin
    covered = (table["effect"] - 5.0).abs() <= table["half"]
    assert covered[~nothing].mean() >= 0.95 - margin


def test_an_answer_that_never_moves_has_no_indices():
    found = indices([factor("a")], lambda q: np.ones(len(q)), 8, SEED)
    assert found.loc[0, ["first", "total"]].tolist() == [0.0, 0.0]


def test_screening_orders_the_g_function_by_its_coefficients():
    """Saltelli and Sobol 1995: the smaller a coefficient, the more its factor matters."""
    sizes = np.array([78.0, 12.0, 0.5, 2.0, 97.0, 33.0])
    every = [factor(str(size)) for size in sizes]
    found = screening(every, lambda q: Sobol_G.evaluate(q, a=sizes), 60, SEED)
    assert found["factor"].tolist() == [str(size) for size in sorted(sizes)]


@pytest.fixture
def tiny(tmp_path):
    """Two arrangements that share the range of a half-life and differ in staff."""
    path = tmp_path / "tiny.toml"
    both = 'half_life_months = { low = 3, central = 6, high = 12, source = "assumption" }'
    text = WORLD.replace('primary = "load"', 'primary = "cost_total_gbp"')
    for name in ("central", "local"):
        text += f"\n[arrangements.{name}.knowledge]\n{both}\n"
    path.write_text(text)
    return path


def asked(path, **options):
    settings = {"trajectories": 2, "few": 2, "samples": 4, "jobs": 1, "progress": False}
    return doubt.sensitivity(path, out=path.parent, **{**settings, **options})


def test_every_trajectory_has_a_luck_of_its_own(tiny, monkeypatch):
    asked_for, values = [], Runner.values

    def noted(runner, tasks, headlines):
        asked_for.append([task.replication for task in tasks])
        return values(runner, tasks, headlines)

    monkeypatch.setattr(Runner, "values", noted)
    asked(tiny, trajectories=3)
    screened, indexed = asked_for
    each = len(screened) // 3
    assert screened == [number for number in range(3) for _ in range(each)]
    assert set(indexed) == {0}


def test_what_matters_for_cost_is_found_kept_and_shown(tiny, capsys):
    found = asked(tiny)
    assert found.screening["factor"][0] == STAFF
    assert found.screening["effect"][0] > 0
    assert found.indices["factor"][0] == STAFF
    assert STAFF in found.sentences()[0]
    assert f"sim stress with --contexts baseline --along {STAFF}." in found.sentences()[1]
    assert found.chart().table["factor"][0] == STAFF
    for width in ("one-column", "two-column"):
        assert_laid_out(found.chart(width).figure)
        assert_laid_out(found.sobol(width).figure)
    assert STAFF in found.sobol().caption
    folder = found.save()
    charts = {path.stem for path in (folder / "chart").iterdir()}
    assert charts == {f"{n}{w}" for n in ("sensitivity", "sobol") for w in ("", "-two-column")}
    assert {path.name for path in folder.iterdir()} == {
        "screening.csv",
        "indices.csv",
        "chart",
        "question.json",
    }
    with pytest.raises(SystemExit):
        cli.main(["show", str(tiny), "--assumed", "--out", str(tiny.parent)])
    lines = capsys.readouterr().out.splitlines()
    assert "sensitivity analysis" in lines[1]
    assert STAFF in lines[2]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"arrangement": "locl"}, "no arrangement 'locl'; did you mean local"),
        ({"arrangement": "local", "against": "local"}, "local less itself is nothing to explain"),
        ({"trajectories": 1}, "trajectories: expected 2 or more, found 1"),
        ({"samples": 3}, "a power of two"),
        ({"context": "war"}, "no context 'war'"),
    ],
)
def test_what_cannot_be_asked_is_refused(tiny, options, message):
    with pytest.raises(DesignError, match=message):
        asked(tiny, **options)


def test_the_same_question_has_the_same_answer_again(tiny):
    one, other = asked(tiny), asked(tiny)
    assert one.screening.equals(other.screening)
    assert one.folder == other.folder
