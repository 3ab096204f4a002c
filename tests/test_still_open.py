"""How many cases are still open after so many days: from the log, and as a chart."""

import numpy as np
import pandas as pd
import pytest
from laid_out import assert_laid_out

import sim
from sim.charts import NoDataError, still_open
from sim.charts.one_run import OneRun
from sim.charts.style import WIDTHS_CM
from sim.outcomes.measures import measured

WORDS = OneRun("Made up", "All arrangements as staffed", 0)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    loaded = sim.load("one-area-2013", ["run.years=1"])
    return sim.look(loaded, out=tmp_path_factory.mktemp("look"))


def test_every_arrangement_has_the_same_cases_and_the_base_comes_first(found):
    table = found.chart("still_open").table
    assert list(table["arrangement"].unique()) == [*found.scenario.arrangements]
    assert table["arrangement"].iloc[0] == found.scenario.compare.base
    assert (table.groupby("case_type")["cases"].nunique() == 1).all()
    assert set(table["case_type"]) == {"all", found.asked.case_type}


def test_curves_fall_from_all_and_agree_with_the_quantiles_of_the_tables(found):
    measures = measured(found.run.view.tally).set_index(["measure", "case_type"])["value"]
    for case_type, curve in found.run.still_open(found.asked.case_type).groupby("case_type"):
        assert curve["still_open"].between(0, 1).all()
        assert curve["still_open"].is_monotonic_decreasing
        assert curve["followed"].is_monotonic_decreasing
        assert curve["followed"].iloc[0] == curve["cases"].iloc[0]
        for name, share in (("median", 0.5), ("p90", 0.1)):
            days = measures[f"resolution_days_{name}", case_type]
            reached = curve.loc[curve["still_open"] <= share + 1e-12, "day"]
            assert reached.empty if np.isnan(days) else reached.min() == np.ceil(days)


def test_open_cases_are_censored_and_not_left_out(found):
    curve = found.run.still_open("complaint").query("case_type == 'all'")
    view = found.run.view
    assert curve["open_at_end"].iloc[0] == (view.cohort & ~view.is_closed).sum() > 0
    closed = view.cohort & view.is_closed
    days = view.calendar_days(view.ends(np.flatnonzero(closed)))
    days -= view.calendar_days(view.since[closed])
    of_closed_alone = (days > curve["day"].iloc[-1]).mean()
    assert curve["still_open"].iloc[-1] > of_closed_alone


def curves(years=5):
    """Three arrangements, of which the last resolves nothing."""
    day = np.arange(int(365 * years / 2))
    frames = []
    for place, name in enumerate(("quick", "slow_one_with_a_long_name", "never")):
        rate = (0.05, 0.003, 0.0)[place]
        for kind in ("all", "performers_list_application_with_interview"):
            share = np.exp(-rate * day)
            parts = {"case_type": kind, "day": day, "still_open": share, "followed": 50}
            frames.append(pd.DataFrame({**parts, "cases": 50, "open_at_end": 7 * place}))
            frames[-1]["arrangement"] = name
    return pd.concat(frames, ignore_index=True)


@pytest.mark.parametrize("width", WIDTHS_CM)
@pytest.mark.parametrize("years", [0.25, 1, 5, 12])
def test_the_chart_is_laid_out_whatever_the_run(width, years):
    drawn = still_open.draw(curves(years), WORDS, width)
    assert_laid_out(drawn.figure)
    for ax in drawn.figure.axes:
        assert len(ax.lines) == 3
    assert "(Quick 0, Slow one with a long name 7 and Never 14) are censored" in drawn.caption
    assert "Never after a week 100.0%" in drawn.alt


def test_a_run_of_days_has_no_chart():
    with pytest.raises(NoDataError, match="a week"):
        still_open.draw(curves(0.02), WORDS)
