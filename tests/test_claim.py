"""Headline sentences: they claim what the interval supports, and no more."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiment.claim import SOONER, Claim, sentence
from sim.outcomes.catalogue import CATALOGUE

DAYS = Claim(
    opening="For the same money",
    who="Delegation",
    base="Area teams",
    measure="resolution_days_median",
    unit="calendar days",
    difference=-12.0,
    low=-15.0,
    high=-9.0,
    case_type="Concern about performance",
    holds=0.84,
)
DIRECTIONS = ("sooner", "later", "higher", "lower", "better", "worse")
sizes = st.floats(-1e6, 1e6, allow_nan=False)


def test_where_nothing_differed_it_says_how_often_it_still_may():
    """In 20 of 20 replications nothing: less than 1 - 0.05^(1/20) = 13.9% have something."""
    nothing = replace(DAYS, difference=0.0, low=0.0, high=0.0, replications=20)
    assert sentence(nothing) == (
        "For the same money, no difference of Delegation against Area teams in “median time to "
        "resolution” for “Concern about performance” was seen in any of 20 replications: with 95% "
        "confidence there is one in less than 14% of them."
    )
    assert sentence(replace(nothing, replications=0)).endswith("was seen in any replication.")


def test_the_whole_sentence():
    assert sentence(DAYS) == (
        "For the same money, Delegation: resolves half of its cases of “Concern about "
        "performance” 12.0 calendar days sooner than Area teams (95% simulation interval 9.0 to "
        "15.0); the sign holds in 84% of plausible parameter sets."
    )


@given(
    st.sampled_from(sorted(CATALOGUE)),
    sizes,
    st.floats(0, 1e6),
    st.floats(0, 1e6),
    st.none() | st.floats(0, 1),
)
def test_an_interval_that_covers_zero_supports_no_direction(name, middle, below, above, holds):
    low, high = min(middle, 0.0) - below, max(middle, 0.0) + above
    said = sentence(
        replace(
            DAYS,
            measure=name,
            unit=CATALOGUE[name].unit,
            difference=middle,
            low=low,
            high=high,
            holds=holds,
            who="A",
            base="B",
            case_type="",
        )
    )
    told = said.replace(CATALOGUE[name].title.lower(), "")
    assert not any(word in told for word in DIRECTIONS)
    assert "includes zero" in said or "was seen in any" in said


@given(
    st.sampled_from(sorted(CATALOGUE)),
    st.floats(1e-3, 1e6),
    st.floats(0, 0.999),
    st.booleans(),
    st.none() | st.floats(0, 1),
)
def test_a_claim_has_its_direction_and_says_how_robust_it_is(name, size, width, less, holds):
    sign = -1 if less else 1
    ends = sorted(sign * size * (1 + side * width) for side in (-1, 1))
    claim = replace(
        DAYS,
        measure=name,
        unit=CATALOGUE[name].unit,
        difference=sign * size,
        low=ends[0],
        high=ends[1],
        holds=holds,
    )
    said = sentence(claim)
    one, other = ("sooner", "later") if name in SOONER else ("lower", "higher")
    assert (f" {one} " in said) == less
    assert (f" {other} " in said) != less
    assert ("not robust" in said) == (holds is not None and holds < 0.8)
    assert ("has not been looked at" in said) == (holds is None)
    assert claim.robust == (holds is not None and holds >= 0.8)


@given(st.floats(0, 1))
def test_a_share_below_the_line_never_looks_as_if_above(holds):
    said = sentence(replace(DAYS, holds=holds))
    percent = int(said.split("sign holds in ")[1].removeprefix("only ").split("%")[0])
    assert (percent >= 80) == (holds >= 0.8)


@pytest.mark.parametrize(
    "broken", [{"difference": math.nan}, {"low": math.nan}, {"high": math.inf}]
)
def test_without_an_interval_nothing_is_claimed(broken):
    said = sentence(replace(DAYS, **broken))
    assert "nothing can be claimed" in said
    assert not any(word in said for word in DIRECTIONS)


def test_a_difference_on_the_other_side_of_its_interval_is_no_claim():
    assert "sooner" not in sentence(replace(DAYS, difference=3.0))


def test_too_small_to_matter_is_said():
    assert "too little to matter" in sentence(replace(DAYS, least=20.0))
    assert "may be enough to matter" in sentence(replace(DAYS, least=10.0))


def test_another_measure_than_the_one_that_decides_is_exploratory():
    said = sentence(replace(DAYS, exploratory=True, holds=None, period="year 5"))
    assert said.endswith(
        "(95% simulation interval 9.0 to 15.0); exploratory: not the measure that decides, not "
        "corrected for looking at several, and not tried with other plausible values."
    )
    wide = sentence(replace(DAYS, exploratory=True, holds=None, high=2.0, period="year 5"))
    assert "do not show a difference" in wide
    assert "in year 5 for" in wide


def test_money_and_shares_have_their_units():
    cost = replace(DAYS, measure="cost_total_gbp", unit="GBP per year", case_type="")
    assert "£12.0 per year lower" in sentence(cost)
    share = replace(
        DAYS,
        measure="resolution_in_clock_share",
        unit="share",
        difference=0.12,
        low=0.09,
        high=0.15,
    )
    assert "12.0 percentage points higher" in sentence(share)
    assert "which is better (95% simulation interval 9.0 to 15.0)" in sentence(share)
