"""Which engine moves the cases: compiled, or the reference that says what the model is."""

from __future__ import annotations

from functools import cache
from typing import Literal, Protocol

from sim.engine.log import Log
from sim.engine.stream import Sink
from sim.model.arrays import Model
from sim.model.notice import tell

Name = Literal["compiled", "reference"]


class Engine(Protocol):
    """What both engines offer, as modules."""

    def run(self, model: Model) -> Log:
        """Run the model from its first instant until just before the horizon."""

    def stream(self, model: Model, sink: Sink) -> None:
        """Run the model and hand over what happens to a sink."""


@cache
def engine(name: Name = "compiled") -> Engine:
    """Return an engine. Both write the same log, to the bit.

    Where Numba cannot be imported, the reference engine takes over, with a
    line of notice.
    """
    if name == "compiled":
        try:
            from sim.engine.kernel import jit

            if not jit.is_kept():
                tell("Compiling the engine (once; some 15 seconds) ...")
            from sim.engine import compiled
        except ImportError as error:
            tell(f"note: no compiled engine ({error}); using the reference")
        else:
            return compiled
    from sim.engine import reference

    return reference
