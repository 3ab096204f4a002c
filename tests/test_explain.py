"""Why two arrangements differ: the parts add up, and what is asked for wrongly is refused."""

import numpy as np
import pandas as pd
import pytest
from laid_out import assert_laid_out
from test_api import command
from tiny import WORLD

import sim
from sim.experiment import attribution_words
from sim.experiment.attribution import Question
from sim.experiment.errors import DesignError
from sim.experiment.headlines import Headline
from sim.scenario.errors import ScenarioError
from sim.why import Explanation

FASTER = """
[arrangements.local.procedures]
effort_multiplier = 0.9

[arrangements.local.committees.board]
tier = "area"
meetings_per_year = 6
members = { executive = 3 }
agenda_items = 4
quorum = 2
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    path = tmp_path_factory.mktemp("tiny") / "tiny.toml"
    path.write_text(WORLD + FASTER, encoding="utf-8")
    return sim.load(path)


def explained(loaded, out, **asked):
    return sim.explain(
        loaded, "central", "local", replications=3, jobs=1, out=out, progress=False, **asked
    )


@pytest.fixture(scope="module")
def found(loaded, tmp_path_factory):
    return explained(loaded, tmp_path_factory.mktemp("results"))


def test_parts_add_up_in_every_replication(found):
    assert found.parts == ("procedures", "staffing")
    assert found.values.shape == (4, 3)
    assert found.shares.sum(axis=0) == pytest.approx(found.difference, abs=1e-9)
    assert (found.difference != 0).all()


def test_the_ends_are_what_a_run_measures(loaded, found, tmp_path):
    run = sim.run(loaded, replications=3, jobs=1, out=tmp_path, progress=False)
    rows = run.measures[(run.measures["measure"] == "load") & (run.measures["role"] == "all")]
    rows = rows[(rows["body"] == "all") & (rows["period"] == "all") & (rows["case_type"] == "all")]
    own = rows.pivot(index="replication", columns="arrangement", values="value")
    assert (found.values[0] == own["central"]).all()
    assert (found.values[-1] == own["local"]).all()


def test_load_is_work_over_staff_so_its_parts_are_known(found):
    """Twice the load with half the staff, nine tenths with quicker procedures (two players)."""
    start = found.values[0]
    alone, last = found.values[1] - start, found.values[3] - found.values[2]
    assert found.shares[0] == pytest.approx((alone + last) / 2, abs=1e-12)
    assert found.values[1] / start == pytest.approx(np.full(3, 0.9), rel=0.02)
    assert found.values[2] / start == pytest.approx(np.full(3, 2.0), rel=0.05)


def test_the_table_gives_means_intervals_and_both_ends(found):
    table = found.table
    assert list(table["part"]) == ["procedures", "staffing", "all"]
    assert table["difference"][:2].sum() == pytest.approx(table["difference"][2], abs=1e-9)
    half = 4.302652729911275 * found.shares[1].std(ddof=1) / 3**0.5  # t, 2 degrees of freedom
    assert table["high"][1] - table["difference"][1] == pytest.approx(half)
    assert table["first"][0] == pytest.approx((found.values[1] - found.values[0]).mean())
    assert table["last"][0] == pytest.approx((found.values[3] - found.values[2]).mean())


def test_it_is_said_in_a_sentence_and_a_table(found, capsys):
    assert "the largest parts are staffing and pay +" in found.sentence()
    assert "with Central" in found.sentence()
    found.show()
    text = capsys.readouterr().out
    assert "Staffing and pay" in text
    assert "simulation error only" in " ".join(text.split())


def test_the_chart_goes_from_one_value_to_the_other(found, tmp_path):
    drawn = found.chart()
    assert drawn.table["begins"][0] == pytest.approx(found.values[0].mean())
    assert drawn.table["ends"].iloc[-1] == pytest.approx(found.values[-1].mean())
    assert "Waterfall" in drawn.alt
    assert {path.suffix for path in found.save(tmp_path)} == {
        ".svg",
        ".pdf",
        ".png",
        ".csv",
        ".txt",
    }
    assert len(pd.read_csv(tmp_path / "waterfall.csv")) == 2


def test_the_chart_is_laid_out_in_both_widths(found):
    for width in ("one-column", "two-column"):
        assert_laid_out(found.chart(width).figure)


def test_for_the_same_money_every_mixture_costs_the_same(loaded, tmp_path):
    found = explained(loaded, tmp_path, measure="cost_total_gbp", same_money=True)
    assert found.values == pytest.approx(np.full(found.values.shape, found.values[0, 0]))
    assert "no difference" in found.sentence() or "makes a difference" in found.sentence()


def test_money_adds_up_too(loaded, tmp_path):
    found = explained(loaded, tmp_path, measure="cost_total_gbp")
    assert found.shares.sum(axis=0) == pytest.approx(found.difference, rel=1e-12)
    assert "£" in found.sentence()


def test_a_measure_that_is_not_reached_is_refused(loaded, tmp_path):
    with pytest.raises(DesignError, match="has no value here"):
        explained(loaded, tmp_path, measure="stocktake_complete_months")


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ({"measure": "lod"}, "load"),
        ({"case_type": "querry"}, "query"),
        ({"context": "base"}, "baseline"),
    ],
)
def test_names_that_are_not_known_are_answered_with_the_nearest(loaded, tmp_path, asked, near):
    with pytest.raises(ScenarioError, match=f"did you mean '{near}'"):
        explained(loaded, tmp_path, **asked)


def test_an_arrangement_that_is_not_known_is_refused(loaded, tmp_path):
    with pytest.raises(ScenarioError, match="did you mean 'local'"):
        sim.explain(loaded, "central", "locl", out=tmp_path, progress=False)
    with pytest.raises(DesignError, match="two different"):
        sim.explain(loaded, "central", "central", out=tmp_path, progress=False)
    with pytest.raises(DesignError, match="2 or more"):
        sim.explain(loaded, "central", "local", replications=1, out=tmp_path, progress=False)


def test_where_nothing_differs_it_says_so(loaded):
    question = Question("central", "local", Headline("load"), "baseline")
    same = Explanation(question, loaded.scenario, (), np.ones((1, 2)))
    assert "nothing in which they differ" in attribution_words.sentence(same)
    assert len(same.table) == 1


def test_the_command_prints_it_and_writes_a_chart(loaded, tmp_path, capsys):
    path = tmp_path / "tiny.toml"
    path.write_text(WORLD, encoding="utf-8")
    code, out, _ = command(
        capsys, "explain", str(path), "--from", "central", "--to", "local", "--replications", "2",
        "--jobs", "1", "--out", str(tmp_path),
    )  # fmt: skip
    assert code == 0
    assert "the largest part is staffing and pay" in " ".join(out.split())
    asked = "explain-central-local-load-*/waterfall.svg"
    assert len([*(tmp_path / "tiny").glob(asked)]) == 1
    command(
        capsys, "explain", str(path), "--from", "central", "--to", "local", "--replications", "3",
        "--jobs", "1", "--out", str(tmp_path),
    )  # fmt: skip
    assert len([*(tmp_path / "tiny").glob(asked)]) == 2, "an answer lays over no other"
    code, _, err = command(
        capsys, "explain", str(path), "--from", "central", "--to", "locl", "--out", str(tmp_path)
    )
    assert code == 2
    assert "did you mean 'local'" in err
