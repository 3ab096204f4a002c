"""Run replications on a Dask cluster: the same tasks in batches, the same bytes as here.

A batch goes out as one task and comes back as the files to store, so that workers need no
disk in common with the client, which alone writes. What a worker that died had not yet
handed over runs again elsewhere; nothing is harmed by running twice, because a replication
is stored under its key by atomic rename.

Dask: Rocklin (2015), "Dask: parallel computation with blocked algorithms and task
scheduling", Proc. 14th Python in Science Conf., doi:10.25080/Majora-7b98e3ed-013. Shrinking
batches: guided self-scheduling, Polychronopoulos and Kuck (1987), IEEE Trans. Computers
C-36(12), doi:10.1109/TC.1987.5009495.
"""

from __future__ import annotations

import functools
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sim import version
from sim.engine.engines import Name
from sim.experiment import worker
from sim.experiment.errors import ClusterError, ReplicationError
from sim.experiment.in_hand import InHand
from sim.experiment.store import Store, packed
from sim.experiment.worker import Work

LOCAL = "local"
"""The address that stands for workers on this machine."""

BATCH_SECONDS = 3.0
"""A batch should last so long: submitting one takes milliseconds, losing one costs it all."""

MOST_TASKS = 200
"""Replications in a batch at most: each may bring a scenario of its own, some 30 kB."""

AHEAD = 2
"""Batches that each worker has at hand, so that it never waits for the client."""

REACH_SECONDS = 10.0
"""How long a scheduler may take to answer."""

WORKER_SECONDS = 300.0
"""How long to wait for the first worker: a queue may have to give it a node."""

MISSING = (
    "to run on a cluster, install the extra that it needs: "
    "pip install 'commissioning-sim[cluster]' (in a checkout: pip install -e '.[cluster]')"
)

GONE = (
    "the scheduler of the cluster is gone: start it and run the same command again; finished "
    "replications are kept"
)


@dataclass(frozen=True)
class Batch:
    """What comes back: one file for each replication, and the seconds they all took."""

    files: list[bytes]
    seconds: float


@functools.lru_cache(maxsize=4)
def connect(address: str, jobs: int) -> Any:  # noqa: ANN401 - a client, if Dask is there
    """Return a Dask client, once per address and process; ``jobs`` workers where it is local.

    Raises ``ClusterError`` where Dask is not installed, nobody answers or nobody works.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise ClusterError(MISSING) from error
    where: Any = address
    if address == LOCAL:
        where = LocalCluster(
            n_workers=jobs, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0",
            memory_limit=0,
        )  # fmt: skip
    try:
        client = Client(where, timeout=REACH_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(f"no Dask scheduler answers at {address}: {error}") from error
    try:
        client.wait_for_workers(1, timeout=WORKER_SECONDS)
    except TimeoutError as error:
        client.close()
        raise ClusterError(
            f"the cluster at {address} has no worker after {WORKER_SECONDS:.0f} s: start some, "
            "then run the same command again"
        ) from error
    return client


def disconnect(address: str, jobs: int) -> None:
    """Let go of a cluster; one that was started here ends."""
    client = connect(address, jobs)
    own = client.cluster
    client.close()
    if own is not None:
        own.close()
    connect.cache_clear()


def at_once(client: Any) -> int:  # noqa: ANN401 - a client
    """Return how many replications the cluster can work on at the same time."""
    return max(1, int(sum(client.nthreads().values())))


def run_batch(model_version: int | str, tasks: Sequence[Work], by: Name) -> Batch:
    """Run replications where a worker is. Raises ``ReplicationError``."""
    if model_version != version.MODEL_VERSION:
        raise ReplicationError(
            f"a worker has model version {version.MODEL_VERSION}, this command {model_version}: "
            "install the same commissioning-sim everywhere"
        )
    start = time.perf_counter()
    files = [packed(task.key, worker.attempt(task, by)) for task in tasks]
    return Batch(files, time.perf_counter() - start)


@dataclass
class Queue:
    """What is still to be handed out, in batches by what a replication has been seen to take."""

    todo: deque[Work]
    pace: float = BATCH_SECONDS
    """Seconds per replication in the batch that came back last; at first, batches of one."""

    def take(self, at_once: int) -> list[Work]:
        """Return the next batch: about ``BATCH_SECONDS`` long, shorter towards the end."""
        fair = -(-len(self.todo) // (AHEAD * at_once))
        size = min(max(1, round(BATCH_SECONDS / self.pace)), MOST_TASKS, fair)
        return [self.todo.popleft() for _ in range(size)]

    def learn(self, batch: Batch) -> None:
        """Take the pace from a batch that came back."""
        self.pace = max(batch.seconds / len(batch.files), 1e-6)


@dataclass
class Running:
    """One experiment on a cluster: the batches that are out, by their Dask futures."""

    client: Any
    queue: Queue
    by: Name
    free: Callable[[Work], bool]
    """Whether a task is still to be done, and no other process has it in hand."""
    out: dict[Any, list[Work]] = field(default_factory=dict)

    def hand_out(self) -> Iterator[Any]:
        """Submit batches until every worker has enough at hand; yield their futures."""
        workers = at_once(self.client)
        while self.queue.todo and len(self.out) < AHEAD * workers:
            tasks = list(filter(self.free, self.queue.take(workers)))
            if not tasks:
                continue
            arguments = (version.MODEL_VERSION, tasks, self.by)
            future = self.client.submit(run_batch, *arguments, pure=False)
            self.out[future] = tasks
            yield future

    def collect(self, future: Any) -> tuple[list[Work], Batch | None]:  # noqa: ANN401
        """Return a batch that is done; None where it was lost, and its tasks wait again."""
        tasks = self.out.pop(future)
        if future.status in ("lost", "cancelled"):
            if not _there(self.client):
                raise ClusterError(GONE)
            self.queue.todo.extendleft(reversed(tasks))
            return tasks, None
        batch = _result(future)
        self.queue.learn(batch)
        return tasks, batch


def run(client: Any, tasks: Sequence[Work], store: Store, by: Name) -> Iterator[str]:  # noqa: ANN401
    """Run tasks on a cluster but for what another process has in hand, or has stored.

    Yields the key of each as soon as it is stored here. Raises ``ReplicationError`` for one
    that fails or costs several workers their life, and ``StoreError``; what was finished
    stays stored.
    """
    from distributed import as_completed

    with InHand(store.folder) as hand:
        running = Running(
            client, Queue(deque(tasks)), by,
            lambda task: hand.take(task.key) and store.read(task.key) is None,
        )  # fmt: skip
        finished = as_completed(list(running.hand_out()), loop=client.loop)
        try:
            for future in finished:
                done, batch = running.collect(future)
                finished.update(list(running.hand_out()))
                if batch is not None:
                    yield from _kept(done, batch, store, hand)
        finally:
            if running.out and _there(client):
                client.cancel(list(running.out))


def _kept(tasks: Sequence[Work], batch: Batch, store: Store, hand: InHand) -> Iterator[str]:
    """Store what came back of a batch and let go of it; yield each key."""
    for task, content in zip(tasks, batch.files, strict=True):
        store.keep(task.key, content)
        hand.drop(task.key)
        yield task.key


def _there(client: Any) -> bool:  # noqa: ANN401 - a client
    """Return whether the scheduler still answers."""
    return bool(client.status == "running")


def _result(future: Any) -> Batch:  # noqa: ANN401 - a future
    """Return what a batch found, or say what a worker or Dask had to say."""
    try:
        found: Batch = future.result()
    except ReplicationError:
        raise
    except Exception as error:
        kind = type(error).__name__
        if kind == "KilledWorker":
            raise ReplicationError(
                "several workers of the cluster were stopped on the same replications, most often "
                "for lack of memory: give them more and run the same command again; finished "
                "replications are kept"
            ) from error
        raise ClusterError(f"the cluster could not run a batch: {kind}: {error}") from error
    return found
