"""Paired comparison: differences, intervals, and what is not reached."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.experiment.paired import COLUMNS, compare


def frame(values, measure="cases_open", context="steady", **columns):
    """Measures from {arrangement: values by replication}."""
    keys = {"case_type": "all", "body": "all", "role": "all", "period": "all", "unit": "cases"}
    rows = [
        {
            "arrangement": arrangement,
            "context": context,
            "replication": number,
            "measure": measure,
            **keys,
            **columns,
            "value": float(value),
        }
        for arrangement, numbers in values.items()
        for number, value in enumerate(numbers)
    ]
    return pd.DataFrame(rows)


def only(table):
    assert len(table) == 1
    return table.iloc[0]


def test_a_difference_worked_out_by_hand():
    """Differences 1, 2, 3: mean 2, standard deviation 1, t(0.975; 2) = 4.3027."""
    row = only(compare(frame({"pct": [10, 20, 30], "central": [11, 22, 33]}), "pct"))
    assert row["base_mean"] == 20
    assert row["mean"] == 22
    assert row["difference"] == 2
    assert row["high"] - 2 == pytest.approx(4.302653 / np.sqrt(3))
    assert 2 - row["low"] == pytest.approx(4.302653 / np.sqrt(3))
    assert row["replications"] == 3
    assert row["replications_saved"] == pytest.approx(100 + 121)
    assert row["not_reached"] == 0


def test_columns_and_labels():
    table = compare(frame({"pct": [1, 2], "central": [1, 3]}), "pct")
    assert list(table.columns) == COLUMNS
    row = only(table)
    assert (row["arrangement"], row["context"], row["staffing"]) == (
        "central",
        "steady",
        "as staffed",
    )
    assert row["unit"] == "cases"


def test_the_interval_is_that_of_a_paired_t_test():
    rng = np.random.default_rng(1)
    base, other = rng.normal(size=(2, 12))
    row = only(compare(frame({"pct": base, "central": other}), "pct"))
    known = stats.ttest_rel(other, base).confidence_interval(0.95)
    assert (row["low"], row["high"]) == pytest.approx((known.low, known.high))


def test_a_placebo_differs_by_exactly_nothing():
    values = [0.1, 0.7, 0.3]
    row = only(compare(frame({"pct": values, "same": values}), "pct"))
    assert [row[c] for c in ("difference", "low", "high")] == [0.0, 0.0, 0.0]
    assert row["favours"] == 0.5
    assert row["replications_saved"] == np.inf


def test_costs_that_differ_by_their_rounding_are_equal():
    """Staff scaled to the same money cost it to the last bit but one."""
    cost = 2_544_404.2713921
    costs = {"pct": [cost] * 3, "central": [cost - 5e-10] * 3}
    row = only(compare(frame(costs, "cost_total_gbp"), "pct"))
    assert cost - 5e-10 != cost
    assert row["difference"] == 0.0
    assert row["favours"] == 0.5


def test_a_difference_that_varies_by_its_rounding_does_not_vary():
    """Two costs apart by as much in each replication, but for their last bits."""
    base = np.array([1_010_908.1, 1_010_911.3, 1_010_914.7])
    found = compare(frame({"pct": base, "central": base + 320_888.48}, "cost_total_gbp"), "pct")
    row = only(found)
    assert row["low"] == row["difference"] == row["high"]
    assert not row["replications_saved"] < np.inf


def test_a_constant_difference_has_an_interval_of_no_width():
    row = only(compare(frame({"pct": [0, 0, 0], "central": [0.1, 0.1, 0.1]}), "pct"))
    assert row["low"] == row["difference"] == row["high"] == 0.1
    assert np.isnan(row["replications_saved"]), "nothing varies, paired or not"


def test_one_replication_has_no_interval():
    row = only(compare(frame({"pct": [3], "central": [5]}), "pct"))
    assert row["difference"] == 2
    assert np.isnan([row["low"], row["high"], row["replications_saved"]]).all()


@pytest.mark.parametrize(
    ("measure", "share"),
    [
        ("cases_open", 0.625),
        ("cases_closed", 0.375),
        ("utilisation", np.nan),
        ("unheard_of", np.nan),
    ],
)
def test_favours_knows_which_way_is_better_and_halves_ties(measure, share):
    """Less in two of four, the same in one, more in one."""
    values = {"pct": [5, 5, 5, 5], "central": [4, 4, 5, 6]}
    row = only(compare(frame(values, measure), "pct"))
    assert row["favours"] == pytest.approx(share, nan_ok=True)


@pytest.mark.parametrize("never", [np.nan, np.inf])
@pytest.mark.parametrize("who", ["pct", "central"])
def test_what_is_not_reached_once_has_no_difference(never, who):
    values = {"pct": [1, 2, 3], "central": [2, 3, 5]}
    values[who][1] = never
    row = only(compare(frame(values, "resolution_days_median"), "pct"))
    assert row["not_reached"] == 1
    assert row["replications"] == 3
    for column in ("difference", "low", "high", "favours", "replications_saved"):
        assert np.isnan(row[column]), column
    reached = "mean" if who == "pct" else "base_mean"
    assert np.isfinite(row[reached])
    assert not np.isfinite(row["base_mean" if who == "pct" else "mean"])


def test_never_cleared_in_any_replication_is_infinite():
    row = only(compare(frame({"pct": [1, 2], "central": [np.inf] * 2}, "clearance"), "pct"))
    assert row["mean"] == np.inf
    assert row["not_reached"] == 2


def test_replications_are_paired_by_number_and_not_by_place():
    table = frame({"pct": [10, 20, 30], "central": [11, 21, 31]})
    shuffled = table.sample(frac=1.0, random_state=3)
    row = only(compare(shuffled, "pct"))
    assert row["low"] == row["high"] == 1.0


@pytest.mark.parametrize(
    ("who", "mean", "base_mean"), [("central", np.nan, 20), ("pct", 41, np.nan)]
)
def test_a_replication_that_one_lacks_was_not_reached(who, mean, base_mean):
    """A median has no row where nothing got that far: the slow one would seem to be quick."""
    table = frame({"pct": [10, 20, 30], "central": [11, 21, 91]})
    lacking = table.index[(table["arrangement"] == who) & (table["replication"] == 2)]
    row = only(compare(table.drop(index=lacking), "pct"))
    assert (row["replications"], row["not_reached"]) == (3, 1)
    assert np.isnan([row[c] for c in ("difference", "low", "high", "favours")]).all()
    assert [row["mean"], row["base_mean"]] == pytest.approx([mean, base_mean], nan_ok=True)


def test_without_a_common_replication_nothing_is_compared_but_that_is_said():
    table = frame({"pct": [10, 20], "central": [11, 21]})
    row = only(compare(table.drop(index=[0, 3]), "pct"))
    assert (row["replications"], row["not_reached"]) == (2, 2)


def test_a_replication_that_both_lack_is_none():
    table = frame({"pct": [10, 20, 30], "central": [11, 21, 99]})
    row = only(compare(table.drop(index=[2, 5]), "pct"))
    assert (row["replications"], row["not_reached"]) == (2, 0)
    assert row["difference"] == row["low"] == 1.0
    assert row["base_mean"] == 15.0


def test_rows_that_only_one_has_are_left_out():
    both = frame({"pct": [1, 2], "central": [3, 4]})
    team = frame({"central": [1, 2]}, body="area")
    assert len(compare(pd.concat([both, team]), "pct")) == 1


def test_contexts_periods_and_case_types_stay_apart():
    parts = itertools.product(["steady", "cut"], ["year 1", "year 2"], ["query", "closure"])
    tables = [
        frame({"pct": [number] * 2, "central": [2 * number] * 2}, context=c, period=p, case_type=t)
        for number, (c, p, t) in enumerate(parts)
    ]
    table = compare(pd.concat(tables), "pct")
    assert list(table["difference"]) == list(range(8))
    assert not table[["context", "period", "case_type"]].duplicated().any()


def test_the_same_money_is_compared_with_the_base_as_staffed():
    values = {"pct": [10, 10], "central": [12, 12], "central (same money)": [9, 9]}
    table = compare(frame(values), "pct").set_index("staffing")
    assert set(table["arrangement"]) == {"central"}
    assert table.loc["as staffed", "difference"] == 2
    assert table.loc["same money", "difference"] == -1


def test_the_base_must_be_there():
    with pytest.raises(KeyError, match="nobody"):
        compare(frame({"pct": [1, 2]}), "nobody")


def test_the_base_alone_is_compared_with_nothing():
    table = compare(frame({"pct": [1, 2]}), "pct")
    assert table.empty
    assert list(table.columns) == COLUMNS


NUMBERS = st.lists(st.tuples(st.integers(-99, 99), st.integers(-99, 99)), min_size=2, max_size=9)


@given(NUMBERS)
def test_swapping_the_base_turns_the_difference_round(pairs):
    values = {"a": [a for a, _ in pairs], "b": [b for _, b in pairs]}
    forth, back = (only(compare(frame(values), base)) for base in ("a", "b"))
    assert forth["difference"] == pytest.approx(-back["difference"])
    assert forth["low"] == pytest.approx(-back["high"])
    assert forth["favours"] == pytest.approx(1 - back["favours"])
    assert forth["replications_saved"] == pytest.approx(back["replications_saved"], nan_ok=True)


@given(NUMBERS, st.integers(-50, 50))
def test_luck_that_both_share_changes_no_difference(pairs, luck):
    shared = [luck * number for number in range(len(pairs))]
    plain = {"a": [a for a, _ in pairs], "b": [b for _, b in pairs]}
    moved = {k: [v + s for v, s in zip(values, shared, strict=True)] for k, values in plain.items()}
    one, other = (only(compare(frame(values), "a")) for values in (plain, moved))
    for column in ("difference", "low", "high", "favours"):
        assert one[column] == pytest.approx(other[column], abs=1e-9)
