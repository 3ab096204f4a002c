"""The same bytes however a run was made: the real model, in processes of its own."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from test_processors import LEAST
from test_run import contents

import sim
from sim.experiment.design import design
from sim.experiment.worker import simulate

ROOT = Path(sim.__file__).parents[1]
SETTINGS = ["run.years=0.1", "run.replications=2", "estate.area_team=Wessex"]
SCRIPT = """
import sys
import sim

if __name__ == "__main__":
    jobs, engine, out, *settings = sys.argv[1:]
    loaded = sim.load("one-area-2013", settings)
    found = sim.run(loaded, jobs=int(jobs), engine=engine, out=out)
    print(found.folder)
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def begin(tmp_path_factory):
    """Start a run in a process of its own; end what is left of any afterwards."""
    script = tmp_path_factory.mktemp("script") / "script.py"
    script.write_text(SCRIPT)
    started = []

    def start(out, jobs, engine="compiled", hash_seed="0", **others):
        process = subprocess.Popen(
            [sys.executable, str(script), str(jobs), engine, str(out), *SETTINGS],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT), **others},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def finish(process):
    """Wait for a run and return the bytes of its files, by name."""
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return contents(Path(out.strip()))


def stored(folder):
    """Return when each finished replication was written, by file name."""
    files = (folder / "replications").rglob("[!.]*.parquet")
    return {path.name: path.stat().st_mtime_ns for path in files}


@pytest.fixture(scope="module")
def expected(begin, tmp_path_factory):
    """The bytes of a run in one process."""
    return finish(begin(tmp_path_factory.mktemp("one"), jobs=1))


def test_two_processes_and_another_hash_seed_give_the_same_bytes(begin, tmp_path, expected):
    assert finish(begin(tmp_path, jobs=2, hash_seed="4242")) == expected


def test_a_processor_without_extras_gives_the_same_bytes(begin, tmp_path, expected):
    assert finish(begin(tmp_path, jobs=1, **LEAST)) == expected


def test_two_runs_at_once_in_one_folder_do_not_disturb_each_other(begin, tmp_path, expected):
    runs = [begin(tmp_path, jobs=1) for _ in range(2)]
    assert [finish(run) for run in runs] == [expected, expected]


def test_a_run_killed_half_way_is_resumed_to_the_same_bytes(begin, tmp_path, expected):
    """The first half is run by the reference engine, which is slow enough to be caught."""
    first = begin(tmp_path, jobs=2, engine="reference")
    while len(stored(tmp_path)) < 3 and first.poll() is None:
        time.sleep(0.01)
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    before = stored(tmp_path)
    assert 3 <= len(before) < 14
    results = tmp_path / "one-area-2013"
    assert not results.exists() or not list(results.glob("[!.]*"))
    assert finish(begin(tmp_path, jobs=2)) == expected
    after = stored(tmp_path)
    assert len(after) == 14
    assert {name: after[name] for name in before} == before


def test_more_replications_go_on_from_those_that_are_there(tmp_path, expected):
    base = [setting for setting in SETTINGS if "replications" not in setting]
    short, long = (sim.load("one-area-2013", [*base, f"run.replications={n}"]) for n in (2, 3))
    sim.run(short, jobs=1, out=tmp_path / "a", progress=False)
    before = stored(tmp_path / "a")
    extended = sim.run(long, jobs=1, out=tmp_path / "a", progress=False)
    after = stored(tmp_path / "a")
    assert (len(before), len(after)) == (14, 21)
    assert {name: after[name] for name in before} == before
    shutil.rmtree(tmp_path / "a" / "replications")
    fresh = sim.run(long, jobs=1, out=tmp_path / "b", progress=False)
    assert contents(extended.folder) == contents(fresh.folder)
    whole = fresh.measures[fresh.measures["replication"] < 2].reset_index(drop=True)
    again = sim.run(short, jobs=1, out=tmp_path / "a", progress=False)
    pd.testing.assert_frame_equal(whole, again.measures)


def test_a_placebo_differs_by_exactly_nothing(tmp_path):
    loaded = sim.load("one-area-2013", SETTINGS)
    scenario = loaded.scenario
    copies = {"pct": scenario.arrangements["pct"], "other": scenario.arrangements["pct"]}
    placebo = scenario.model_copy(update={"arrangements": copies})
    frames = [simulate(point, 0, "compiled") for point in design(placebo)]
    assert frames[0]["value"].count() > 100
    pd.testing.assert_frame_equal(*frames, check_exact=True)
