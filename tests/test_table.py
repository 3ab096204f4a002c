"""The printed comparison: what planners read."""

import datetime as dt
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from small_scenario import CONTENT, SMALL, changed

from sim.experiment import headlines, wording
from sim.experiment.headlines import Headline, last_period, primary, rows_of
from sim.experiment.keeping_up import capacity, clearance_date
from sim.experiment.results import Results, compare
from sim.experiment.run import manifest_of
from sim.experiment.table import render
from sim.outcomes.catalogue import CATALOGUE
from sim.scenario.describe import estate_words
from sim.scenario.schema import Compare, EstateChoice

BASE = {
    "resolution_in_clock_share": 0.8,
    "resolution_days_median": 10.0,
    "cases_open": 100.0,
    "cost_total_gbp": 2_000_000.0,
    "wte": 20.0,
    "load": 0.7,
    "pools_overloaded_share": 0.0,
    "cost_per_head_gbp": 1.5,
    "backlog_growth_per_month": 0.5,
    "clearance": 2.0,
}
"""A value per measure for an arrangement that keeps up."""

OVERLOADED = {"load": 1.2, "pools_overloaded_share": 0.5, "backlog_growth_per_month": 12.34}
PRIMARY = changed(
    "compare",
    {"base": "central", "primary": "resolution_in_clock_share", "smallest_difference": 0.05},
)


def rows(values, arrangement, context, replication, noise):
    """Rows of one replication, with the load also by team and role."""
    frame = pd.DataFrame(
        [
            {"measure": name, "body": "all", "role": "all", "value": value * (1 + noise)}
            for name, value in values.items()
        ]
        + [{"measure": "load", "body": "office", "role": "officer", "value": values["load"]}]
    )
    units = frame["measure"].map(lambda name: CATALOGUE[name].unit)
    return frame.assign(
        arrangement=arrangement,
        context=context,
        replication=replication,
        case_type="all",
        period="all",
        unit=units,
    )


def made_up(scenario=PRIMARY, noise=0.01, **changes):
    """Results in which ``changes`` say how arrangements differ from ``BASE``."""
    variants = list(scenario.arrangements)
    if len(variants) > 1:
        variants.append("local (same money)")
    frames = [
        rows(
            {**BASE, **changes.get(name.removesuffix(" (same money)"), {})},
            name,
            context,
            replication,
            noise * np.sin(7 * replication + len(name)),
        )
        for context in scenario.contexts
        for name in variants
        for replication in range(4)
    ]
    measures = pd.concat(frames, ignore_index=True)
    found = compare(measures, "central", "central")
    return Results(Path("nowhere"), manifest_of(scenario), measures, found)


def printed(results, width=100):
    console = Console(file=io.StringIO(), width=width)
    console.print(render(results))
    return console.file.getvalue()


def line(text, start, after=""):
    """The first line that starts so, after some other text."""
    lines = text[text.index(after) :].splitlines()
    return next(found for found in lines if found.strip().startswith(start))


def test_both_staffings_are_printed_for_every_context():
    text = printed(made_up())
    assert text.count("As staffed") == 2
    assert text.count("Same money: everyone's staff scaled") == 2
    assert text.index("Context: now") < text.index("As staffed") < text.index("Context: busy")


def test_the_name_of_the_only_context_is_not_printed():
    one = PRIMARY.model_copy(update={"contexts": {"now": PRIMARY.contexts["now"]}})
    assert "Context" not in printed(made_up(one))


def test_capacity_stands_above_the_differences():
    text = printed(made_up(noise=0.0))
    row = line(text, "central (base): Central")
    assert row.split()[-4:] == ["20.0", "0.70", "0%", "£1.50"]
    assert text.index("WTE") < text.index("Difference")


def test_the_primary_measure_comes_first_and_is_marked():
    text = printed(made_up(noise=0.0))
    after = text.split("Difference (95% interval)")[1].splitlines()[1]
    assert after.startswith("★ Cases resolved in time (%)")
    assert after.split()[-3:] == ["80.0%", "central", "(base)"]
    assert "the smallest difference that matters is 5 percentage points" in text


def test_a_difference_has_its_interval_and_the_share_in_favour():
    text = printed(made_up(local={"cases_open": 150.0}, noise=0.02))
    row = line(text, "local", after="Cases still open")
    assert " to +" in row
    assert row.split()[1].startswith("15")
    assert "0%" in row
    assert "×" in row
    assert "simulation error only" in text


def test_equal_values_are_no_difference():
    text = printed(made_up(noise=0.0))
    row = line(text, "local", after="Total cost (£ per year)")
    assert row.split()[1:] == ["£2,000,000", "no", "difference"]


def test_a_change_for_the_worse_is_called_so():
    text = printed(made_up(local={"resolution_in_clock_share": 0.5}, noise=0.0))
    assert "the difference matters: local (worse)." in text


def test_the_question_stands_above_the_numbers():
    assert printed(made_up()).strip().splitlines()[0] == "Small"


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"source": "facts", "title": "England", "area_team": "Essex"}, "England; of these Essex"),
        ({"source": "facts", "title": "England", "ccgs": ["A", "B"]}, "England; of these A and B"),
        ({"source": "uniform"}, ""),
        (
            {"source": "file", "title": "England", "file": "there/mine.csv"},
            "Practices of mine.csv; other contracts from: England",
        ),
    ],
)
def test_the_estate_is_named_with_its_part_of_the_country(choice, words):
    assert estate_words(EstateChoice.model_validate(choice)) == words


@pytest.mark.parametrize(
    ("value", "noise", "verdict"),
    [
        (0.9, 0.0, "matters: local (better)"),
        (0.82, 0.0, "is too small to matter: local"),
        (0.82, 0.2, "may matter: local"),
        (float("nan"), 0.0, "cannot be judged: local"),
    ],
)
def test_the_primary_difference_is_judged(value, noise, verdict):
    text = printed(made_up(local={"resolution_in_clock_share": value}, noise=noise))
    assert f"★ Under these assumptions the difference {verdict}." in text


def test_without_a_smallest_difference_nothing_is_judged():
    text = printed(made_up(SMALL))
    assert "The difference" not in text
    assert "★ Primary measure." in text
    assert "★ Growth of cases owed" in text


def test_an_overloaded_arrangement_is_told_by_growth_and_clearance_not_by_times():
    changes = {**OVERLOADED, "clearance": 6.0, "resolution_days_median": 1.0}
    text = printed(made_up(local=changes, noise=0.0), width=200)
    assert "local cannot keep up: load officer in office 1.20." in text
    assert "Cases owed grow by 12.3 a month; what is owed would be cleared by October 2015." in text
    row = line(text, "local", after="Median time to resolution (calendar days)")
    assert row.split() == ["local", "overloaded"]
    assert line(text, "Median time to resolution").split()[-3:] == ["10.0", "central", "(base)"]
    assert line(text, "local", after="Cases still open").split()[1] == "100"


def test_times_are_not_compared_with_an_overloaded_base():
    text = printed(made_up(central=OVERLOADED, noise=0.0))
    assert "central cannot keep up" in text
    row = line(text, "local", after="Median time to resolution (calendar")
    assert row.split() == ["local", "10.0"]


def test_what_is_never_cleared_is_said_so():
    changes = {**OVERLOADED, "clearance": float("inf")}
    text = printed(made_up(local=changes), width=200)
    assert "the staff furthest behind never clear what they owe" in text


def test_a_time_that_is_not_reached_is_said_so():
    text = printed(made_up(local={"resolution_days_median": float("nan")}, noise=0.0))
    row = line(text, "local", after="Median time to resolution (calendar")
    assert row.split() == ["local", "not", "reached", "not", "reached"]


def test_one_arrangement_alone_is_printed_without_differences():
    alone = changed("arrangements", {"central": CONTENT["arrangements"]["central"]})
    text = printed(made_up(alone))
    assert "Same money" not in text
    assert "Difference" not in text
    assert "Cases resolved in time" in text


def test_it_fits_eighty_columns():
    text = printed(made_up(local=OVERLOADED), width=80)
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text


# Which rows


def test_headlines_are_catalogued_and_start_with_the_primary():
    assert set(headlines.MEASURES) <= set(CATALOGUE)
    chosen = Compare(base="a", primary="cases_open", case_type="complaint")
    found = headlines.headlines(chosen)
    assert found[0] == primary(chosen) == Headline("cases_open", "complaint")
    assert Headline("cases_open") in found
    again = headlines.headlines(Compare(base="a", primary="cases_open"))
    assert again[0] == Headline("cases_open")
    assert len(again) == len(set(again)) == len(headlines.MEASURES)


@pytest.mark.parametrize(
    ("periods", "last"),
    [
        (["year 2", "all", "year 1"], "all"),
        (["year 9", "year 10"], "year 10"),
        (["2013-12", "2014-01"], "2014-01"),
        ([], "all"),
    ],
)
def test_the_whole_or_the_last_period_counts(periods, last):
    assert last_period(pd.Series(periods, dtype=str)) == last


def test_only_totals_are_headlines():
    frame = rows(BASE, "central", "now", 0, 0.0)
    assert len(frame[frame["measure"] == "load"]) == 2
    assert rows_of(frame, Headline("load"))["body"].tolist() == ["all"]


# Keeping up


def test_capacity_takes_means_and_finds_overloaded_roles():
    frame = pd.concat(
        rows({**BASE, "load": load, "wte": 20.0}, "local", "now", number, 0.0)
        for number, load in enumerate((0.9, 1.3))
    )
    found = capacity(frame)
    assert found.wte == 20.0
    assert found.load == pytest.approx(1.1)
    assert found.overloaded == {("office", "officer"): pytest.approx(1.1)}


def test_clearance_that_fails_once_is_no_date():
    frame = pd.concat(
        rows({**BASE, "clearance": months}, "local", "now", number, 0.0)
        for number, months in enumerate((3.0, float("inf")))
    )
    assert clearance_date(capacity(frame).clearance, dt.date(2013, 4, 1), 3.0) == "never"


@pytest.mark.parametrize(
    ("months", "said"),
    [
        (0.0, "April 2016"),
        (9.5, "January 2017"),
        (float("inf"), "never"),
        (float("nan"), "not known"),
        (1e6, "never"),
    ],
)
def test_a_date_of_clearance(months, said):
    assert clearance_date(months, dt.date(2013, 4, 1), 3.0) == said


# Numbers in words


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.621, "share", "62.1%"),
        (1234567.0, "GBP per year", "£1,234,567"),
        (-1234567.0, "GBP per year", "−£1,234,567"),
        (14.21, "calendar days", "14.2"),
        (0.08, "working days", "0.080"),
        (0.0, "cases", "0.00"),
        (-3.0, "cases", "−3.00"),
        (float("nan"), "working days", "not reached"),
        (float("inf"), "months", "never"),
    ],
)
def test_amounts(value, unit, said):
    assert wording.amount(value, unit) == said


@pytest.mark.parametrize(
    ("numbers", "unit", "said"),
    [
        ((-4.21, -5.0, -3.42), "cases", "−4.21 (−5.00 to −3.42)"),
        ((0.12, 0.02, 0.22), "share", "+12 (+2 to +22)"),
        ((1500.0, 1000.0, 2000.0), "cases", "+1,500 (+1,000 to +2,000)"),
        ((0.0, 0.0, 0.0), "cases", "0.00 (no spread)"),
        ((3.0, float("nan"), float("nan")), "cases", "+3.00 (no interval)"),
        ((float("nan"),) * 3, "cases", "not reached"),
        ((-0.001, -10.0, 10.0), "cases", "0 (−10 to +10)"),
    ],
)
def test_changes(numbers, unit, said):
    assert wording.change(*numbers, unit) == said


def test_ratios_and_shares_that_cannot_be_said_are_left_out():
    assert wording.ratio(3.14) == "×3.1"
    assert wording.ratio(float("inf")) == wording.ratio(float("nan")) == ""
    assert wording.share(0.305) == "30%"
    assert wording.share(float("nan")) == ""
