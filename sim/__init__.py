"""Compare arrangements for commissioning primary care by discrete-event simulation.

``load`` a scenario, ``describe`` it, ``run`` it, and read ``measures``, ``compare()``,
``table()``, ``sentences()``, ``plot()`` and ``show()`` of its results; ``events`` and
``breaches`` list what happened in one replication; ``claims`` puts what others said to the
model; ``staff`` finds what a service target would take, ``twins`` what no staff can buy. They
are imported at first use, so that the command line starts quickly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.api import Results, breaches, claims, describe, diff, events, load, run
    from sim.need import staff, twins

__all__ = [
    "Results",
    "breaches",
    "claims",
    "describe",
    "diff",
    "events",
    "load",
    "run",
    "staff",
    "twins",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the interface offers
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sim import api, need

    return getattr(api if hasattr(api, name) else need, name)
