"""The least staff for a target: against every amount tried, by hand, and through the command."""

from dataclasses import replace
from io import StringIO

import matplotlib.colors
import numpy as np
import pandas as pd
import pytest
from laid_out import assert_laid_out
from rich.console import Console
from scipy.stats import norm
from scipy.stats import t as student
from small_scenario import SMALL, changed
from test_api import command
from test_rebalance import lopsided
from tiny import WORLD

from sim.experiment import least_staff, staff_words, worker
from sim.experiment.design import YearlyCost, scenario_of
from sim.experiment.errors import DesignError
from sim.experiment.least_staff import LEAST, MOST, STEPS, Trials
from sim.experiment.runner import runner_of
from sim.experiment.target import met, parse, reach
from sim.experiment.ways import ALIKE, BY_LOAD, shared_out, ways
from sim.need import staff

COMMITTEES = 1000.0
NAME = "resolution_in_clock_share"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("resolution_in_clock_share>=0.9", "cases resolved in time: at least 90.0%"),
        (" resolution_days_p90 , query <= 60 ", "(Query): at most 60.0 calendar days"),
        ("reviews_overdue<=3", "at most 3.00 cases"),
    ],
)
def test_a_target_is_read(text, words):
    assert str(parse(text, SMALL)).endswith(words)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("resolution_in_clock_shar>=0.9", 'no measure "resolution_in_clock_shar"; did you mean'),
        ("resolution_days_p90,quary<=60", 'no case type "quary"; did you mean "query"'),
        ("resolution_in_clock_share=0.9", "expected MEASURE>=NUMBER"),
        ("resolution_in_clock_share>=", "expected MEASURE>=NUMBER"),
        ("resolution_in_clock_share>=0.9.1", "expected a number"),
        ("resolution_in_clock_share>=90", "is a share: found 90, expected 0 to 1"),
        ("resolution_in_clock_share<=0.9", "as higher is better: >="),
        ("resolution_days_p90>=30", "as lower is better: <="),
        ("wte<=5", "neither more nor less of wte is better"),
        ("cost_per_head_gbp<=1", "is what staff cost: no service"),
        ("", "expected MEASURE>=NUMBER"),
    ],
)
def test_a_bad_target_is_one_message(text, message):
    with pytest.raises(DesignError) as caught:
        parse(text, SMALL)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_surely_reached_is_the_one_sided_t_bound():
    """By hand for 1, 2, 3: mean 2, s 1, t(0.95, 2) 2.920."""
    values = np.array([1.0, 2.0, 3.0])
    assert reach(values, 0.95, 1) == pytest.approx(2 - 2.919986 / np.sqrt(3))
    assert reach(values, 0.95, -1) == pytest.approx(2 + 2.919986 / np.sqrt(3))
    assert reach(np.array([0.3, 0.3]), 0.95, 1) == 0.3
    assert np.isnan(reach(np.array([1.0, np.inf]), 0.95, 1))
    assert not met(np.array([1.0, np.nan]), 5.0, 0.95, -1)


def test_the_bound_holds_as_often_as_it_says():
    draws = np.random.default_rng(1).normal(10, 3, (4000, 8))
    held = np.mean([reach(row, 0.9, 1) <= 10 for row in draws])
    assert held == pytest.approx(0.9, abs=4 * np.sqrt(0.09 / 4000))


def test_staff_by_load_cost_what_they_cost_before():
    """By hand: loads 0.5 and 1.5 of teams of 100 and 100 cost 200: scaled by 0.5 and 1.5."""
    cost = YearlyCost(200.0, 50.0, (100.0, 100.0))
    assert shared_out([0.5, 1.5], cost) == (0.5, 1.5)
    uneven = shared_out([1.2, 0.4], replace(cost, by_team=(160, 40)))
    assert 160 * uneven[0] + 40 * uneven[1] == pytest.approx(200.0)
    assert uneven[0] / uneven[1] == pytest.approx(3.0)


def service(point, replication):
    """Service rises with staff and luck, with a dent that whole posts might make."""
    (arrangement,) = scenario_of(point.document).arrangements.values()
    wte = [float(team.wte) for team in arrangement.teams.values()]
    scale = np.broadcast_to(point.wte_scale, len(wte))
    total = float(np.dot(wte, scale))
    share = norm.cdf((total - 9.0) / 3.0 + [-0.3, 0.1, 0.4, 0.0][replication])
    return total, float(share - 0.02 * (round(total * 5) % 7 == 0))


def pretend(point, replication, by="compiled"):
    total, share = service(point, replication)
    rows = [(NAME, "all", share, "share"), ("load", "office", 1.0, "ratio")]
    rows += [("load", "front", 0.5, "ratio"), ("load", "back", 1.5, "ratio")]
    frame = pd.DataFrame(rows, columns=["measure", "body", "value", "unit"]).assign(role="all")
    wte = [("wte", "all", total, "WTE", role) for role in ("all", "officer")]
    more = pd.DataFrame(wte, columns=["measure", "body", "value", "unit", "role"])
    return pd.concat([frame, more]).assign(case_type="all", period="all")


def price(point):
    (arrangement,) = scenario_of(point.document).arrangements.values()
    each = tuple(50_000.0 * float(team.wte) for team in arrangement.teams.values())
    return YearlyCost(sum(each), COMMITTEES, each)


@pytest.fixture
def answer(tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "simulate", pretend)
    monkeypatch.setattr(worker, "yearly_cost", price)

    def find(text, scenario=None):
        scenario = scenario or changed("arrangements.local.teams.office.wte", 6.0)
        runner = runner_of(jobs=1, out=tmp_path, progress=False)
        context = next(iter(scenario.contexts))
        every = ways(scenario, context, list(scenario.arrangements), runner)
        trials = Trials(runner, parse(text, scenario), 4, 0.95)
        return least_staff.find(trials, every, every[0], context)

    return find


def enough(wte, wanted):
    """Whether so many in one team suffice: the t bound, worked out here."""
    values = []
    for replication in range(4):
        share = norm.cdf((wte - 9.0) / 3.0 + [-0.3, 0.1, 0.4, 0.0][replication])
        values.append(share - 0.02 * (round(wte * 5) % 7 == 0))
    values = np.array(values) - wanted
    bound = values.mean() - student.ppf(0.95, 3) * values.std(ddof=1) / 2
    return bound >= 0


@pytest.mark.parametrize("wanted", [0.5, 0.8, 0.95])
def test_the_least_is_what_trying_every_amount_finds_but_for_dents(answer, wanted):
    found = answer(f"{NAME}>={wanted}")
    least = found.least.set_index("arrangement")
    for name, wte in {"central": 10.0, "local": 6.0}.items():
        fits = [s for s in range(LEAST, MOST + 1) if enough(wte * s / STEPS, wanted)]
        step = round(least.loc[name, "scale"] * STEPS)
        assert {step, step + 1, step + 2} <= {*fits}
        assert step - 1 not in fits
        dented = any(s not in fits for s in range(fits[0], step))
        assert step == fits[0] or dented
        assert least.loc[name, "cost_gbp"] == pytest.approx(
            50_000 * wte * step / STEPS + COMMITTEES
        )
        assert least.loc[name, "bound"] >= wanted
    assert least["met"].all()


def test_money_and_service_of_base(answer):
    """Both have one office and the same law, so 10 WTE serve alike wherever they are."""
    found = answer(f"{NAME}>=0.8")
    money = found.same_money.set_index("arrangement")
    assert money["cost_gbp"].tolist() == pytest.approx([501_000.0, 501_000.0])
    assert money["wte"].tolist() == pytest.approx([10.0, 10.0])
    service = found.same_service.set_index("arrangement")
    assert service.loc["central", "scale"] == 1.0
    assert service.loc["local", "wte"] == pytest.approx(10.0, abs=2 * 6.0 / STEPS)
    assert found.frontier["scale"].tolist() == [0.6, 0.8, 1.0, 1.2, 1.4, 1.7, 2.0] * 2
    assert found.staff.set_index("arrangement").loc["local", "as_staffed"].tolist() == [6.0, 6.0]


def test_a_target_out_of_reach_says_so_with_the_best_there_is(tmp_path, monkeypatch, answer):
    monkeypatch.setattr(
        worker,
        "simulate",
        lambda *a: pretend(*a).assign(value=lambda f: f["value"].clip(upper=0.7)),
    )
    found = answer(f"{NAME}>=0.9")
    assert not found.least["met"].any()
    assert found.least["mean"].tolist() == pytest.approx([0.7, 0.7])
    assert found.staff.empty
    said = staff_words.sentences(found, SMALL)
    assert said[0].startswith("Central: not reached with up to 4 times the staff; the best is 70")
    text = StringIO()
    Console(file=text, width=100).print(staff_words.render(found, SMALL))
    assert "best 70" in text.getvalue()


def test_each_split_of_several_teams_is_searched(answer):
    found = answer(f"{NAME}>=0.5", lopsided())
    assert [*zip(found.least["arrangement"], found.least["split"], strict=True)] == [
        (name, split) for name in ("central", "local") for split in (ALIKE, BY_LOAD)
    ]
    assert set(found.staff["arrangement"]) == {"central", "local"}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Forty work-filled posts in four offices; load is work over time, whatever the luck."""
    file = tmp_path_factory.mktemp("world") / "world.toml"
    text = WORLD.replace("{ gp = 2.0 }", "{ gp = 900.0 }").replace(
        "replications = 2", "replications = 3"
    )
    file.write_text(text)
    return file


@pytest.mark.slow
def test_the_load_that_staff_have_follows_from_how_many_they_are(world, tmp_path):
    found = staff(world, "load<=0.5", replications=3, jobs=1, out=tmp_path, progress=False)
    as_staffed = found.found.frontier.query("scale == 1").set_index("arrangement")
    for row in found.least.itertuples():
        load, wte = as_staffed.loc[row.arrangement, ["mean", "wte"]]
        assert row.met
        assert row.wte == pytest.approx(load * wte / 0.5, rel=0.05)
    table = found.table("same_service")
    assert table["Arrangement"].tolist() == ["central", "local"]
    assert list(table)[-1] == "At most"
    assert found.table("staff").index.tolist() == ["officer", "all", "team office"]
    assert_laid_out(found.chart("one-column").figure)
    drawn = found.chart()
    assert_laid_out(drawn.figure)
    assert "Dashed: the target" in drawn.caption
    assert drawn.alt.startswith("Line chart of service by staff. Central goes from")
    colours = {matplotlib.colors.to_hex(line.get_color()) for line in drawn.figure.axes[0].lines}
    assert len(colours) >= 3


@pytest.mark.slow
def test_times_of_too_few_staff_do_not_count(world, tmp_path):
    """Those who cannot keep up are never quick enough, however generous the target."""
    busy = tmp_path / "busy.toml"
    busy.write_text(world.read_text().replace("{ gp = 900.0 }", "{ gp = 2000.0 }"))
    asked = {"replications": 2, "jobs": 1, "out": tmp_path, "progress": False}
    found = staff(busy, "resolution_days_median<=9999", **asked)
    load = staff(busy, "load<=0.5", **asked).found.frontier
    both = found.found.frontier.merge(load, on=["arrangement", "scale"], suffixes=("", "_load"))
    full = both["mean_load"] >= 1
    assert full.any()
    assert not full.all()
    assert (both["mean"].isna() == full).all()
    assert (found.least["scale"] > both[full]["scale"].min()).all()
    text = StringIO()
    found.show(Console(file=text, width=120))
    assert "Service (calendar days)" in text.getvalue()
    assert "as many staff as cannot keep up" in text.getvalue()


@pytest.mark.slow
def test_the_command_prints_tables_and_writes_them(world, tmp_path, capsys):
    words = ["staff", str(world), "--target", "load<=0.5", "--replications", "2", "--jobs", "1"]
    code, out, _ = command(capsys, *words, "--out", str(tmp_path))
    assert code == 0
    assert "Least staff for load" in out
    assert "Same money: what central's money buys" in out
    assert "Same service: what the service of central as staffed costs" in out
    assert "meet the target" in out
    (folder,) = (tmp_path / "world").glob("staff-*")
    assert {path.name for path in folder.iterdir()} >= {"least.csv", "staff.csv", "frontier.csv"}
    assert {path.suffix for path in (folder / "chart").iterdir()} == {
        ".svg", ".pdf", ".png", ".csv", ".txt"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--target", "lod<=0.5"], 'there is no measure "lod"; did you mean "load"?'),
        (["--target", "load<=0.5", "--confidence", "1"], "confidence: expected 0.5 to below 1"),
        (["--target", "load<=0.5", "--arrangement", "locl"], 'no arrangement "locl"'),
        (["--target", "load<=0.5", "--context", "baselin"], 'no context "baselin"'),
    ],
)
def test_a_mistake_is_one_message(world, tmp_path, capsys, words, message):
    code, _, err = command(capsys, "staff", str(world), *words, "--out", str(tmp_path))
    assert code == 2
    assert message in err
    assert err.count("\n") == 1
