"""Contexts as files: what they say, what is refused, and how they are told."""

import datetime as dt
from math import exp

import pytest

from sim.scenario import library
from sim.scenario.differences import differences
from sim.scenario.errors import ScenarioError
from sim.scenario.files import load
from sim.scenario.quantity import unit_of
from sim.scenario.values import values

HEAD = 'extends = "one-area-2013"\n[contexts.mine]\nuse = "baseline"\n'

BURST = """
[contexts.mine.shocks.burst]
case_types = ["closure"]
starts_after_months = 6
lasts_months = 3
demand_multiplier = 4
"""

PAUSE = """
[contexts.mine.pauses.stop]
case_types = ["gp_full_review", "first_review"]
starts_after_months = 12
lasts_months = 3
waived_share = 0.5
"""

LOAN = """
[contexts.mine.redeployments.wards]
tiers = ["pct"]
starts_after_months = 12
lasts_months = 3
staff_share = 0.25
"""

CUT = """
[contexts.mine.wte_multiplier_by_tier]
pct = 0.5
"""


@pytest.fixture
def mine(tmp_path):
    """Load a planner's scenario with a context of their own, or return its faults."""
    path = tmp_path / "mine.toml"

    def inner(*parts, name="mine"):
        path.write_text(HEAD + "".join(parts), "utf-8")
        return load(path)

    return inner


@pytest.fixture
def fault(mine):
    def inner(*parts):
        with pytest.raises(ScenarioError) as caught:
            mine(*parts)
        [only] = caught.value.faults
        return only

    return inner


def test_a_context_says_what_happens_and_when(mine):
    context = mine(BURST, PAUSE, LOAN, CUT).scenario.contexts["mine"]
    assert float(context.shocks["burst"].demand_multiplier) == 4
    assert context.pauses["stop"].case_types == ["gp_full_review", "first_review"]
    assert context.redeployments["wards"].tiers == ["pct"]
    assert context.wte_multiplier_of("pct") == 0.5
    assert context.wte_multiplier_of("ccg") == 1.0


@pytest.mark.parametrize(
    ("part", "wrong", "found", "close"),
    [
        (BURST, ('"closure"', '"closures"'), '"closures"', "closure"),
        (BURST, ('"closure"', '"gp_full_review"'), '"gp_full_review"', ""),
        (PAUSE, ('"gp_full_review"', '"gp_full_revue"'), '"gp_full_revue"', "gp_full_review"),
        (LOAN, ('"pct"', '"pctt"'), '"pctt"', "pct"),
        (CUT, ("pct =", "pctt ="), '"pctt"', "pct"),
    ],
)
def test_names_that_do_not_fit_are_told_with_the_nearest(fault, part, wrong, found, close):
    told = fault(part.replace(*wrong))
    assert told.found == found
    assert told.nearest == close or not close
    line = (HEAD + part.replace(*wrong)).splitlines()[told.line - 1]
    assert found.strip('"') in line


def test_reviews_do_not_arise_at_random(fault):
    told = fault(BURST.replace('"closure"', '"first_review"'))
    assert told.expected.startswith("a case type that arises at random")


@pytest.mark.parametrize(
    "wrong",
    [
        BURST.replace("lasts_months = 3", "lasts_months = 0"),
        BURST.replace('["closure"]', "[]"),
        PAUSE.replace("0.5", "1.5"),
        LOAN.replace("staff_share = 0.25\n", ""),
        BURST.replace("demand_multiplier", "multiplier"),
    ],
)
def test_what_makes_no_sense_is_refused(fault, wrong):
    assert fault(wrong).line >= 4


def test_a_case_type_that_waits_for_the_last_to_close_cannot_be_paused(tmp_path):
    path = tmp_path / "mine.toml"
    pause = PAUSE.replace('"gp_full_review", "first_review"', '"breakdown"')
    [case] = load("textbook-finite").scenario.pathways.case_types
    [context] = load("textbook-finite").scenario.contexts
    pause = pause.replace("breakdown", case).replace("contexts.mine", f"contexts.{context}")
    path.write_text(f'extends = "textbook-finite"\n{pause}', "utf-8")
    with pytest.raises(ScenarioError, match=case):
        load(path)


def test_every_value_is_shown_with_its_unit(mine):
    shown = {value.key: value for value in values(mine(BURST, PAUSE, LOAN, CUT))}
    units = {
        "shocks.burst.demand_multiplier": "ratio",
        "shocks.burst.starts_after_months": "months",
        "pauses.stop.waived_share": "share (0 to 1)",
        "redeployments.wards.staff_share": "share (0 to 1)",
        "wte_multiplier_by_tier.pct": "ratio",
    }
    for key, unit in units.items():
        assert shown[f"contexts.mine.{key}"].unit == unit
    assert shown["contexts.mine.shocks.burst.case_types"].text == "closure"
    assert unit_of("contexts.mine.wte_multiplier_by_tier.icb") == "ratio"


def test_the_difference_between_contexts_reads_as_english(mine):
    plain = mine(BURST, PAUSE, CUT)
    other = mine(BURST.replace("= 4", "= 5"), CUT.replace("0.5", "0.6"), LOAN)
    told = "\n".join(differences(plain, other))
    assert "context mine: burst shock demand multiplier goes from 4 to 5" in told
    assert "context mine: wte multiplier by tier pct goes from 0.5 to 0.6" in told
    assert "context mine: stop pause is taken away" in told
    assert "context mine: wards redeployment is added" in told


def test_a_setting_reaches_into_a_shock(mine, tmp_path):
    mine(BURST)
    loaded = load(tmp_path / "mine.toml", ["contexts.mine.shocks.burst.demand_multiplier=7"])
    assert float(loaded.scenario.contexts["mine"].shocks["burst"].demand_multiplier) == 7


@pytest.mark.parametrize("name", library.names("contexts"))
def test_what_a_shipped_context_does_has_low_central_and_high(tmp_path, name):
    path = tmp_path / "mine.toml"
    path.write_text(f'extends = "one-area-2013"\ncontexts.mine.use = "{name}"\n', "utf-8")
    context = load(path).scenario.contexts["mine"]
    for spell in (
        *context.shocks.values(),
        *context.pauses.values(),
        *context.redeployments.values(),
    ):
        assert spell.title
        assert None not in (spell.lasts_months.low, spell.lasts_months.high)


def shipped(tmp_path, name):
    path = tmp_path / "mine.toml"
    path.write_text(f'extends = "one-area-2013"\ncontexts.mine.use = "{name}"\n', "utf-8")
    scenario = load(path).scenario
    return scenario.contexts["mine"], scenario.pathways.case_types


@pytest.mark.parametrize(("bound", "share"), [("low", 0.20), ("central", 0.65), ("high", 0.90)])
def test_as_many_practices_hand_services_back_as_did(tmp_path, bound, share):
    """65% in North Yorkshire and York, almost 90% in Gloucestershire, within three months."""
    context, types = shipped(tmp_path, "handback_burst")
    shock = context.shocks["handbacks"]
    rate = float(types["service_handback"].demand.per_contract_year["gp"])
    extra = (getattr(shock.demand_multiplier, bound) - 1) * rate * float(shock.lasts_months) / 12
    assert 1 - exp(-extra) == pytest.approx(share, abs=0.005)


def test_a_wave_of_closures_is_2018_against_other_years(tmp_path):
    context, _ = shipped(tmp_path, "closure_wave")
    closed = {2013: 11, 2014: 42, 2015: 69, 2016: 88, 2017: 77, 2018: 163, 2019: 92}
    closed |= {2020: 82, 2021: 55, 2022: 57}
    others = [number for year, number in closed.items() if year != 2018]
    found = context.shocks["closures"].demand_multiplier
    usual = sum(others) / len(others)
    assert found.central == pytest.approx(163 / usual, rel=0.02)
    assert found.low == pytest.approx(max(others) / usual, rel=0.05)
    assert found.high == pytest.approx(163 / closed[2014], rel=0.02)


def test_a_pandemic_pauses_every_review_that_comes_round(tmp_path):
    context, types = shipped(tmp_path, "pandemic_pause")
    cycles = {name for name, one in types.items() if one.demand.kind in ("cycle", "follows")}
    assert set(context.pauses["reviews"].case_types) == cycles
    suspended = (dt.date(2020, 6, 1) - dt.date(2020, 3, 25)).days / (365.25 / 12)
    assert float(context.pauses["applications"].lasts_months) == pytest.approx(suspended, abs=0.05)
