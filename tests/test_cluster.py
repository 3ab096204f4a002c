"""The same run on Dask workers: real processes on the loopback, one of them killed."""

import os
import signal
import subprocess
import sys
from collections import deque
from types import SimpleNamespace

import pytest
from small_scenario import changed

from sim import version
from sim.experiment import cluster, run
from sim.experiment.cluster import AHEAD, BATCH_SECONDS, LOCAL, MOST_TASKS, Batch, Queue, Running
from sim.experiment.design import design
from sim.experiment.errors import ClusterError, ReplicationError, StoreError
from sim.experiment.execute import execute
from sim.experiment.runner import runner_of
from sim.experiment.store import Store, packed
from sim.experiment.worker import Task, simulate

BUSY = changed("pathways.case_types.query.demand.per_contract_year.gp", 150.0)
"""A replication takes a tenth of a second in the reference engine, which compiles nothing."""

TASKS = [Task(point, number) for number in range(12) for point in design(BUSY)[::2]]


@pytest.fixture(scope="module")
def client():
    found = cluster.connect(LOCAL, 2)
    yield found
    cluster.disconnect(LOCAL, 2)


def files(store):
    return {path.name: path.read_bytes() for path in store.folder.rglob("*.parquet")}


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """What one process stores."""
    store = Store(tmp_path_factory.mktemp("here"))
    execute(TASKS, store, "reference", 1, None)
    return files(store)


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_no_replication_and_no_bit(client, here, tmp_path):
    before = client.run(os.getpid)
    assert len(set(before.values()) - {os.getpid()}) == 2  # processes, and not this one
    store = Store(tmp_path)
    done = []
    for key in cluster.run(client, TASKS, store, "reference"):
        if not done:
            os.kill(next(iter(before.values())), signal.SIGKILL)
        done.append(key)
    assert sorted(done) == sorted({task.key for task in TASKS})
    assert files(store) == here
    client.wait_for_workers(2, timeout=30)
    assert set(client.run(os.getpid).values()) != set(before.values())


@pytest.mark.slow
def test_a_run_on_a_cluster_is_the_run_that_it_is_here(client, tmp_path):
    """By the address of a scheduler that was there already."""
    loaded = SimpleNamespace(scenario=BUSY)
    found = []
    for name, where in {"here": None, "there": client.scheduler.address}.items():
        options = {"jobs": 1, "engine": "reference", "progress": False, "cluster": where}
        found.append(run.run(loaded, out=tmp_path / name, **options))
    one, other = (each.folder for each in found)
    for name in ("measures.parquet", "comparisons.parquet", "comparisons.csv", "manifest.json"):
        assert (one / name).read_bytes() == (other / name).read_bytes()
    assert files(Store(tmp_path / "here")) == files(Store(tmp_path / "there"))
    cluster.disconnect(client.scheduler.address, 1)


@pytest.mark.slow
def test_what_fails_on_a_worker_is_named_and_the_rest_is_kept(client, tmp_path):
    good = TASKS[0]
    bad = Task(good.point.__class__("central", "now", "{}"), 3)
    with pytest.raises(ReplicationError, match="central, context now, replication 3 failed"):
        list(cluster.run(client, [good, bad], Store(tmp_path), "reference"))
    assert Store(tmp_path).read(good.key) is not None or not files(Store(tmp_path))


@pytest.mark.slow
def test_a_disk_that_is_full_here_stops_the_run_with_one_message(client, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="could not write results"):
        list(cluster.run(client, TASKS, Store(tmp_path / "file"), "reference"))


def test_a_file_made_elsewhere_is_the_file_made_here(tmp_path):
    task = TASKS[0]
    frame = simulate(task.point, task.replication, "reference")
    store, other = Store(tmp_path / "a"), Store(tmp_path / "b")
    store.write(task.key, frame)
    other.keep(task.key, packed(task.key, frame))
    assert files(store) == files(other)
    assert other.read(task.key) is not None


def test_batches_are_as_long_as_measured_cost_says_and_shrink_towards_the_end():
    """By hand: 3 s at 0.02 s each are 150; 400 left for 2 workers with 2 each are 100."""
    queue = Queue(deque(range(10_000)))
    assert len(queue.take(2)) == 1
    queue.learn(Batch([b""] * 4, 0.08))
    assert len(queue.take(2)) == round(BATCH_SECONDS / 0.02)
    queue.learn(Batch([b""], 0.0))
    assert len(queue.take(2)) == MOST_TASKS
    queue = Queue(deque(range(400)), pace=0.001)
    assert len(queue.take(2)) == 400 // (2 * AHEAD)
    left = [len(queue.take(2)) for _ in range(100) if queue.todo]
    assert sum(left) == 300
    assert left == sorted(left, reverse=True)
    assert left[-1] == 1


@pytest.mark.parametrize("status", ["lost", "cancelled"])
def test_a_batch_that_is_lost_waits_again_in_front(status):
    running = Running(SimpleNamespace(status="running"), Queue(deque(["later"])), "reference", bool)
    future = type("Lost", (), {"status": status})()
    running.out = {future: ["first", "second"]}
    assert running.collect(future) == (["first", "second"], None)
    assert list(running.queue.todo) == ["first", "second", "later"]


@pytest.mark.slow
def test_what_another_process_has_in_hand_is_left_to_it(client, tmp_path):
    store = Store(tmp_path)
    there, *rest = TASKS[:6]
    words = (
        "import sys; from pathlib import Path; from sim.experiment.in_hand import InHand\n"
        "with InHand(Path(sys.argv[1])) as hand: print(hand.take(sys.argv[2])), input()"
    )
    with subprocess.Popen(
        [sys.executable, "-uc", words, str(tmp_path), there.key],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdout.readline() == "True\n"
        done = list(cluster.run(client, [there, *rest], store, "reference"))
        assert sorted(done) == sorted(task.key for task in rest)
        other.communicate("\n")
    assert list(cluster.run(client, [there], store, "reference")) == [there.key]


def test_a_scheduler_that_goes_away_is_one_message(tmp_path):
    from distributed import LocalCluster

    options = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0", "protocol": "tcp://"}
    with LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, memory_limit=0, **options
    ) as short:
        client = cluster.connect(short.scheduler_address, 1)
        work = cluster.run(client, TASKS, Store(tmp_path), "reference")
        first = next(work)
        short.close()
        with pytest.raises(ClusterError, match="finished replications are kept"):
            list(work)
    assert Store(tmp_path).read(first) is not None
    cluster.disconnect(short.scheduler_address, 1)


def test_another_model_version_is_refused():
    with pytest.raises(ReplicationError, match="install the same commissioning-sim everywhere"):
        cluster.run_batch(version.MODEL_VERSION + 1, TASKS[:1], "reference")


def test_without_dask_one_message_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "distributed", None)
    runner = runner_of(jobs=1, out=tmp_path, progress=False, cluster=LOCAL)
    cluster.connect.cache_clear()
    with pytest.raises(ClusterError, match=r"pip install 'commissioning-sim\[cluster\]'"):
        runner.perform(TASKS[:1])


def test_nobody_at_the_address_is_one_message(monkeypatch):
    monkeypatch.setattr(cluster, "REACH_SECONDS", 0.3)
    with pytest.raises(ClusterError, match=r"no Dask scheduler answers at 127\.0\.0\.1:9"):
        cluster.connect("127.0.0.1:9", 1)


def test_dask_is_only_imported_when_asked_for():
    import subprocess

    code = "import sys, sim.api, sim.cli; sys.exit('distributed' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
