"""Replications in the background, one question at a time: the newest one wins."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from sim.experiment import worker
from sim.experiment.design import DesignPoint
from sim.experiment.errors import ExperimentError
from sim.experiment.run import points_of, tasks
from sim.experiment.runner import Runner, runner_of
from sim.experiment.staffing import AS_STAFFED
from sim.experiment.worker import Task
from sim.page import scenario_file
from sim.page.state import State
from sim.scenario.errors import ScenarioError
from sim.scenario.schema import Scenario

FEWEST = 2
"""Replications from which an interval can be given."""

KEPT = 32
"""Questions of which it is remembered how far they are."""


@dataclass(frozen=True)
class Stage:
    """What is there after some of the work: so many replications of some design points."""

    replications: int
    points: tuple[DesignPoint, ...]

    @property
    def tasks(self) -> list[Task]:
        """List its replications."""
        return tasks(self.points, range(self.replications))


def stages(points: list[DesignPoint], replications: int) -> list[Stage]:
    """List the stages on the way: as staffed comes first, so that there is soon something."""
    staffed = tuple(point for point in points if point.staffing == AS_STAFFED)
    rest = [Stage(n, tuple(points)) for n in range(FEWEST, replications + 1)]
    return [Stage(FEWEST, staffed), *rest]


@dataclass(frozen=True)
class Seen:
    """How far a job was at one moment, so that all that is shown is about the same one."""

    scenario: Scenario | None
    stage: Stage | None
    reached: int
    finished: bool
    stopped: bool
    error: str


class Job:
    """One state being worked out; other threads ask it how far it is."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.scenario: Scenario | None = None
        self.stages: list[Stage] = []
        self.reached = 0
        """Stages that are done."""
        self.error = ""
        self._stopped = False
        self._news = threading.Condition()

    @property
    def finished(self) -> bool:
        """Whether every replication is there."""
        return bool(self.stages) and self.reached == len(self.stages)

    @property
    def stopped(self) -> bool:
        """Whether it was given up before it was finished."""
        return self._stopped and not self.finished

    @property
    def stage(self) -> Stage | None:
        """Return the last stage that is done."""
        return self.stages[self.reached - 1] if self.reached else None

    def seen(self) -> Seen:
        """Return how far it is; it may go on while that is drawn."""
        with self._news:
            return Seen(
                scenario=self.scenario,
                stage=self.stage,
                reached=self.reached,
                finished=self.finished,
                stopped=self.stopped,
                error=self.error,
            )

    def wait(self, beyond: int, seconds: float) -> None:
        """Wait until more than ``beyond`` stages are done, or nothing more will come."""
        with self._news:
            self._news.wait_for(lambda: self.reached > beyond or self.over, seconds)

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.finished or self._stopped or bool(self.error)

    def stop(self) -> None:
        """Give up after the replication at hand."""
        with self._news:
            self._stopped = True
            self._news.notify_all()

    def run(self, runner: Runner) -> None:
        """Work through the stages; a fault is kept, to be told on the page."""
        try:
            self._prepare(runner)
            for stage in self.stages:
                for task in stage.tasks:
                    if self._stopped:
                        return
                    worker.finish(task, runner.store, runner.engine)
                self._tell(self.reached + 1)
        except (ScenarioError, ExperimentError) as error:
            self.error = str(error)
            self._tell(self.reached)

    def _prepare(self, runner: Runner) -> None:
        scenario = only(scenario_file.load(self.state).scenario, self.state)
        pair = self.state.compared
        points = [point for point in points_of(scenario, runner) if point.arrangement in pair]
        self.scenario, self.stages = scenario, stages(points, scenario.run.replications)

    def _tell(self, reached: int) -> None:
        with self._news:
            self.reached = reached
            self._news.notify_all()


def only(scenario: Scenario, state: State) -> Scenario:
    """Return a scenario with the two arrangements that are compared, in the one context.

    What either of them takes the place of stays as well.
    """
    every = scenario.arrangements
    pair = set(state.compared)
    before = {change.replaces for name in pair if (change := every[name].transition)}
    kept = {name: one for name, one in every.items() if name in pair | before}
    contexts = {state.context: scenario.contexts[state.context]}
    return scenario.model_copy(update={"arrangements": kept, "contexts": contexts})


class Background:
    """Works out one state at a time, and keeps finished replications under ``out``."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.runner = runner_of(jobs=1, out=out, progress=False)
        self._jobs: OrderedDict[State, Job] = OrderedDict()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def known(self, state: State) -> Job | None:
        """Return the job of a state that was asked for before, whatever became of it."""
        return self._jobs.get(state)

    def ask(self, state: State) -> Job:
        """Return the job of a state, begun if need be in the place of the one at hand."""
        with self._lock:
            job = self._jobs.get(state)
            if job is None or job.stopped or job.error:
                job = self._jobs[state] = Job(state)
                self._begin(job)
            self._jobs.move_to_end(state)
            while len(self._jobs) > KEPT:
                self._jobs.popitem(last=False)
            return job

    def _begin(self, job: Job) -> None:
        before = self._thread
        for other in self._jobs.values():
            if other is not job:
                other.stop()

        def work() -> None:
            if before:
                before.join()  # no more than one replication
            job.run(self.runner)

        self._thread = threading.Thread(target=work, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Give up whatever is being worked out."""
        with self._lock:
            for job in self._jobs.values():
                job.stop()
