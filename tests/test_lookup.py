"""Many replications in the store: one table, two writers, a full disk, damage."""

import errno
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_scenario import SMALL, changed

from sim.experiment import store as store_module
from sim.experiment import worker
from sim.experiment.design import design
from sim.experiment.errors import StoreError
from sim.experiment.execute import execute
from sim.experiment.in_hand import FILE
from sim.experiment.lookup import LABELS, lookup
from sim.experiment.runner import runner_of
from sim.experiment.store import REPLICATION_SCHEMA, Store
from sim.experiment.worker import Task

POINTS = [replace(design(SMALL)[0], wte_scale=scale) for scale in (0.5, 1.0, (2.0,))]
TASKS = [Task(point, number) for number in range(3) for point in POINTS]


def pretend(point, replication, by="compiled"):
    scale = float(np.sum(point.wte_scale))
    rows = [
        ("load", body, role, scale + replication * 10.0)
        for body in ("all", "office")
        for role in ("all", "officer")
    ]
    rows.append(("wte", "all", "all", scale))
    frame = pd.DataFrame(rows, columns=["measure", "body", "role", "value"])
    return frame.assign(case_type="all", period="all", unit="share")


@pytest.fixture
def runner(tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "simulate", pretend)
    return runner_of(jobs=1, out=tmp_path, progress=False)


def test_one_table_holds_what_each_file_holds(runner):
    found = runner.table(TASKS)
    assert list(found) == [*LABELS, *REPLICATION_SCHEMA.names]
    assert found["point"].nunique() == len(POINTS)
    for task in TASKS:
        own = found[(found["replication"] == task.replication)]
        own = own[own["wte_scale"].map(lambda scale, task=task: scale == task.point.wte_scale)]
        kept = runner.store.read(task.key).to_pandas()
        pd.testing.assert_frame_equal(own[list(kept)].reset_index(drop=True), kept)


def test_a_question_reads_only_its_rows(runner):
    found = runner.table(TASKS, ["load"], totals=True)
    assert found["value"].tolist() == [
        float(np.sum(task.point.wte_scale)) + 10.0 * task.replication for task in TASKS
    ]
    assert runner.table(TASKS, ["no such measure"]).empty


def test_two_labels_may_share_a_file(runner):
    twice = [Task(replace(POINTS[0], arrangement=name), 0) for name in ("one", "other")]
    assert runner.table(twice, ["wte"])["arrangement"].tolist() == ["one", "other"]


@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"")])
def test_a_file_that_vanished_or_was_damaged_is_one_message_and_then_made_again(runner, damage):
    before = runner.table(TASKS)
    damage(runner.store.path(TASKS[4].key))
    with pytest.raises(StoreError, match="run the same command again"):
        lookup(runner.store, TASKS)
    pd.testing.assert_frame_equal(runner.table(TASKS), before)


def test_a_full_disk_loses_no_finished_replication(runner, monkeypatch):
    real, left = store_module.write_table, [4]

    def filling(table, path):
        left[0] -= 1
        if left[0] < 0:
            Path(path).write_bytes(b"half of i")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(table, path)

    monkeypatch.setattr(store_module, "write_table", filling)
    with pytest.raises(StoreError, match=r"No space left.*finished replications are kept"):
        runner.perform(TASKS)
    assert sum(runner.store.read(task.key) is not None for task in TASKS) == 4
    files = [path.name for path in runner.store.folder.rglob("*") if path.is_file()]
    assert len(files) == 4 + 1  # and nothing half written
    assert FILE in files
    left[0] = 5  # exactly what is missing: what was finished is not written again
    runner.perform(TASKS)
    assert len(runner.table(TASKS)) == 5 * len(TASKS)


def test_a_replication_that_another_process_stored_meanwhile_is_not_run(tmp_path, monkeypatch):
    store = Store(tmp_path)
    store.write(TASKS[0].key, pretend(TASKS[0].point, 0))
    monkeypatch.setattr(worker, "simulate", None)  # would fail
    worker.finish(TASKS[0], store, "reference")


BUSY = changed("pathways.case_types.query.demand.per_contract_year.gp", 50.0)
REAL = [Task(point, number) for number in range(5) for point in design(BUSY)[::2]]
PROGRAM = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from test_lookup import REAL, Store, execute, worker
plain, seconds = worker.attempt, float(sys.argv[4])

def attempt(task, by):
    with Path(sys.argv[2]).open("a") as attempts:
        attempts.write(task.key + "\\n")
    time.sleep(seconds)
    return plain(task, by)

worker.attempt = attempt
execute(REAL, Store(Path(sys.argv[1])), "reference", 1, None)
"""


def start(folder, seconds=0.05):
    """Start a process that works on ``REAL`` and notes what it begins."""
    here = str(Path(__file__).parent)
    words = [str(folder / "both"), str(folder / "attempts"), here, str(seconds)]
    return subprocess.Popen([sys.executable, "-c", PROGRAM, *words])


def attempts(folder):
    path = folder / "attempts"
    return path.read_text().split() if path.exists() else []


@pytest.mark.slow
def test_two_processes_on_one_experiment_neither_corrupt_nor_duplicate(tmp_path):
    both = [start(tmp_path) for _ in range(2)]
    assert [one.wait(timeout=120) for one in both] == [0, 0]
    assert sorted(attempts(tmp_path)) == sorted(task.key for task in REAL)  # each once
    alone = Store(tmp_path / "alone")
    execute(REAL, alone, "reference", 1, None)
    found = tmp_path / "both"
    kept = {path.name: path.read_bytes() for path in found.rglob("*") if path.is_file()}
    kept.pop(FILE)
    assert kept == {path.name: path.read_bytes() for path in alone.folder.rglob("*.parquet")}


@pytest.mark.slow
def test_what_a_killed_process_had_in_hand_is_taken_over(tmp_path):
    killed = start(tmp_path, seconds=600)
    while not attempts(tmp_path):
        assert killed.poll() is None
        time.sleep(0.05)
    (first,) = attempts(tmp_path)
    other = start(tmp_path, seconds=0)
    while len(attempts(tmp_path)) < len(REAL):  # all but what the first has in hand
        assert other.poll() is None
        time.sleep(0.05)
    assert attempts(tmp_path).count(first) == 1
    killed.kill()
    killed.wait()
    assert other.wait(timeout=60) == 0
    assert attempts(tmp_path).count(first) == 2
    assert len(attempts(tmp_path)) == len(REAL) + 1
