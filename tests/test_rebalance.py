"""The same money, rebalanced: staff where the work is, so that no split of staff decides."""

import json
import math

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_scenario import CONTENT, SMALL
from small_scenario import TEAM as OFFICE

from sim.api import Results
from sim.experiment import run
from sim.experiment.design import YearlyCost, design
from sim.experiment.errors import DesignError
from sim.experiment.rebalance import LEAST_LOAD, loads, rebalanced
from sim.experiment.staffing import ENDINGS, HEADINGS, REBALANCED, label, plain, staffing_of
from sim.scenario.schema import Scenario


def points(costs, load, teams=("front", "back")):
    return rebalanced(
        design(SMALL),
        "central",
        lambda point: costs[point.arrangement],
        lambda point: teams,
        lambda point: load,
    )


def test_staff_follow_load_at_the_cost_of_base():
    """By hand: 400 of base's 500 is for staff; loads 0.5 and 1.5 cost 100 × 0.5 + 100 × 1.5."""
    costs = {"central": YearlyCost(420.0, 80.0, (210.0, 210.0))}
    costs["local"] = YearlyCost(200.0, 100.0, (100.0, 100.0))
    found = {p.arrangement: p for p in points(costs, {"front": 0.5, "back": 1.5})}
    assert found["local"].wte_scale == (1.0, 3.0)
    assert found["local"].label == "local (same money, rebalanced)"
    assert found["central"].wte_scale == (0.5, 1.5)


cost = st.floats(1.0, 1e6)


@given(front=cost, back=cost, budget=st.floats(2e3, 1e8), load=st.floats(0.0, 9.0))
def test_rebalanced_staff_cost_what_base_costs(front, back, budget, load):
    costs = {"central": YearlyCost(budget - 1e3, 1e3, (budget - 1e3, 0.0))}
    costs["local"] = YearlyCost(front + back, 500.0, (front, back))
    for point in points(costs, {"front": load, "back": 1.0}):
        own = costs[point.arrangement]
        spent = sum(k * scale for k, scale in zip(own.by_team, point.wte_scale, strict=True))
        assert spent + own.fixed == pytest.approx(budget, rel=1e-9)


def test_a_team_without_work_in_the_pilot_keeps_somebody():
    costs = dict.fromkeys(("central", "local"), YearlyCost(200.0, 0.0, (100.0, 100.0)))
    scales = points(costs, {"front": 1.0})[0].wte_scale
    assert scales[1] / scales[0] == pytest.approx(LEAST_LOAD)


def test_staff_are_not_shared_out_by_a_load_without_end():
    costs = dict.fromkeys(("central", "local"), YearlyCost(200.0, 0.0, (100.0, 100.0)))
    with pytest.raises(DesignError, match="central: team front has work and nobody who has time"):
        points(costs, {"front": math.inf, "back": 0.5})


def test_money_that_is_not_there_is_refused():
    costs = {"central": YearlyCost(50.0, 0.0, (50.0, 0.0))}
    costs["local"] = YearlyCost(100.0, 60.0, (50.0, 50.0))
    with pytest.raises(DesignError, match="local in context now cannot be given the money"):
        points(costs, {"front": 1.0})


def test_loads_are_those_of_whole_kinds_of_team():
    rows = [
        ("load", "front", "all", 0.5),
        ("load", "front", "officer", 0.7),
        ("load", "all", "all", 0.6),
        ("wte", "front", "all", 9.0),
    ]
    table = pd.DataFrame(rows, columns=["measure", "body", "role", "value"])
    assert loads(pa.Table.from_pandas(table)) == {"front": 0.5}


@pytest.mark.parametrize("staffing", HEADINGS)
def test_labels_are_told_apart(staffing):
    assert staffing_of(label("local", staffing, "central")) == staffing
    assert plain(label("local", staffing, "central")) == "local"
    own = "" if staffing == "same money" else ENDINGS[staffing]
    assert label("central", staffing, "central") == "central" + own


def lopsided():
    """Two teams with like work, one of which has all the staff but one."""
    content = json.loads(json.dumps(CONTENT))
    content["run"]["replications"] = 2
    content["compare"]["rebalanced"] = True
    content["contexts"] = {"now": {}}
    query = content["pathways"]["case_types"]["query"]
    query["demand"]["per_contract_year"] = {"gp": 120.0}
    stages = query["stages"]
    query["stages"] = [{**stages[0], "name": name} for name in ("first", "second")]
    for who, (front, back) in {"central": (3.0, 3.0), "local": (5.0, 1.0)}.items():
        teams = {"front": {**OFFICE, "wte": front}, "back": {**OFFICE, "wte": back}}
        content["arrangements"][who] |= {
            "teams": teams,
            "authority": [
                {"team": "front", "decides": "officer"},
                {"stages": ["second"], "team": "back"},
            ],
        }
    return Scenario.model_validate(content)


class Loaded:
    """What ``sim.run`` needs of a loaded scenario."""

    def __init__(self, scenario):
        self.scenario = scenario


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rebalanced")
    return Results(**vars(run.run(Loaded(lopsided()), jobs=1, out=folder, progress=False)))


def value(found, name, measure, body="all"):
    rows = found.measures
    keep = (rows["arrangement"] == name) & (rows["measure"] == measure) & (rows["body"] == body)
    whole = (rows[["case_type", "role", "period"]] == "all").all(axis=1)
    return rows.loc[keep & whole, "value"].mean()


def test_a_split_that_was_badly_guessed_decides_nothing(found):
    """2,400 cases of two hours over 6 WTE: what differs is the split, and rebalancing mends it."""
    split = value(found, "local", "load", "back")
    assert split > 1.0 > value(found, "central", "load", "back")
    name = "local" + ENDINGS[REBALANCED]
    for body in ("front", "back"):
        assert value(found, name, "wte", body) == pytest.approx(3.0, rel=0.15)
        assert value(found, name, "load", body) < 1.0
    whole = value(found, "central", "cost_total_gbp")
    assert value(found, name, "cost_total_gbp") == pytest.approx(whole, rel=1e-9)


def test_base_is_rebalanced_too_and_compared_with(found):
    block = found.comparisons[found.comparisons["staffing"] == REBALANCED]
    assert set(block["arrangement"]) == {"local"}
    late = block[(block["measure"] == "load") & (block[["body", "role"]] == "all").all(axis=1)]
    base = value(found, "central" + ENDINGS[REBALANCED], "load")
    assert late["base_mean"].tolist() == pytest.approx([base])


def test_it_does_not_touch_the_other_staffings(found, tmp_path):
    plainly = lopsided()
    compare = plainly.compare.model_copy(update={"rebalanced": False})
    before = run.run(
        Loaded(plainly.model_copy(update={"compare": compare})),
        jobs=1, out=tmp_path, progress=False,
    ).measures  # fmt: skip
    after = found.measures
    same = after[~after["arrangement"].str.endswith(ENDINGS[REBALANCED])].reset_index(drop=True)
    pd.testing.assert_frame_equal(same, before)


def test_it_is_printed_and_drawn(found, capsys):
    found.show()
    text = capsys.readouterr().out
    assert "Same money, rebalanced: each costs what base costs" in text
    assert "local: WTE back" in text
    assert "staff in proportion to its load in the first replication" in " ".join(text.split())
    assert REBALANCED in set(found.chart("differences").table["staffing"])
    table = found.table(staffing=REBALANCED)
    assert table.title.startswith("Same money, rebalanced: every arrangement costs as much as")
    drawn = found.chart("utilisation", staffing=REBALANCED)
    assert "Staffing: same money, rebalanced." in drawn.caption
