"""Where the time of a whole replication goes, from drawing to measures."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from sim.benchmark.bench import moving_once
from sim.engine import compiled
from sim.engine.partition import describe
from sim.model.build import build
from sim.outcomes.measures import measured
from sim.outcomes.tally import Tally
from sim.scenario.estate_of import estate_of
from sim.scenario.files import LoadedScenario, load


@dataclass(frozen=True)
class Spent:
    """Processor seconds of each part of one replication."""

    cases: int
    drawing: float
    simulating: float
    """Moving the cases alone; what happens is written down and forgotten."""
    adding_up: float
    """Laying out what is known beforehand, and adding up what happens."""
    measuring: float
    parts: str
    """What is simulated apart."""

    @property
    def ratio(self) -> float:
        """Return how many times the simulating alone the whole takes."""
        whole = self.drawing + self.simulating + self.adding_up + self.measuring
        return whole / self.simulating

    @property
    def speed(self) -> float:
        """Return cases per second of simulating."""
        return self.cases / self.simulating


def where_time_goes(scenario: str, years: float) -> Iterator[tuple[str, Spent]]:
    """Yield each arrangement of a scenario with what one replication of it takes."""
    short = load(scenario, ["run.years=0.1"])
    one_replication(short, next(iter(short.scenario.arrangements)))  # load what was compiled
    loaded = load(scenario, [f"run.years={years}"])
    for name in loaded.scenario.arrangements:
        yield name, one_replication(loaded, name)


def one_replication(loaded: LoadedScenario, arrangement: str) -> Spent:
    """Run one replication of an arrangement and time its parts."""
    estate, context = estate_of(loaded), next(iter(loaded.scenario.contexts))
    marks = [time.process_time()]
    model = build(loaded.scenario, estate, arrangement, context, 0)
    marks.append(time.process_time())
    tally = Tally(model)
    compiled.stream(model, tally)
    marks.append(time.process_time())
    measured(tally)
    marks.append(time.process_time())
    drawing, running, measuring = (end - start for start, end in pairwise(marks))
    ready = compiled.prepare(model)
    parts = describe(model, ready.partition)
    alone = moving_once(ready)
    return Spent(len(model.cases.entity), drawing, alone, running - alone, measuring, parts)
