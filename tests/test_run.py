"""Running, storing, resuming and recognising a run, with a stand-in for the model."""

import hashlib
import json
import random
import shutil
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from small_scenario import CONTENT, SMALL, changed

from sim import version
from sim.experiment import execute, results, worker
from sim.experiment import run as module
from sim.experiment.design import YearlyCost, scenario_of
from sim.experiment.errors import DesignError, ReplicationError, StoreError
from sim.experiment.results import MEASURES_SCHEMA
from sim.experiment.run import run
from sim.experiment.staffing import ENDINGS, SCALED

COLUMNS = [
    *("arrangement", "context", "replication", "measure"),
    *("case_type", "body", "role", "period", "value", "unit"),
]


def pretend(point, replication, by="compiled"):
    """Measures that depend on all that real ones may depend on, in a jumbled order."""
    content = f"{point.document}{point.wte_scale}{replication}"
    draw = np.random.default_rng(list(hashlib.sha256(content.encode()).digest()))
    rows = [
        {"measure": measure, "case_type": case_type, "value": draw.normal(100, 10)}
        for measure in ("backlog_cases", "cost_per_head")
        for case_type in ("all", "query")
    ]
    random.shuffle(rows)
    frame = pd.DataFrame(rows)
    return frame.assign(body="all", role="all", period="all", unit="cases")


def price(point):
    """Cost in proportion to the one team, and a committee."""
    (arrangement,) = scenario_of(point.document).arrangements.values()
    return YearlyCost(50_000.0 * float(arrangement.teams["office"].wte), 1000.0)


@pytest.fixture
def simulated(monkeypatch):
    """Replace the model by ``pretend`` and list what was simulated."""
    calls = []

    def simulate(point, replication, by):
        calls.append((point.label, point.context, replication))
        return pretend(point, replication)

    monkeypatch.setattr(worker, "simulate", simulate)
    monkeypatch.setattr(worker, "yearly_cost", price)
    return calls


def start(tmp_path, scenario=SMALL, **options):
    loaded = SimpleNamespace(scenario=scenario)
    return run(loaded, **{"jobs": 1, "out": tmp_path, "progress": False, **options})


def different(content):
    """Return the scenario with arrangements that differ, unlike those of a placebo."""
    return changed("arrangements.local.teams.office.wte", content)


DIFFERENT = different(8.0)


def contents(folder):
    """Return every file under the claim of equal bytes, by name."""
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.is_file() and path.name != "provenance.json"
    }


def test_measures_are_tidy_and_sorted(tmp_path, simulated):
    measures = start(tmp_path, DIFFERENT).measures
    assert list(measures) == COLUMNS
    assert measures.equals(measures.sort_values(COLUMNS, ignore_index=True))
    labels = {"central", "local", "local" + ENDINGS[SCALED]}
    assert set(measures["arrangement"]) == labels
    assert set(measures["replication"]) == {0, 1, 2, 3}
    assert len(measures) == 3 * 2 * 4 * 4


def test_the_folder_holds_what_the_results_hold(tmp_path, simulated):
    found = start(tmp_path, DIFFERENT)
    assert found.folder == tmp_path / "small" / found.manifest["run"]
    assert {path.name for path in found.folder.iterdir()} == {
        "manifest.json",
        "provenance.json",
        "measures.parquet",
        "comparisons.parquet",
        "comparisons.csv",
    }
    table = pq.read_table(found.folder / "measures.parquet")
    assert table.schema.equals(MEASURES_SCHEMA)
    pd.testing.assert_frame_equal(table.to_pandas(), found.measures)
    text = pd.read_csv(found.folder / "comparisons.csv")
    assert len(text) == len(found.comparisons)


def test_the_manifest_says_what_the_results_depend_on(tmp_path, simulated):
    manifest = json.loads((start(tmp_path, seed=99).folder / "manifest.json").read_text())
    assert manifest["seed"] == manifest["scenario"]["run"]["seed"] == 99
    assert manifest["replications"] == 4
    assert manifest["model_version"] == version.MODEL_VERSION
    assert manifest["scenario"]["arrangements"]["local"]["teams"]["office"]["wte"]["central"] == 10
    assert set(manifest["sha256"]) == {"measures.parquet", "comparisons.parquet", "comparisons.csv"}


def test_the_provenance_says_how_it_was_made(tmp_path, simulated):
    made = json.loads((start(tmp_path).folder / "provenance.json").read_text())
    assert made["engine"] == "compiled"
    assert made["jobs"] == 1
    assert made["started"] <= made["ended"]
    assert made["packages"]["numpy"] == np.__version__


def test_two_runs_write_the_same_bytes(tmp_path, simulated):
    one, two = (start(tmp_path / name, DIFFERENT) for name in ("one", "two"))
    assert contents(one.folder) == contents(two.folder)
    assert len(contents(one.folder)) == 4


def test_a_repeated_run_is_read_and_not_run(tmp_path, simulated):
    first = start(tmp_path, DIFFERENT)
    simulated.clear()
    second = start(tmp_path, DIFFERENT)
    assert simulated == []
    assert second.reused
    assert not first.reused
    pd.testing.assert_frame_equal(first.measures, second.measures)
    pd.testing.assert_frame_equal(first.comparisons, second.comparisons)
    assert first.manifest == second.manifest


@pytest.mark.parametrize("change", [{"seed": 8}, {"replications": 3}])
def test_another_seed_or_number_of_replications_is_another_run(tmp_path, simulated, change):
    first, second = start(tmp_path), start(tmp_path, **change)
    assert first.folder != second.folder
    assert first.folder.exists()


def test_a_new_model_version_is_another_run_and_reuses_nothing(tmp_path, simulated, monkeypatch):
    first = start(tmp_path)
    before = len(simulated)
    monkeypatch.setattr(version, "MODEL_VERSION", version.MODEL_VERSION + 1)
    second = start(tmp_path)
    assert first.folder != second.folder
    assert len(simulated) == 2 * before


def test_more_replications_reuse_those_that_are_there(tmp_path, simulated):
    start(tmp_path, DIFFERENT, replications=4)
    simulated.clear()
    longer = start(tmp_path, DIFFERENT, replications=6)
    assert {replication for _, _, replication in simulated} == {4, 5}
    assert len(simulated) == 3 * 2 * 2
    fresh = start(tmp_path / "fresh", DIFFERENT, replications=6)
    assert contents(longer.folder) == contents(fresh.folder)


def test_a_damaged_replication_is_run_again(tmp_path, simulated):
    first = start(tmp_path, DIFFERENT)
    good = contents(first.folder)
    shutil.rmtree(first.folder)
    damaged = sorted((tmp_path / "replications").rglob("*.parquet"))[5]
    damaged.write_bytes(damaged.read_bytes()[:-20])
    simulated.clear()
    assert contents(start(tmp_path, DIFFERENT).folder) == good
    assert len(simulated) == 1


@pytest.mark.parametrize("name", ["measures.parquet", "comparisons.csv", "manifest.json"])
def test_a_damaged_result_is_made_again_from_the_store(tmp_path, simulated, name):
    first = start(tmp_path, DIFFERENT)
    good = contents(first.folder)
    (first.folder / name).write_bytes(good[name][:-20])
    simulated.clear()
    second = start(tmp_path, DIFFERENT)
    assert not second.reused
    assert simulated == []
    assert contents(second.folder) == good


def test_an_arrangement_with_the_content_of_another_is_run_once(tmp_path, simulated):
    found = start(tmp_path, SMALL)
    assert len(simulated) == 2 * 4
    by = ["context", "replication", "measure", "case_type"]
    wide = found.measures.pivot(index=by, columns="arrangement", values="value")
    assert (wide["local"] - wide["central"]).abs().max() == 0.0
    assert (wide["local" + ENDINGS[SCALED]] - wide["central"]).abs().max() == 0.0


def test_one_arrangement_alone_needs_no_money(tmp_path, simulated, monkeypatch):
    monkeypatch.setattr(worker, "yearly_cost", None)
    alone = changed("arrangements", {"central": CONTENT["arrangements"]["central"]})
    found = start(tmp_path, alone)
    assert set(found.measures["arrangement"]) == {"central"}
    assert found.comparisons.empty


def test_a_failed_replication_is_named_and_the_others_are_kept(tmp_path, simulated, monkeypatch):
    def fail(point, replication, by):
        if (point.label, point.context, replication) == ("local", "busy", 2):
            raise ZeroDivisionError("nobody is there")
        return pretend(point, replication)

    good = worker.simulate
    monkeypatch.setattr(worker, "simulate", fail)
    with pytest.raises(ReplicationError) as caught:
        start(tmp_path, DIFFERENT)
    expected = "local, context busy, replication 2 failed: ZeroDivisionError: nobody is there ("
    assert str(caught.value).startswith(expected)
    assert "test_run.py, line " in str(caught.value)
    assert not (tmp_path / "small").exists()
    kept = len(list((tmp_path / "replications").rglob("*.parquet")))
    assert kept > 0
    monkeypatch.setattr(worker, "simulate", good)
    start(tmp_path, DIFFERENT)
    assert len(simulated) == 3 * 2 * 4 - kept


def test_a_result_is_written_whole_or_not_at_all(tmp_path, simulated, monkeypatch):
    def full(path, content):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(results, "write_json", full)
        with pytest.raises(StoreError, match=r"No space left on device.*--out"):
            start(tmp_path)
    assert list((tmp_path / "small").iterdir()) == []
    assert start(tmp_path).folder.exists()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("replications", 1),
        ("replications", 100_001),
        ("replications", 2.5),
        ("replications", "5"),
        ("seed", -1),
        ("seed", 2**63),
        ("jobs", 0),
    ],
)
def test_impossible_controls_are_refused(tmp_path, simulated, option, value):
    with pytest.raises(DesignError, match=f"^{option}: expected .*, found {value!r}$"):
        start(tmp_path, **{option: value})
    assert list(tmp_path.iterdir()) == []


def test_comparison_with_another_base(tmp_path, simulated):
    found = start(tmp_path, DIFFERENT)
    assert set(found.compare()["staffing"]) == {"as staffed", "same money"}
    pd.testing.assert_frame_equal(found.compare(), found.comparisons)
    other = found.compare(base="local")
    compared = other.groupby("staffing")["arrangement"].unique().map(list).to_dict()
    assert compared == {"as staffed": ["central"], "same money": ["central"]}
    forth = found.compare().query("staffing == 'as staffed'")["difference"].to_numpy()
    back = other.query("staffing == 'as staffed'")["difference"].to_numpy()
    np.testing.assert_allclose(back, -forth)


def test_an_unknown_base_is_refused(tmp_path, simulated):
    with pytest.raises(DesignError, match=r"no arrangement .centrall.*central"):
        start(tmp_path).compare(base="centrall")


def test_plain_lines_say_how_far_it_is(tmp_path, simulated, capsys):
    start(tmp_path, DIFFERENT, progress=True)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Running 24 replications, 1 at a time."
    assert lines[-1].startswith("24 of 24 replications")
    assert len(lines) == 2
    start(tmp_path, DIFFERENT, progress=True, replications=5)
    assert "24 replications were finished earlier" in capsys.readouterr().err


def test_nothing_is_said_when_nothing_is_wanted(tmp_path, simulated, capsys):
    start(tmp_path, DIFFERENT)
    assert capsys.readouterr() == ("", "")


def test_work_is_spread_so_that_the_pace_is_even():
    order = [(task.replication, task.point.label) for task in _plan_alone()]
    assert order == [(0, "central"), (1, "central"), (2, "central"), (3, "central")]


def _plan_alone():
    scenario = changed("arrangements", {"central": CONTENT["arrangements"]["central"]})
    scenario = scenario.model_copy(update={"contexts": {"now": scenario.contexts["now"]}})
    return module.plan(scenario, runner=None)


def test_there_is_at_least_one_core():
    assert execute.cores() >= 1
