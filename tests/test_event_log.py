"""The event log that other tools read."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sim.cli import main
from sim.engine import reference
from sim.engine.log import UNSET
from sim.model.build import build
from sim.outcomes.events import COLUMNS, breaches, event_log
from sim.outcomes.measures import measure
from sim.scenario.estate_of import estate_of
from sim.scenario.files import load


@pytest.fixture(scope="module")
def ran():
    loaded = load("one-area-2013", ["run.years=0.1"])
    model = build(loaded.scenario, estate_of(loaded), "pct", "baseline", 0)
    log = reference.run(model)
    return model, log, event_log(model, log)


def command(*words):
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code in (0, None)


def test_every_case_and_packet_is_there_once(ran):
    _, log, events = ran
    assert list(events) == COLUMNS
    kinds = events["event_type"].value_counts()
    assert (
        kinds["arrival_departure"]
        == (log.cases.opened != UNSET).sum() + (log.cases.closed != UNSET).sum()
    )
    assert kinds["resource_use"] == (log.work.case != UNSET).sum()
    assert kinds["resource_use"] >= kinds["resource_use_end"] > 0


def test_times_are_working_instants_in_order(ran):
    _, _, events = ran
    assert events["time"].is_monotonic_increasing
    assert events["time"].min() >= pd.Timestamp("2013-04-02 09:00")  # 1 April was Easter Monday
    assert (events["time"].dt.day_of_week < 5).all()
    clock = events["time"] - events["time"].dt.normalize()
    assert clock.between(pd.Timedelta("9h"), pd.Timedelta("16h30min")).all()


def test_work_names_who_did_it_and_other_events_nobody(ran):
    model, _, events = ran
    work = events["event_type"].str.startswith("resource_use")
    assert (events.loc[work, "staff_id"] >= 0).all()
    assert events.loc[work, "team"].str.startswith("pct, PCT ").all()
    assert (events.loc[~work, "staff_id"] == UNSET).all()
    assert set(events.loc[~work, "event"]) <= set(model.types.names)
    stages = {stage for stages in model.types.stages for stage in stages}
    assert set(events.loc[work, "event"]) <= stages


def test_a_story_of_one_case_reads_from_opening_to_closing(ran):
    _, log, events = ran
    case = int(np.flatnonzero(log.cases.closed != UNSET)[-1])
    story = events[events["case_id"] == case]["event_type"].tolist()
    assert story[0] == story[-1] == "arrival_departure"
    assert story[1:-1] == ["resource_use", "resource_use_end"] * (len(story) // 2 - 1)


def test_the_command_writes_it(tmp_path, capsys):
    out = tmp_path / "events.csv"
    command("log", "one-area-2013", "pct", "--out", str(out), "--set", "run.years=0.05")
    written = pd.read_csv(out, keep_default_na=False)
    assert list(written) == COLUMNS
    assert f"{len(written):,} events" in capsys.readouterr().out


def test_an_unknown_arrangement_is_told_with_the_nearest(tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["log", "one-area-2013", "centrl", "--out", str(tmp_path / "x.csv")])
    assert stopped.value.code == 2
    assert "did you mean 'central'" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_breaches_are_those_that_the_measures_count(ran):
    model, log, _ = ran
    found = breaches(model, log)
    measures = measure(model, log)
    counted = measures[(measures["measure"] == "breaches") & (measures["period"] == "all")]
    by_type = counted[counted["case_type"] != "all"].set_index("case_type")["value"]
    assert found["case_type"].value_counts().to_dict() == by_type[by_type > 0].to_dict()
    assert (found["days_late"] >= 0).all()
    closed = found["closed"].notna()
    assert (found.loc[closed, "closed"] >= found.loc[closed, "due"]).all()


def test_the_command_writes_breaches(tmp_path, capsys):
    out = tmp_path / "breaches.csv"
    words = ["log", "one-area-2013", "central", "--breaches", "--out", str(out)]
    command(*words, "--set", "run.years=0.2")
    assert f"{len(pd.read_csv(out)):,} breaches" in capsys.readouterr().out
