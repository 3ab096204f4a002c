"""Compare arrangements for commissioning primary care by discrete-event simulation.

``load`` a scenario, ``describe`` it, ``run`` it, and read ``measures``, ``compare()``,
``table()``, ``sentences()``, ``plot()`` and ``show()`` of its results; ``events`` and
``breaches`` list what happened in one replication; ``explain`` says why two arrangements
differ and ``gains`` who does better with which; ``claims`` puts what others said to the
model. They are imported at first use, so that the command line starts quickly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.api import Results, breaches, claims, describe, diff, events, load, run
    from sim.why import explain, gains

__all__ = [
    "Results", "breaches", "claims", "describe", "diff", "events", "explain", "gains", "load",
    "run",
]  # fmt: skip

ELSEWHERE = {"explain": "sim.why", "gains": "sim.why"}
"""What is not in ``sim.api``, and where it is."""


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the interface offers
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(ELSEWHERE.get(name, "sim.api")), name)
