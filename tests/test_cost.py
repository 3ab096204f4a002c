"""What an arrangement costs beside its staff, and what changing to it costs."""

import json
import math

import numpy as np
import pandas as pd
import pytest
import toy
from hypothesis import given
from hypothesis import strategies as st
from small_scenario import CONTENT, SMALL, changed
from toy import Case, Entity, Person, Type, measured

from sim.api import Results
from sim.engine.log import CLOSED
from sim.experiment import run
from sim.experiment.change import BREAK_EVEN, COST, break_even, one_off, with_change
from sim.model.build import build
from sim.outcomes.measures import measure
from sim.scenario import estates
from sim.scenario.arrangement import Workforce
from sim.scenario.costs import Change
from sim.scenario.schema import Scenario
from sim.scenario.units import DAY

PAID = {"staff_by_role": np.array([80_000.0]), "overhead": 8_000.0, "committees": 2_000.0}


def two_years(money, closed=(100.0, 200.0, None), entities=None):
    """Two terminations and one that stays open, in two years of a practice of 6,000."""
    model = toy.model(
        types=[Type("termination"), Type("query")],
        cases=[Case(0.0) for _ in closed],
        entities=entities or [Entity()],
        people=[Person()],
        money={**PAID, **money},
        years=2,
    )
    log = toy.log(model, list(closed), outcome=[CLOSED if c else 0 for c in closed])
    log.cases.travel[:] = DAY
    return measure(model, log)


def test_external_support_is_bought_for_what_is_closed():
    """Two closed in two years at 12,000 are 12,000 a year."""
    table = two_years({"external": np.array([12_000.0, 0.0])})
    assert measured(table, "cost_external_gbp") == 12_000
    assert measured(table, "cost_total_gbp") == 102_000
    assert measured(table, "cost_per_head_gbp") == 17


def test_travel_costs_beside_its_hours():
    """Three cases took a day of 7.5 hours each: 22.5 hours at 16 are 360, half of it a year."""
    table = two_years({"travel_per_hour": 16.0})
    assert measured(table, "cost_travel_gbp") == 180
    assert measured(table, "cost_total_gbp") == 90_180


def test_cost_against_the_allowance():
    """6% of 25 a head for 6,000 patients are 9,000, a tenth of the 90,000 that are spent."""
    table = two_years({"allowance_per_head": 25 * 0.06})
    assert measured(table, "allowance_used") == pytest.approx(10.0)


def test_time_for_governance_is_part_of_the_cost_of_staff():
    """A tenth of the hours that one person is paid for costs a tenth of the pay."""
    paid = toy.model(years=2).clock.horizon / 3_600_000 / 2
    money = {"governance_hours": np.array([paid / 10]), "wte_by_role": np.array([1.0])}
    table = two_years(money)
    assert measured(table, "cost_governance_time_gbp") == pytest.approx(8_000.0)
    assert measured(table, "cost_total_gbp") == 90_000


def test_what_has_no_price_is_not_shown():
    shown = set(two_years({})["measure"])
    assert shown.isdisjoint(
        {"cost_external_gbp", "cost_travel_gbp", "cost_governance_time_gbp", "allowance_used"}
    )


def test_prices_reach_the_model_from_the_scenario():
    content = json.loads(json.dumps(CONTENT))
    ours = content["arrangements"]["central"]
    ours["costs"] = {
        "travel_gbp_per_hour": 14,
        "running_cost_allowance_gbp_per_head": 25,
        "primary_care_share": 0.06,
    }
    ours["governance"] = {"body_hours_per_year": 300}
    content["pathways"]["case_types"]["query"]["external_gbp"] = 12_000
    scenario = Scenario.model_validate(content)
    money = build(scenario, estates.build(scenario.estate), "central", "now", 0).money
    assert money.travel_per_hour == 14
    assert money.allowance_per_head == pytest.approx(1.5)
    assert money.external.tolist() == [12_000]
    assert money.governance_hours.tolist() == [300]


# ---- Change

FORCE = Workforce.model_validate(
    {
        "roles": {"officer": {"annual_cost_gbp": 40_000}, "senior": {"annual_cost_gbp": 90_000}},
        "overhead_share": 0.2,
    }
)
CHANGE = {"redundancy_gbp_per_post": 43_000, "rehired_share": 0.2}


def test_posts_that_go_are_made_redundant_and_a_share_comes_back():
    """Eight officers go; as a fifth is employed again, ten are paid off. Two seniors are new."""
    cost = one_off(
        {"officer": 20.0, "senior": 3.0},
        {"officer": 12.0, "senior": 5.0},
        FORCE,
        Change(**CHANGE, recruitment_gbp_per_post=5_000),
    )
    assert cost == pytest.approx(10 * 43_000 + 2 * 5_000)


def test_dual_running_pays_the_posts_that_go_a_little_longer():
    """Three months of eight officers at 40,000 and a fifth of overhead."""
    cost = one_off({"officer": 20.0}, {"officer": 12.0}, FORCE, Change(dual_running_months=3))
    assert cost == pytest.approx(8 * 48_000 / 4)


def test_a_role_that_base_lacks_is_recruited_and_one_it_alone_has_goes():
    cost = one_off(
        {"senior": 1.0},
        {"clinical": 2.0},
        FORCE,
        Change(redundancy_gbp_per_post=100, recruitment_gbp_per_post=10),
    )
    assert cost == pytest.approx(120)


def test_everybody_coming_back_is_refused():
    with pytest.raises(ValueError, match="nobody would go"):
        Change(rehired_share=1)


def test_break_even():
    assert break_even(300.0, 1000.0, 900.0) == pytest.approx(3.0)
    assert break_even(300.0, 1000.0, 1000.0) == math.inf
    assert break_even(300.0, 1000.0, 1200.0) == math.inf
    assert break_even(0.0, 1000.0, 1200.0) == 0.0
    assert break_even(300.0, 1e6, 1e6 - 1e-7) == math.inf


posts = st.dictionaries(st.sampled_from(["officer", "senior"]), st.floats(0.0, 100.0), min_size=2)


@given(before=posts, after=posts)
def test_no_change_costs_nothing_and_no_change_costs_less(before, after):
    change = Change(**CHANGE, recruitment_gbp_per_post=5_000, dual_running_months=2)
    assert one_off(before, before, FORCE, change) == 0
    assert one_off(before, after, FORCE, change) >= 0
    assert one_off(before, after, FORCE, Change()) == 0


def measures(scenario):
    """Rows as a run leaves them: central costs 500,000 with 10 officers, local 400,000 with 8."""
    rows = [
        (name, context, replication, measure, role, value)
        for name, wte, cost in (("central", 10.0, 5e5), ("local", 8.0, 4e5))
        for context in scenario.contexts
        for replication in range(2)
        for measure, role, value in (
            ("cost_total_gbp", "all", cost),
            ("wte", "all", wte),
            ("wte", "officer", wte),
        )
    ]
    names = ["arrangement", "context", "replication", "measure", "role", "value"]
    frame = pd.DataFrame(rows, columns=names).assign(case_type="all", body="all", period="all")
    order = ["arrangement", "context", "replication", "measure", "case_type", "body", "role"]
    frame = frame.assign(unit="GBP")[[*order, "period", "value", "unit"]]
    return frame.sort_values([*frame], ignore_index=True)


def test_the_change_is_measured_against_base():
    """Two posts at 100,000 for a saving of 100,000 a year: paid back in two years."""
    scenario = changed("arrangements.local.costs", {"change": {"redundancy_gbp_per_post": 1e5}})
    before = measures(scenario)
    after = with_change(before, scenario)
    added = after[after["measure"].isin([COST, BREAK_EVEN])]
    assert list(after) == list(before)
    assert set(added["arrangement"]) == {"local"}
    assert len(added) == 2 * 2 * 2
    assert set(added.loc[added["measure"] == COST, "value"]) == {200_000}
    assert set(added.loc[added["measure"] == BREAK_EVEN, "value"]) == {2.0}
    rest = after.drop(added.index).reset_index(drop=True)
    pd.testing.assert_frame_equal(rest, before)
    assert after.equals(after.sort_values([*after], ignore_index=True))


def test_a_change_within_the_run_is_measured_by_what_comes_after_it():
    """Means of a year of which the change leaves half are half of what it makes in a year."""
    content = json.loads(json.dumps(CONTENT))
    content["arrangements"]["local"] |= {
        "costs": {"change": {"redundancy_gbp_per_post": 1e5}},
        "transition": {"replaces": "central", "date": "2014-10-01"},
    }
    scenario = Scenario.model_validate(content)
    after = with_change(measures(scenario), scenario)
    paid = after.loc[after["measure"] == COST, "value"]
    assert paid.to_numpy() == pytest.approx(400_000, rel=0.02)
    years = after.loc[after["measure"] == BREAK_EVEN, "value"]
    assert years.to_numpy() == pytest.approx(2.0)


def test_without_costs_of_change_nothing_is_added():
    found = measures(SMALL)
    assert with_change(found, SMALL) is found


def test_a_run_prints_the_change_and_when_it_is_paid_back(tmp_path, capsys):
    content = json.loads(json.dumps(CONTENT))
    content["contexts"] = {"now": {}}
    content["run"]["replications"] = 2
    local = content["arrangements"]["local"]
    local["teams"]["office"]["wte"] = 8.0
    local["costs"] = {"change": {"redundancy_gbp_per_post": 1e5}}

    class Loaded:
        scenario = Scenario.model_validate(content)

    found = Results(**vars(run.run(Loaded, jobs=1, out=tmp_path, progress=False)))
    found.show()
    text = " ".join(capsys.readouterr().out.split())
    assert "local: the change costs £200,000 once; paid back by April 2016." in text
    assert "local: the change costs £0 once" in text
