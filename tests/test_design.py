"""Design points: what a result depends on, and staffing for the same money."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_scenario import SMALL, changed

from sim import version
from sim.experiment import design as module
from sim.experiment.design import (
    DesignPoint,
    YearlyCost,
    canonical,
    design,
    document,
    same_money,
    scenario_of,
)
from sim.experiment.errors import DesignError
from sim.experiment.staffing import ENDINGS, SCALED


def key_of(scenario, arrangement="central", context="now", replication=0):
    point = DesignPoint(arrangement, context, document(scenario, arrangement, context))
    return point.key(replication)


def test_every_arrangement_meets_every_context():
    met = [(point.context, point.label) for point in design(SMALL)]
    assert met == [("now", "central"), ("now", "local"), ("busy", "central"), ("busy", "local")]


def test_the_document_is_a_scenario_with_the_central_values():
    rebuilt = scenario_of(document(SMALL, "central", "busy"))
    assert float(rebuilt.contexts["only"].demand_multiplier) == 1.2
    assert float(rebuilt.arrangements["only"].teams["office"].wte) == 10.0
    assert rebuilt.pathways.case_types["query"].stages[0].name == "answer"
    assert rebuilt.run.seed == SMALL.run.seed


def test_the_same_content_under_two_names_has_one_key():
    assert key_of(SMALL, "central") == key_of(SMALL, "local")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("title", "Another title"),
        ("name", "another-name"),
        ("run.replications", 40),
        ("compare.primary", "another"),
        ("contexts.busy.demand_multiplier", 3.0),
        ("arrangements.local.teams.office.wte", 3.0),
        ("arrangements.central.title", "Another"),
        ("arrangements.central.teams.office.wte", {"low": 1, "central": 10.0, "high": 30}),
        (
            "arrangements.central.teams.office.wte",
            {"central": 10.0, "source": "F6", "grade": "expert"},
        ),
    ],
)
def test_what_changes_no_result_changes_no_key(path, value):
    assert key_of(changed(path, value)) == key_of(SMALL)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("run.seed", 8),
        ("run.years", 2),
        ("run.start", "2015-04-01"),
        ("run.ranking", "fifo"),
        ("estate.contracts.gp", 21),
        ("contexts.now", {"demand_multiplier": 1.01}),
        ("arrangements.central.teams.office.wte", 10.01),
        ("pathways.case_types.query.priority", 2),
    ],
)
def test_what_may_change_a_result_changes_the_key(path, value):
    assert key_of(changed(path, value)) != key_of(SMALL)


def test_the_key_knows_replication_staffing_and_model_version(monkeypatch):
    point = design(SMALL)[0]
    keys = {point.key(0), point.key(1), module.replace(point, wte_scale=1.1).key(0)}
    monkeypatch.setattr(version, "MODEL_VERSION", version.MODEL_VERSION + 1)
    assert len(keys | {point.key(0)}) == 4


def test_another_content_of_the_estate_file_is_another_key(tmp_path):
    path = tmp_path / "estate.csv"
    estate = {"source": "file", "file": str(path)}
    path.write_text("id\nA\n")
    before = key_of(changed("estate", estate))
    path.write_text("id\nB\n")
    assert key_of(changed("estate", estate)) != before


def test_canonical_json_does_not_depend_on_the_order_of_keys():
    assert canonical({"b": 1, "a": [1.0, "é"]}) == canonical({"a": [1.0, "é"], "b": 1})
    assert json.loads(canonical({"a": 0.1 + 0.2})) == {"a": 0.1 + 0.2}


def scaled(base, other):
    costs = {"central": base, "local": other}
    return same_money(design(SMALL), "central", lambda point: costs[point.arrangement])


amounts = st.floats(1.0, 1e9)


@given(staff=amounts, fixed=st.floats(0.0, 1e6), other=amounts, share=st.floats(0.0, 0.99))
def test_scaled_staff_and_committees_cost_what_base_costs(staff, fixed, other, share):
    base = YearlyCost(staff, fixed)
    cost = YearlyCost(other, share * base.total)
    for point in scaled(base, cost):
        assert cost.staff * point.wte_scale + cost.fixed == pytest.approx(base.total, rel=1e-6)


@given(staff=amounts, fixed=st.floats(0.0, 1e6))
def test_equal_costs_scale_by_exactly_one(staff, fixed):
    assert [point.wte_scale for point in scaled(*[YearlyCost(staff, fixed)] * 2)] == [1.0, 1.0]


def test_same_money_leaves_out_base_and_labels_the_others():
    points = scaled(YearlyCost(100, 0), YearlyCost(200, 0))
    assert [(point.label, point.context) for point in points] == [
        ("local" + ENDINGS[SCALED], "now"),
        ("local" + ENDINGS[SCALED], "busy"),
    ]
    assert {point.wte_scale for point in points} == {0.5}


@pytest.mark.parametrize("cost", [YearlyCost(50, 100), YearlyCost(50, 101), YearlyCost(0, 10)])
def test_money_that_cannot_be_the_same_is_refused(cost):
    with pytest.raises(DesignError, match="local in context now cannot be given the money"):
        scaled(YearlyCost(90, 10), cost)
