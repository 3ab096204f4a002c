"""A look inside one replication: facts from the log, and charts drawn from them."""

import re

import numpy as np
import pandas as pd
import pytest
from laid_out import assert_laid_out

import sim
from sim import cli, inside
from sim.charts import NoDataError, committees, funnel, hexmap, month_of_team, stages, xmr
from sim.charts.catalogue import question
from sim.charts.one_run import OneRun
from sim.charts.style import WIDTHS_CM
from sim.engine.log import UNSET
from sim.experiment.design import DesignPoint
from sim.experiment.errors import DesignError
from sim.experiment.one_run import one_run
from sim.experiment.worker import simulate
from sim.outcomes.diary import THERE, TRAVEL
from sim.outcomes.flow import ARRIVE, CLOSED, OPEN_NOW, REFUSED
from sim.outcomes.measures import measured
from sim.outcomes.tally import tallied
from sim.scenario.errors import ScenarioError
from sim.scenario.estate_of import estate_of
from sim.scenario.units import HOUR

WIDTHS = tuple(WIDTHS_CM)
DRAWN = [name for name in inside.NAMES if name != "hexmap"]  # this estate's ICBs are made up
WORDS = OneRun("Made up", "Central", 0)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    loaded = sim.load("one-area-2013", ["run.years=1"])
    return sim.look(loaded, out=tmp_path_factory.mktemp("look"))


def test_areas_and_months_count_the_clocks_that_ran_out(found):
    areas, months = found.run.areas(), found.run.months()
    clock = found.run.clock
    assert areas["cases"].sum() == len(clock.case)
    assert areas["in_time"].sum() == clock.met.sum()
    assert months["cases"].sum() == len(clock.case)  # a year of whole months
    by_area = months.groupby("area")["in_time"].sum()
    assert by_area.to_dict() == areas.set_index("area")["in_time"].to_dict()


def test_areas_may_be_the_bodies_of_a_tier(found):
    areas = found.run.areas("pct")
    assert len(areas) == 5
    assert areas["area"].str.contains("Leicestershire").all()
    work_of_areas = found.run.areas()["cases"].sum() - areas["cases"].sum()
    kind = found.run.model.entities.kind[found.run.model.cases.entity[found.run.clock.case]]
    assert work_of_areas == (kind == 4).sum()
    with pytest.raises(ScenarioError, match="did you mean 'pct'"):
        found.run.areas("pc")


def test_every_item_of_a_meeting_is_decided_or_put_off(found):
    table = found.run.sittings()
    parts = table[["decided", "deferred", "no_quorum", "rolled"]]
    assert (parts.sum(axis=1) == table["waiting"]).all()
    assert (parts >= 0).all(axis=None)
    assert table["decided"].sum() > 0
    assert table["date"].is_monotonic_increasing
    assert table["no_quorum"].sum() == found.run.view.tally.quorum_failures.sum()


@pytest.mark.parametrize("case_type", ["contract_variation", "pharmacy_entry", "complaint"])
def test_as_many_cases_come_into_a_stage_as_go_out_of_it(found, case_type):
    table = found.run.flow(case_type)
    come = table.groupby("target")["cases"].sum()
    go = table.groupby("source")["cases"].sum()
    between = [name for name in go.index if name != ARRIVE]
    assert between
    assert (come[between] == go[between]).all()
    kind = found.run.model.types.names.index(case_type)
    opened = found.run.log.cases.opened != UNSET
    mine = found.run.view.counted & opened & (found.run.model.cases.case_type == kind)
    ends = come.reindex([CLOSED, REFUSED, OPEN_NOW]).fillna(0).sum()
    assert go[ARRIVE] == ends == mine.sum()


def test_the_diary_has_every_hour_that_the_team_worked_in_the_month(found):
    asked, run = found.asked, found.run
    table = run.diary(asked.team, "2013-06")
    assert (table["begins"] < table["ends"]).all()
    assert table["date"].dt.strftime("%Y-%m").eq("2013-06").all()
    worked = table[~table["what"].isin([THERE, TRAVEL])]
    work = run.log.work
    days = pd.to_datetime(run.model.clock.start) + pd.to_timedelta(
        run.model.clock.calendar_day_of[work.start // 27_000_000], "D"
    )
    people = table["person"].unique()
    own = np.isin(work.staff, people) & (days.strftime("%Y-%m") == "2013-06")
    hours = (work.end - work.start)[own].sum() / HOUR
    assert (worked["ends"] - worked["begins"]).sum() == pytest.approx(hours, rel=0.02)
    assert set(table["role"]) <= set(run.model.teams.roles)


@pytest.mark.parametrize("name", DRAWN)
def test_charts_are_laid_out_in_both_widths_and_say_their_question(found, name):
    for width in WIDTHS:
        drawn = found.chart(name, width)
        assert drawn.figure.get_size_inches()[0] == pytest.approx(WIDTHS_CM[width] / 2.54)
        assert_laid_out(drawn.figure, name)
        assert drawn.caption.startswith(question(name))
        of_one_run = name != "pathway"  # which the scenario alone decides
        assert ("one replication (number 0" in drawn.caption) == of_one_run
        assert "Scenario: Who should" in drawn.caption
        for words in (drawn.caption, drawn.alt):
            assert not re.search(r"\bnan\b|  |\.\.|_", words), words
        assert len(drawn.alt) > 60


def test_it_is_saved_in_both_widths_and_what_cannot_be_drawn_is_said(found, capsys, monkeypatch):
    monkeypatch.setattr(inside, "NAMES", ("stages", "hexmap"))
    folder = found.save()
    endings = ["svg", "pdf", "png", "csv", "txt"]
    wanted = {f"stages{width}.{end}" for width in ("", "-two-column") for end in endings}
    assert {path.name for path in folder.iterdir()} == wanted
    assert "42 integrated care boards" in found.missing("hexmap")
    assert "svg" in (folder / "stages.svg").read_text(encoding="utf-8")[:300]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"arrangement": "pctt"}, ScenarioError, "did you mean 'pct'"),
        ({"case_type": "complant"}, ScenarioError, "did you mean 'complaint'"),
        ({"month": "1999-01"}, ScenarioError, "2013-04"),
        ({"team": "nobody"}, ScenarioError, "team"),
        ({"replication": -1}, DesignError, "0 or more"),
    ],
)
def test_what_is_not_known_is_refused(found, options, error, message):
    loaded = sim.load("one-area-2013", ["run.years=0.25"])
    with pytest.raises(error, match=message):
        sim.look(loaded, **options)


def test_the_command_takes_a_scenario_or_a_run_but_no_settings_with_a_run(tmp_path, capsys):
    (tmp_path / "manifest.json").write_text("{}")
    assert refused(capsys, "look", str(tmp_path), "--set", "run.years=1") == "leave out --set"
    assert refused(capsys, "look", str(tmp_path)) == "whole and unchanged"
    assert refused(capsys, "charts", str(tmp_path)) == "whole and unchanged"


def refused(capsys, *words):
    """The last words of the message with which the command ends."""
    with pytest.raises(SystemExit) as done:
        cli.main([*words])
    assert done.value.code == 2
    message = capsys.readouterr().err.strip()
    assert "\n" not in message
    return " ".join(message.split()[-3:])


def areas(names, cases, shares):
    cases, shares = np.array(cases), np.array(shares)
    met = np.round(cases * shares).astype(int)
    columns = {"area": names, "cases": cases, "in_time": met, "adjusted": shares, "share": shares}
    return pd.DataFrame(columns)


def test_the_funnel_names_who_lies_beyond_the_limits():
    names = [f"Area {i}" for i in range(40)]
    table = areas(names, [400] * 40, [0.7] * 39 + [0.4])
    for width in WIDTHS:
        drawn = funnel.draw(table, WORDS, width)
        assert list(drawn.table.query("beyond != 0")["area"]) == ["Area 39"]
        said = [text.get_text() for text in drawn.figure.axes[0].texts]
        assert said == ["Area 39"]
        assert_laid_out(drawn.figure)
    assert "worse: Area 39" in drawn.caption
    with pytest.raises(NoDataError, match="three areas or more, found 2"):
        funnel.draw(table.head(2), WORDS)


def test_every_board_has_its_own_place_and_the_map_says_each():
    boards = hexmap.hexes()
    assert len(boards) == 42
    assert not boards.duplicated(["column", "row"]).any()
    assert boards[["icb", "icb_code", "short"]].nunique().eq(42).all()
    table = areas(boards["icb"], [500] * 42, np.linspace(0.3, 0.9, 42))
    for width in WIDTHS:
        drawn = hexmap.draw(table.iloc[:40], WORDS, width)
        assert_laid_out(drawn.figure)
    texts = [text.get_text() for text in drawn.figure.axes[0].texts]
    assert len(texts) == 42
    assert sum("%" in text for text in texts) == 40
    assert "highest" in drawn.caption
    assert "lowest North East and North Cumbria, 30.0%" in drawn.caption


def test_steady_months_are_not_special():
    months = [str(month) for month in pd.period_range("2013-04", periods=24, freq="M")]
    share = [0.55, 0.65] * 11 + [0.55, 0.05]
    frame = pd.DataFrame({"area": "North", "month": months, "cases": 50, "share": share})
    drawn = xmr.draw(frame.assign(in_time=(50 * frame["share"]).astype(int)), WORDS)
    assert list(drawn.table["special"]) == [False] * 23 + [True]
    assert "North 1 of 24 months" in drawn.caption
    with pytest.raises(NoDataError, match="6 months or more"):
        xmr.draw(frame.head(5), WORDS)


def test_limits_that_no_share_can_reach_are_not_drawn():
    months = [f"2013-{month:02d}" for month in range(4, 13)]
    frame = pd.DataFrame(
        {"area": "Here", "month": months, "cases": 50, "share": [0.5, 0.9, 0.2] * 3}
    )
    drawn = xmr.draw(frame.assign(in_time=(50 * frame["share"]).astype(int)), WORDS)
    assert drawn.table["low"].iloc[0] < 0
    ax = drawn.figure.axes[0]
    flat = [line for line in ax.lines if len(set(line.get_ydata())) == 1]
    assert [line.get_linestyle() for line in flat] == ["-"]  # the mean alone


def test_what_is_not_there_is_no_chart():
    with pytest.raises(NoDataError, match="no committee"):
        committees.draw(pd.DataFrame(columns=["committee", "kind", "waiting"]), WORDS)
    with pytest.raises(NoDataError, match="no case"):
        stages.draw(pd.DataFrame(columns=["source", "target", "cases"]), "complaint", WORDS)
    with pytest.raises(NoDataError, match="nobody"):
        month_of_team.draw(pd.DataFrame(columns=["what"]), "area, North", "2013-06", WORDS)


def test_stages_tell_going_on_from_going_back():
    rows = [
        ("arrive", "check", 10), ("check", "decide", 9), ("decide", "check", 2),
        ("decide", "closed", 5), ("check", "refused", 1), ("check", "still open", 2),
        ("decide", "still open", 2),
    ]  # fmt: skip
    order = {"arrive": 0, "check": 1, "decide": 2}
    frame = pd.DataFrame(rows, columns=["source", "target", "cases"])
    drawn = stages.draw(frame.assign(order=frame["source"].map(order)), "complaint", WORDS)
    table = drawn.table.set_index(["stage", "way"])["cases"]
    assert table["check", "on"] == 9
    assert table["decide", "back"] == 2
    assert table["check", "refused"] == 1
    assert "Of 10 cases 5 were closed, 1 refused and 4 still open" in drawn.caption
    assert "2 times a case went back" in drawn.caption
    assert_laid_out(drawn.figure)


@pytest.mark.parametrize("name", ["textbook-mm1", "textbook-priorities"])
def test_a_world_without_areas_travel_and_time_owed_can_be_looked_into(name, tmp_path):
    found = sim.look(sim.load(name, ["run.years=1", "run.warm_up_months=0"]), out=tmp_path)
    drawn = [name for name in inside.NAMES if not found.missing(name)]
    assert {"month", "stages", "still_open"} <= {*drawn}
    assert set(found.chart("month").table["what"]) == {THERE, *found.run.model.types.names}


@pytest.mark.parametrize("arrangement", ["pct", "central", "place_based"])
def test_what_is_looked_into_is_the_replication_that_a_run_measures(arrangement):
    """The library gives its tables in another order than that of their names."""
    loaded = sim.load("one-area-2013", ["run.years=0.5", "run.warm_up_months=0"])
    scenario, (context,) = loaded.scenario, loaded.scenario.contexts
    of_run = simulate(DesignPoint.of(scenario, arrangement, context), 1, "compiled")
    seen = one_run(scenario, estate_of(loaded), arrangement, context, 1)
    pd.testing.assert_frame_equal(measured(tallied(seen.model, seen.log)), of_run)
