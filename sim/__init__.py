"""Compare arrangements for commissioning primary care by discrete-event simulation.

``load`` a scenario, ``describe`` it, ``run`` it, and read ``measures``, ``compare()``,
``table()``, ``sentences()``, ``plot()`` and ``show()`` of its results; ``events`` and
``breaches`` list what happened in one replication; ``claims`` puts what others said to the
model. Then ask:

- which: ``compare`` with as many replications as that needs, ``stress`` in every context;
- why: ``explain`` a difference block by block, ``gains`` for who does better with which;
- how sure: ``uncertainty`` over plausible values, ``sensitivity`` for what it turns on,
  ``calibrate`` for the values that the evidence leaves;
- what happened: ``look`` inside one replication, and ``gallery`` for every chart on one page;
- what it would take: ``staff`` for a service target, ``twins`` for what no staff can buy.

``report`` writes what a run found as a page and a Word document; ``figures`` rebuilds exactly the
figures and numbers that a paper uses, and locks them. ``pin`` keeps what a scenario gives, and
``check`` says later whether it still does.

They are imported at first use, so that the command line starts quickly.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.api import Results, breaches, claims, describe, diff, events, load, run
    from sim.doubt import calibrate, sensitivity, uncertainty
    from sim.inside import look
    from sim.need import staff, twins
    from sim.papers import figures, report
    from sim.pictures import gallery
    from sim.pins import check, pin
    from sim.which import compare, stress
    from sim.why import explain, gains

__all__ = [
    "Results",
    "breaches",
    "calibrate",
    "check",
    "claims",
    "compare",
    "describe",
    "diff",
    "events",
    "explain",
    "figures",
    "gains",
    "gallery",
    "load",
    "look",
    "pin",
    "report",
    "run",
    "sensitivity",
    "staff",
    "stress",
    "twins",
    "uncertainty",
]

_ELSEWHERE = {
    "calibrate": "sim.doubt",
    "check": "sim.pins",
    "compare": "sim.which",
    "explain": "sim.why",
    "figures": "sim.papers",
    "gains": "sim.why",
    "report": "sim.papers",
    "gallery": "sim.pictures",
    "look": "sim.inside",
    "pin": "sim.pins",
    "sensitivity": "sim.doubt",
    "staff": "sim.need",
    "stress": "sim.which",
    "twins": "sim.need",
    "uncertainty": "sim.doubt",
}
"""The module of each function that is not in ``sim.api``."""


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the interface offers
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ELSEWHERE.get(name, "sim.api")), name)
