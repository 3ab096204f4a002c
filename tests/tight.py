"""Running the compiled engine in as little memory as it can begin with, so that it has to grow."""

from contextlib import contextmanager

from sim.engine import compiled
from sim.engine.kernel import tables
from sim.engine.log import Log
from sim.engine.stream import Keep
from sim.model.arrays import Model


@contextmanager
def little_room():
    """Begin with room for two open cases and next to no pending events."""
    before = tables.FIRST_SLOTS, compiled.SPARE
    tables.FIRST_SLOTS, compiled.SPARE = 2, 1
    try:
        yield
    finally:
        tables.FIRST_SLOTS, compiled.SPARE = before


def run(model: Model) -> Log:
    """Run a model while the memory grows, and hand rows over a few at a time."""
    log = Keep(model)
    with little_room():
        compiled.simulate(compiled.prepare(model), log, piece=3)
    return log.log()
