"""The condition of contracts: the rule of their drift, and what outcomes make of it."""

import math
from dataclasses import replace

import numpy as np
import pytest
import toy
from declining import KEY, with_condition
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain import plain, plain_document
from sameness import same
from toy import Case, Entity, Type, measured
from worlds import worlds

from sim.engine import reference
from sim.engine.log import REFUSED_OUTCOME
from sim.model import rules
from sim.model.condition import FAILING, SOUND, STRUGGLING
from sim.model.rng import uniform_of
from sim.outcomes.jit import fast
from sim.outcomes.measures import measure
from sim.outcomes.spells import GONE, REPAIRED, STILL, spells
from sim.outcomes.tally import tallied
from sim.outcomes.view import View
from sim.scenario.pathway import Pathways
from sim.scenario.units import DAY

word = st.integers(0, 2**32 - 1)
MEASURES = {
    "contracts_struggling_share",
    "contracts_failing_share",
    "failing_months",
    "failing_unnoticed_months",
    "contracts_noticed",
    "contracts_repaired",
    "closures_unplanned",
    "closures_unplanned_patients",
}


# The rule


def declines(since=0, spell=1, means=(100 * DAY, 30 * DAY), shares=(0.0, 0.0), address=(5, 7)):
    return rules.decline(since, spell, *means, *shares, *address, *KEY)


@given(word, word, st.integers(1, 1000), st.integers(0, 2**45))
def test_each_step_takes_an_exponential_time(e0, e1, spell, since):
    sound, poor = (uniform_of(e0, e1, spell, k, *KEY) for k in (0, 1))
    struggles, fails = declines(since, spell, address=(e0, e1))
    assert abs(struggles - since + 100 * DAY * math.log1p(-sound)) <= 1
    assert abs(fails - struggles + 30 * DAY * math.log1p(-poor)) <= 1


def test_a_spell_has_its_own_luck_and_begins_when_it_begins():
    struggles, fails = declines(spell=1)
    assert declines(since=DAY, spell=1) == (struggles + DAY, fails + DAY)
    assert declines(spell=2) != (struggles, fails)


@given(word, word)
def test_the_first_spell_begins_in_the_condition_of_the_first_day(e0, e1):
    drawn = uniform_of(e0, e1, 0, 2, *KEY)
    struggles, fails = declines(spell=0, shares=(0.3, 0.2), address=(e0, e1))
    state = rules.condition(0, struggles, fails)
    assert state == (FAILING if drawn < 0.2 else STRUGGLING if drawn < 0.5 else SOUND)
    assert rules.condition(0, *declines(spell=1, shares=(0.3, 0.7), address=(e0, e1))) == SOUND


def test_a_contract_is_worse_from_the_very_instant_on():
    assert [rules.condition(now, 10, 20) for now in (9, 10, 19, 20)] == [0, 1, 1, 2]


def test_what_has_no_rate_never_happens():
    for spell in range(100):
        struggles, fails = declines(spell=spell, means=(math.inf, math.inf))
        assert struggles >= rules.AGES
        assert fails >= rules.AGES
        assert fails < 2**63


def many(addresses, key, rows):
    for row in range(len(addresses)):
        e0, e1 = addresses[row, 0], addresses[row, 1]
        rows[row, 0], rows[row, 1] = rules.decline(
            0, row % 3, 3e9, 1e9, 0.1, 0.1, e0, e1, key[0], key[1]
        )


def test_compiled_it_is_the_same_to_the_bit():
    addresses = np.random.default_rng(1).integers(0, 2**32, (20_000, 2))
    found = np.zeros((20_000, 2), np.int64)
    fast(many, "void(i8[:,::1], i8[::1], i8[:,::1])")(addresses, np.array(KEY), found)
    expected = [
        rules.decline(0, row % 3, 3e9, 1e9, 0.1, 0.1, *address, *KEY)
        for row, address in enumerate(addresses.tolist())
    ]
    assert found.tolist() == list(map(list, expected))


def test_shares_in_each_condition_are_those_of_theory():
    """Without repairs, at rates a and b: e^-at are sound and a/(b-a) (e^-at - e^-bt) struggle."""
    addresses = np.random.default_rng(2).integers(0, 2**32, (20_000, 2)).tolist()
    found = np.bincount(
        [rules.condition(50 * DAY, *declines(address=address)) for address in addresses]
    )
    a, b, t = 1 / 100, 1 / 30, 50.0
    sound = math.exp(-a * t)
    poor = a / (b - a) * (math.exp(-a * t) - math.exp(-b * t))
    for count, chance in zip(found, (sound, poor, 1 - sound - poor), strict=True):
        z = (count - 20_000 * chance) / math.sqrt(20_000 * chance * (1 - chance))
        assert abs(z) < 4


# Outcomes

TYPES = [Type("look"), Type("support")]


def run(cases, closed, closing=None, entities=1, **given):
    """Contracts that fail from the first day and, once repaired, never again; a year of days."""
    model = toy.model(
        types=TYPES, cases=cases, entities=[Entity(patients=5000)] * entities, years=1
    )
    settled = {"failing": 1.0, "detects": [1.0, 0.0], "repairs": [0.0, 1.0], **given}
    model = with_condition(model, closing=closing, **settled)
    return model, toy.log(model, closed)


def test_a_contract_that_nobody_looks_at_fails_to_the_end():
    table = measure(*run([Case(0, type=0)], [None]))
    assert set(table["measure"]) >= MEASURES
    assert measured(table, "contracts_failing_share") == 1
    assert measured(table, "contracts_struggling_share") == 0
    months = measured(table, "failing_months")
    assert months == pytest.approx(365 / (365.25 / 12))
    assert measured(table, "failing_unnoticed_months") == months
    for name in ("contracts_noticed", "contracts_repaired", "closures_unplanned"):
        assert measured(table, name) == 0


def test_a_case_brings_it_to_light_and_another_repairs_it():
    cases = [Case(0, type=0), Case(0, type=0), Case(0, type=1)]
    table = measure(*run(cases, [73.0, 80.0, 146.0]))
    year = 365 / (365.25 / 12)
    assert measured(table, "failing_unnoticed_months") == pytest.approx(year / 5)
    assert measured(table, "failing_months") == pytest.approx(year * 2 / 5)
    assert measured(table, "contracts_noticed") == 1  # the second case found nothing new
    assert measured(table, "contracts_repaired") == 1
    assert measured(table, "contracts_failing_share") == 0


def test_a_failing_contract_closes_unless_it_is_repaired_before():
    cases = [Case(0, type=1), Case(0, type=1)]
    closing = {0: [50.0, 60.0], 1: [50.0, 60.0]}
    model, log = run([cases[0], replace(cases[1], entity=1)], [55.0, 45.0], closing, entities=2)
    table = measure(model, log)
    assert measured(table, "closures_unplanned") == 1
    assert measured(table, "closures_unplanned_patients") == 5000
    assert measured(table, "contracts_repaired") == 1
    found = spells(View(tallied(model, log)), model.condition)
    assert found.ending.tolist() == [GONE, STILL, REPAIRED, STILL]
    assert (found.ends / DAY).tolist() == [50, 365, 45, 365]


def test_years_add_up():
    model = toy.model(types=TYPES, cases=[Case(0, type=0)], years=2)
    model = with_condition(model, failing=1.0, detects=[1.0, 0.0])
    table = measure(model, toy.log(model, [365 + 73.0]))
    first, second = (
        measured(table, "failing_unnoticed_months", period=f"year {year}") for year in (1, 2)
    )
    assert first == pytest.approx(5 * second, rel=0.01)
    assert measured(table, "failing_unnoticed_months") == first + second
    assert measured(table, "contracts_noticed", period="year 1") == 0
    assert measured(table, "contracts_noticed", period="year 2") == 1


def test_spells_follow_the_rule():
    """Struggles at a known day: a look before that sees nothing, one after it does."""
    model, _ = run([Case(0, type=0)], [None], failing=0.0, to_struggling=100.0, to_failing=30.0)
    uid = model.entities.uid[0].tolist()
    struggles, fails = declines(spell=0, address=uid)
    assert 0 < struggles < fails < model.clock.horizon
    for closed, seen in ((struggles - 1, 0), (struggles, 1)):
        table = measure(model, toy.log(model, [closed / DAY]))
        assert measured(table, "contracts_noticed") == seen
    table = measure(model, toy.log(model, [None]))
    share = (model.clock.horizon - fails) / model.clock.horizon
    assert measured(table, "failing_months") == pytest.approx(share * 365 / (365.25 / 12))


def test_only_some_cases_have_an_effect():
    cases = [Case(0, type=1, entity=number) for number in range(300)]
    model, log = run(cases, [10.0] * 300, entities=300, repairs=[0.0, 0.3])
    repaired = measured(measure(model, log), "contracts_repaired")
    key, uid = model.condition.repairs.key[1].tolist(), model.entities.uid.tolist()
    assert repaired == sum(uniform_of(*uid[n], n, 0, *key) < 0.3 for n in range(300))
    assert 50 < repaired < 130


def test_a_refused_case_repairs_nothing():
    model, log = run([Case(0, type=1)], [10.0])
    refused = replace(log, cases=replace(log.cases, outcome=np.array([REFUSED_OUTCOME])))
    assert measured(measure(model, log), "contracts_repaired") == 1
    assert measured(measure(model, refused), "contracts_repaired") == 0


def test_contracts_whose_condition_is_not_followed_do_not_count():
    model, log = run([Case(0, type=0)], [None], entities=2)
    given = replace(model.condition, applies=np.array([True, False]))
    table = measure(replace(model, condition=given), log)
    assert measured(table, "failing_months") == pytest.approx(365 / (365.25 / 12))
    nobody = replace(given, applies=np.array([False, False]))
    assert not MEASURES & set(measure(replace(model, condition=nobody), log)["measure"])


# The scenario

CONDITION = {
    "struggling_per_year": 0.5,
    "failing_per_year": 1.0,
    "closing_per_year": 3.0,
    "struggling_share": 0.2,
    "failing_share": 0.1,
}


def followed(document):
    document["pathways"]["condition"] = CONDITION
    for case_type in document["pathways"]["case_types"].values():
        case_type |= {"detect_share": 0.5, "repair_share": 0.5}


def not_followed(document):
    """Say nothing about the condition of contracts."""
    document["pathways"].pop("condition", None)
    for case_type in document["pathways"]["case_types"].values():
        case_type.pop("detect_share", None)
        case_type.pop("repair_share", None)
        case_type["demand"].pop("needs", None)
        if case_type["demand"]["kind"] in ("closing", "support"):
            case_type["demand"] = {"kind": "follows"}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world=worlds(change=not_followed))
def test_following_the_condition_changes_no_work(world):
    model, other = world.model(), world.changed(followed).model()
    assert model.condition is None
    assert other.condition is not None
    assert same(model, replace(other, condition=None))
    log = reference.run(other)
    assert same(log, reference.run(model))
    assert not MEASURES & set(measure(model, log)["measure"])


def test_the_arrays_are_what_the_scenario_says():
    document = plain_document(years=10.0)
    followed(document)
    model = plain(document, contracts=50).model()
    given, year = model.condition, model.clock.horizon / 10
    assert given.to_struggling == pytest.approx(2 * year)
    assert given.to_failing == pytest.approx(year)
    assert given.applies.tolist() == [True] * 50 + [False]  # the cell is no contract
    count = np.diff(given.first_closing)
    assert len(given.closing) == count.sum()
    assert count.sum() == pytest.approx(50 * 10 * 3, abs=4 * math.sqrt(1500))
    for entity in range(50):
        mine = given.closing[given.first_closing[entity] : given.first_closing[entity + 1]]
        assert (np.diff(mine) >= 0).all()
    assert given.detects.share.tolist() == given.repairs.share.tolist() == [0.5]


def refused(change):
    document = plain_document()["pathways"]
    change(document)
    with pytest.raises(ValueError, match="found") as caught:
        Pathways.model_validate(document)
    return caught.value.errors()[0]


def test_no_more_contracts_than_all_are_in_some_condition():
    error = refused(lambda d: d.update(condition={**CONDITION, "failing_share": 0.9}))
    assert error["ctx"]["at"] == ("failing_share",)
    assert "at most 0.8" in error["msg"]


@pytest.mark.parametrize("key", ["detect_share", "repair_share"])
def test_nothing_is_repaired_that_cannot_fail(key):
    error = refused(lambda d: d["case_types"]["query"].update({key: 0.5}))
    assert error["ctx"]["at"] == ("case_types", "query", key)
    assert "condition" in error["ctx"]["expected"]
