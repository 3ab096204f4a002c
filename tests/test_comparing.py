"""Deciding: intervals for all at once, enough replications, rare events, what could be seen."""

import io
import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from rich.console import Console
from scipy import stats
from small_scenario import changed
from test_run import price
from test_table import PRIMARY, made_up

from sim.experiment import claim, comparing, decision_table, rare, worker
from sim.experiment.comparison import choose
from sim.experiment.errors import DesignError
from sim.experiment.power import power, visible
from sim.experiment.precision import Sized, grow, look_ahead, solution
from sim.experiment.simultaneous import differences, half_widths, level, t_interval
from sim.scenario.schema import Compare, Scenario

# Simultaneous intervals


def test_an_interval_is_that_of_a_paired_t_test_at_its_share_of_the_error():
    base, other = np.random.default_rng(5).normal(size=(2, 14))
    found = t_interval(differences(other, base), level(4))
    known = stats.ttest_rel(other, base).confidence_interval(1 - 0.05 / 4)
    assert (found.low, found.high) == pytest.approx((known.low, known.high))
    assert found.half_width == pytest.approx((known.high - known.low) / 2)


def test_one_comparison_has_the_ordinary_level():
    assert level(1) == pytest.approx(0.95)


def test_all_intervals_hold_at_once_however_the_arrangements_depend():
    """5 replications of 4 differences, 2,000 times: 95% or more, less 3 standard errors.

    Intervals at 95% each would fail: with independent differences they hold in 81%.
    """
    rng = np.random.default_rng(11)
    for shared in (0.0, 0.7):
        common = np.sqrt(shared) * rng.normal(size=(2_000, 5, 1))
        gain = common + np.sqrt(1 - shared) * rng.normal(size=(2_000, 5, 4))
        half = stats.t.ppf((1 + level(4)) / 2, 4) * gain.std(axis=1, ddof=1) / np.sqrt(5)
        assert half[0] == pytest.approx(half_widths(gain[0], level(4))[-1])
        held = (np.abs(gain.mean(axis=1)) <= half).all(axis=1).mean()
        assert held >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / 2_000)


def test_half_widths_along_the_way_are_those_of_each_number_of_replications():
    gain = 1e6 + np.random.default_rng(2).normal(size=(9, 2))
    found = half_widths(gain, 0.99)
    assert np.isnan(found[0]).all()
    for count in range(2, 10):
        part = gain[:count]
        half = [stats.t.interval(0.99, count - 1, 0, stats.sem(part[:, i]))[1] for i in (0, 1)]
        assert found[count - 1] == pytest.approx(half)


def test_what_cannot_be_judged_and_what_does_not_vary():
    assert np.isnan(t_interval(np.array([1.0, np.nan, 2.0]), 0.95)).all()
    assert t_interval(np.full(5, 0.1), 0.95) == (0.1, 0.1, 0.1)
    alone = t_interval(np.array([3.0]), 0.95)
    assert alone.mean == 3.0
    assert np.isnan(alone.low)


def test_rounding_is_no_difference_and_infinity_none_that_can_be_said():
    found = differences(np.array([1e6 + 1e-9, np.inf, 3.0]), np.array([1e6, 1.0, 1.0]))
    assert found[0] == 0.0
    assert np.isnan(found[1])
    assert found[2] == 2.0


# Enough replications


def test_the_rule_looks_ahead_five_and_above_a_hundred_five_per_cent():
    assert [look_ahead(n) for n in (3, 100, 119, 120, 1_000)] == [5, 5, 5, 6, 50]


def path(*widths):
    return np.array(widths)[:, np.newaxis]


def test_precise_enough_has_to_last():
    nan = np.nan
    assert solution(path(nan, 9, 1, 1, 1, 1, 1, 1), 1.0) == 3
    assert solution(path(nan, 9, 1, 1, 1, 1, 1), 1.0) is None, "not looked ahead far enough"
    assert solution(path(nan, 9, 1, 1, 5, 1, 1, 1, 1, 1), 1.0) is None
    assert solution(path(nan, 9, 1, 1, 5, 1, 1, 1, 1, 1, 1), 1.0) == 6


def test_every_comparison_has_to_be_precise():
    one, other = [9.0] * 3 + [1.0] * 9, [9.0] * 5 + [1.0] * 7
    assert solution(np.array([one, other]).T, 1.0) == 6


def test_the_look_ahead_ends_no_sooner_than_the_floor():
    assert solution(path(*[1.0] * 30), 1.0, floor=20) == 15


@pytest.mark.parametrize(("target", "known"), [(1.5, 43), (2.5, 17)])
def test_the_published_algorithm_gives_the_same_number(target, known):
    """What sim-tools 1.3 finds in these numbers, its deviation made absolute."""
    gain = 5.0 * stats.norm.ppf((np.arange(1, 201) * 0.6180339887498949) % 1.0)
    widths = half_widths(gain[:, np.newaxis], 0.95)
    assert solution(widths, target) == known


def grown(gain, target, floor=4, ceiling=100):
    asked = []

    def measured(count):
        asked.append(count)
        return gain[:count]

    return grow(measured, 0.95, target, floor, ceiling), asked


def test_replications_grow_until_precise_and_batches_change_nothing():
    gain = np.random.default_rng(4).normal(0.0, 10.0, size=(400, 2))
    found, asked = grown(gain, 2.5, ceiling=400)
    assert found.reached == solution(half_widths(gain, 0.95), 2.5, 4)
    assert found.replications == found.reached + look_ahead(found.reached)
    assert len(asked) > 1
    assert asked == sorted(set(asked))
    assert max(asked) < 2 * found.replications + 10


def test_the_ceiling_ends_it():
    gain = np.random.default_rng(4).normal(0.0, 10.0, size=(400, 1))
    found, asked = grown(gain, 0.1, ceiling=30)
    assert (found.replications, found.reached, asked[-1]) == (30, None, 30)


def test_the_floor_is_enough_where_nothing_is_asked_or_nothing_varies():
    noise = np.random.default_rng(4).normal(size=(40, 1))
    assert grown(noise, 0.0, floor=10) == (Sized(10, 10, 100, 0.0, None), [10])
    assert grown(np.ones((40, 1)), 0.5, floor=10)[0].replications == 10


def test_what_is_never_reached_does_not_run_to_the_ceiling():
    gain = np.ones((40, 2))
    gain[0, 1] = np.nan
    assert grown(gain, 0.5, floor=10)[0] == Sized(10, 10, 100, 0.5, 5, unjudged=1)
    assert grown(gain[:, 1:], 0.5, floor=10)[0] == Sized(10, 10, 100, 0.5, None, unjudged=1)


@pytest.mark.parametrize("at", [6, 13, 36])
def test_what_is_not_reached_later_changes_nothing_before(at):
    """A wide comparison has to become narrow until it cannot be judged, however many are asked."""
    rng = np.random.default_rng(4)
    gain = np.column_stack([rng.normal(0.0, 1.0, 100), rng.normal(0.0, 10.0, 100)])
    gain[at, 1] = np.nan
    found = [
        grow(lambda count, n=n: gain[: max(count, n)], 0.95, 0.9, 8, 100) for n in (0, 20, 50, 100)
    ]
    assert found == [found[0]] * 4
    assert found[0].replications > at
    assert found[0].unjudged == 1


def test_where_in_the_end_nothing_can_be_judged_that_ends_it():
    gain = np.random.default_rng(4).normal(0.0, 10.0, size=(100, 1))
    gain[30] = np.nan
    for n in (0, 50):
        found = grow(lambda count, n=n: gain[: max(count, n)], 0.95, 0.9, 8, 100)
        assert found == Sized(31, 8, 100, 0.9, None, unjudged=1)


# What could have been seen


@pytest.mark.parametrize(("replications", "known"), [(10, 0.9964), (20, 0.6604), (50, 0.4046)])
def test_the_visible_difference_is_the_published_effect_size(replications, known):
    """Cohen's d of a two-sided paired t test at 5%, power 80%: G*Power 3.1 gives these."""
    assert visible(2.0, replications, 0.95) / 2.0 == pytest.approx(known, abs=5e-4)


def test_the_power_is_how_often_the_test_finds_the_difference():
    """20,000 samples of 6 at 98%, within three standard errors."""
    least = visible(3.0, 6, 0.98)
    samples = np.random.default_rng(8).normal(least, 3.0, size=(20_000, 6))
    p = stats.ttest_1samp(samples, 0.0, axis=1)
    found = ((p.pvalue < 0.02) & (p.statistic > 0)).mean()
    assert found == pytest.approx(0.8, abs=3 * np.sqrt(0.16 / 20_000))
    assert power(least, 3.0, 6, 0.98) == pytest.approx(0.8)


def test_without_a_spread_nothing_is_said_of_what_could_have_been_seen():
    """No event in 5 replications is no sign that none could have been missed."""
    assert np.isnan(visible(0.0, 5, 0.95))
    assert np.isnan(visible(1.0, 1, 0.95))
    assert np.isnan(visible(np.nan, 5, 0.95))


# Rare events


@pytest.mark.parametrize(
    ("gain", "unit", "expected"),
    [
        ([0, 0, 0, 1], "contracts", True),
        ([0, 0, 2, 1], "items", True),
        ([0, 3, 2, 1], "items", False),
        ([0, 0, 0, 0], "items", False),
        ([0, 0, 0, 1], "share", False),
        ([0, 0, 0, np.nan], "items", False),
    ],
)
def test_the_rule_that_picks_the_bootstrap(gain, unit, expected):
    assert rare.is_rare(np.array(gain, dtype=float), unit) is expected


def test_rare_events_have_a_lopsided_interval():
    gain = np.zeros(20)
    gain[[3, 8]] = 1.0, 2.0
    found = rare.interval(gain, 0.95, seed=1)
    assert found.mean == pytest.approx(0.15)
    assert found.high - found.mean > found.mean - found.low
    assert rare.bootstrapped(gain, 0.95, seed=1).low >= 0.0
    assert found.low == t_interval(gain, 0.95).low
    assert rare.interval(gain, 0.95, seed=1) == found


@pytest.mark.parametrize(
    ("replications", "more", "less"),
    [(5, 0.2, 0.2), (10, 0.2, 0.2), (20, 0.2, 0.05), (20, 0.3, 0.3), (40, 0.3, 0), (60, 0.2, 0.1)],
)
def test_intervals_of_rare_events_cover(replications, more, less, monkeypatch):
    """Poisson counts less Poisson counts, 400 times: 95% or more, less 3 standard errors.

    Alone the bootstrap covers less with 20 replications or fewer, and the t interval where one
    side has hardly any events.
    """
    monkeypatch.setattr(rare, "RESAMPLES", 999)
    rng = np.random.default_rng(3)
    gains = rng.poisson(more, (400, replications)) - rng.poisson(less, (400, replications))
    varying = [gain.astype(float) for gain in gains if np.ptp(gain)]
    found = [
        rare.interval(gain, 0.95, 1) if rare.is_rare(gain, "items") else t_interval(gain, 0.95)
        for gain in varying
    ]
    held = np.mean([one.low <= more - less <= one.high for one in found])
    assert held >= 0.95 - 3 * np.sqrt(0.05 * 0.95 / len(varying))


# The whole


@pytest.fixture
def simulated(monkeypatch):
    """A model whose primary measure differs by 0.1 and by luck of its own."""

    def simulate(point, replication, by):
        seed = [replication, len(point.label)]
        noise = 0.02 * np.random.default_rng(seed).normal()
        value = 0.8 - 0.1 * (point.arrangement != "central") + noise
        rows = [
            ("resolution_in_clock_share", value, "share"),
            (
                "quorum_failures",
                float(replication % 3 == 2 and point.arrangement == "local"),
                "items",
            ),
            ("load", 0.5, "ratio"),
        ]
        frame = pd.DataFrame(rows, columns=["measure", "value", "unit"])
        return frame.assign(case_type="all", body="all", role="all", period="all")

    monkeypatch.setattr(worker, "simulate", simulate)
    monkeypatch.setattr(worker, "yearly_cost", price)


def loaded(**compare):
    content = PRIMARY.model_dump(mode="json", by_alias=True)
    content["compare"].update(compare)
    content["arrangements"]["local"]["teams"]["office"]["wte"] = 5.0
    return SimpleNamespace(scenario=Scenario.model_validate(content))


def decide(folder, *, compare=None, **options):
    return comparing.compare(
        loaded(**(compare or {})), jobs=1, out=folder, progress=False, sets=0, **options
    )


@pytest.mark.usefixtures("simulated")
def test_a_comparison_grows_and_keeps_what_it_ran(tmp_path):
    found = decide(tmp_path, compare={"precision": 0.015})
    assert found.sized.floor == 4
    assert found.sized.ceiling == 40
    assert found.sized.reached > 4
    assert found.results.manifest["replications"] == found.sized.replications
    assert len(found.primary) == 4, "two contexts, two staffings"
    assert (found.primary["half_width"] <= 0.015).all()
    row = found.primary.iloc[0]
    assert row["low"] < -0.1 < row["high"]
    assert row["high"] - row["difference"] == pytest.approx(row["half_width"])
    again = decide(tmp_path, compare={"precision": 0.015})
    assert again.results.reused
    pd.testing.assert_frame_equal(again.primary, found.primary)


@pytest.mark.usefixtures("simulated")
def test_the_precision_follows_from_the_smallest_difference(tmp_path):
    assert decide(tmp_path).sized.target == 0.025
    assert decide(tmp_path, compare={"smallest_difference": 0}).sized.replications == 4
    assert decide(tmp_path, target=0.005).sized.target == 0.005
    assert Compare(base="a", primary="b", precision=0.3).wanted_precision == 0.3


@pytest.mark.usefixtures("simulated")
def test_rare_events_are_told_and_shown_with_their_own_interval(tmp_path):
    found = decide(tmp_path, most=4)
    assert set(found.rare["measure"]) == {"quorum_failures"}
    rows = found.results.comparisons
    shown = rows[(rows["measure"] == "quorum_failures") & (rows["staffing"] == "as staffed")]
    assert set(shown["low"]) == set(found.rare["low"])
    assert (found.rare["high"] > found.rare["difference"]).all()


@pytest.mark.usefixtures("simulated")
def test_the_tables_are_written(tmp_path):
    found = decide(tmp_path, most=4, target=1e-6)
    folder = found.save()
    assert len(pd.read_csv(folder / "primary.csv")) == 4
    assert json.loads((folder / "replications.json").read_text())["reached"] is None
    found.save()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"most": 3}, "most: expected from 4"),
        ({"target": -1.0}, "precision: expected a number"),
        ({"target": float("nan")}, "precision: expected a number"),
        ({"replications": 1}, "replications: expected 2 or more"),
    ],
)
def test_what_cannot_be_asked_is_refused(tmp_path, options, message):
    with pytest.raises(DesignError, match=message):
        decide(tmp_path, **options)


def test_one_arrangement_is_compared_with_nothing(tmp_path):
    alone = loaded()
    alone.scenario = alone.scenario.model_copy(
        update={"arrangements": {"central": alone.scenario.arrangements["central"]}}
    )
    with pytest.raises(DesignError, match="one arrangement"):
        comparing.compare(alone, out=tmp_path)


# What is printed


def printed(found):
    console = Console(file=io.StringIO(), width=100)
    console.print(decision_table.render(found))
    return " ".join(console.file.getvalue().split())


def told(sized=None, **changes):
    results = made_up(**{"local": {"resolution_in_clock_share": 0.5}, **changes})
    return comparing.compared(results, sized or Sized(4, 4, 40, 0.025, 3))


def test_the_primary_measure_comes_first_with_how_it_was_reached():
    text = printed(told())
    assert text.index("Half-width") < text.index("Every measure")
    assert "every half-width of at most 2.5 percentage points, as asked for, from 3" in text
    assert "hold together" not in text, "there is one interval"
    assert "find with a probability of 80%" in text


def test_with_several_arrangements_the_intervals_are_said_to_hold_together():
    text = printed(comparing.compared(three(), Sized(4, 4, 40, 0.025, 3)))
    assert "the 2 intervals of a block hold together with 95% confidence (97.5% for each" in text
    assert text.index("zeroth less central") < text.index("local less central")


def three():
    content = PRIMARY.model_dump(mode="json", by_alias=True)
    ours = content["arrangements"]
    content["arrangements"] = {"central": ours["central"], "zeroth": ours["local"], **ours}
    values = {"zeroth": {"resolution_in_clock_share": 0.6}}
    return made_up(Scenario.model_validate(content), **values)


def test_the_ceiling_is_told_with_the_widest():
    text = printed(told(Sized(4, 4, 4, 1e-4, None)))
    assert "the ceiling came first" in text
    assert "the widest is" in text


def test_a_ceiling_before_the_look_ahead_is_told_as_that():
    text = printed(told(Sized(4, 4, 4, 100.0, None)))
    assert "as asked for, but 5 more would have to confirm it" in " ".join(text.split())


def test_comparisons_that_cannot_be_judged_are_told_and_nothing_claimed_of_them():
    never = {"resolution_in_clock_share": float("nan")}
    text = printed(comparing.compared(made_up(local=never), Sized(4, 4, 40, 0.025, None, 4)))
    assert "there is no interval that more could narrow" in text
    assert "not reached in every replication: 4." in text
    assert "as asked for" not in text
    text = printed(told(Sized(8, 4, 40, 0.025, 3, 1)))
    assert "as asked for, from 3" in text
    assert "not reached in every replication: 1." in text


def test_replications_are_compared_with_themselves():
    """Medians that are there in replications 0, 2, 3 of one and 1, 2, 3 of the other."""
    rows = [("central", number, value) for number, value in ((0, 10.0), (2, 30.0), (3, 50.0))] + [
        ("local", number, value) for number, value in ((1, 99.0), (2, 31.0), (3, 53.0))
    ]
    frame = pd.DataFrame(rows, columns=["arrangement", "replication", "value"]).assign(
        context="steady", measure="decision_wait_days_median", case_type="all", unit="days"
    )
    ((who, gain),) = comparing.gains(frame.iloc[::-1], "central")
    assert (who["arrangement"], who["staffing"]) == ("local", "as staffed")
    np.testing.assert_array_equal(gain, [np.nan, np.nan, 1.0, 3.0])


def test_a_time_that_overload_would_flatter_is_not_decided():
    timed = changed("compare", {"base": "central", "primary": "resolution_days_median"})
    results = made_up(timed, local={"load": 1.2, "resolution_days_median": 1.0})
    text = printed(comparing.compared(results, Sized(4, 4, 40, 0.0, None)))
    assert "local less central overloaded" in text


def test_robustness_is_shown_where_it_is_known():
    found = told()
    assert (found.primary["difference"] < 0).all()
    shares = found.primary[["context", "staffing", "arrangement"]]
    shares = shares.assign(above=[0.1, 0.4] * 2, below=[0.9, 0.797] * 2, sets=20)
    assert "Sign holds in" not in printed(found)
    text = printed(found.with_robustness(shares))
    assert "90%" in text
    assert "79% (not robust)" in text, "79.7% is not the 80% that would be robust"


def test_the_table_and_the_headline_say_the_same_of_robustness():
    """Both speak of the sign of the difference that is shown, whatever that of the central set."""
    found = told()
    shares = found.primary[["context", "staffing", "arrangement"]]
    shares = shares.assign(above=10 / 12, below=2 / 12, sets=12)
    row = found.primary.iloc[0]
    where = row["context"], row["staffing"]
    (one,) = claim.claims(choose(found.results, where[1], where[0]), shares, where[0])
    assert "only 16% of 12 plausible" in claim.sentence(one)
    assert "16% (not robust)" in printed(found.with_robustness(shares))


def test_sentences_say_what_the_interval_supports():
    first = decision_table.sentences(told())[0]
    assert first.startswith("Local, as staffed: −")
    assert first.endswith("That is worse, and enough to matter.")
