"""A service target, such as ``resolution_in_clock_share>=0.9``, and whether it is met."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from sim.experiment import wording
from sim.experiment.errors import DesignError
from sim.experiment.headlines import ALL, Headline
from sim.outcomes.catalogue import CATALOGUE
from sim.scenario.errors import nearest
from sim.scenario.schema import Scenario

FORM = re.compile(r"\s*(\w+)\s*(?:,\s*(\w+)\s*)?(>=|<=)\s*([-+.\deE]+)\s*")
EXPECTED = "MEASURE>=NUMBER, MEASURE<=NUMBER or MEASURE,CASE_TYPE>=NUMBER"
ROUNDING = 1e-12
"""A service that falls short of another by no more than this share is the same service."""

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Target:
    """A measure, for one case type or all, and how much (``sign`` 1) or little (-1) of it."""

    headline: Headline
    sign: int
    number: float
    about: str = ""
    """Title of the case type; empty for all of them."""

    @property
    def unit(self) -> str:
        """Return the measure's unit."""
        return CATALOGUE[self.headline.measure].unit

    def __str__(self) -> str:
        """Say it in words: ``cases resolved in time of at least 90%``."""
        title = CATALOGUE[self.headline.measure].title.lower()
        of = f" ({self.about or self.headline.case_type})" * (self.headline.case_type != ALL)
        least = "at least" if self.sign > 0 else "at most"
        return f"{title}{of}: {least} {wording.with_unit(self.number, self.unit)}"


def parse(text: str, scenario: Scenario) -> Target:
    """Read a target. Raises ``DesignError`` with the one thing that is wrong with it."""
    found = FORM.fullmatch(text)
    if not found:
        raise DesignError(f'target: found "{text}", expected {EXPECTED}')
    measure, case_type, way, number = found.groups(default=ALL)
    sign = 1 if way == ">=" else -1
    _require("measure", measure, CATALOGUE)
    _require("case type", case_type, [ALL, *scenario.pathways.case_types])
    better = CATALOGUE[measure].better
    if better is None:
        raise DesignError(f"target: neither more nor less of {measure} is better: no service")
    if CATALOGUE[measure].unit.startswith("GBP"):
        raise DesignError(f"target: {measure} is what staff cost: no service")
    if better == ("lower" if sign > 0 else "higher"):
        other = "<=" if sign > 0 else ">="
        raise DesignError(f"target: less staff would do for {text}, as {better} is better: {other}")
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise DesignError(f'target: found "{number}", expected a number')
    if CATALOGUE[measure].unit == "share" and not 0 <= value <= 1:
        raise DesignError(f"target: {measure} is a share: found {value:g}, expected 0 to 1")
    kinds = scenario.pathways.case_types
    title = "" if case_type == ALL else kinds[case_type].title
    return Target(Headline(measure, case_type), sign, value, title)


def _require(what: str, name: str, known: object) -> None:
    names = [str(each) for each in known]  # type: ignore[attr-defined]
    if name not in names:
        close = nearest(name, names)
        hint = f'did you mean "{close}"?' if close else f"there are {', '.join(names)}"
        raise DesignError(f'target: there is no {what} "{name}"; {hint}')


def check_confidence(confidence: float) -> None:
    """Raise ``DesignError`` for a confidence that is none."""
    if not 0.5 <= confidence < 1:
        raise DesignError(f"confidence: expected 0.5 to below 1, found {confidence:g}")


def reach(values: Float, confidence: float, sign: int) -> float:
    """Return what the mean surely reaches: its one-sided t bound on the worse side.

    ``values`` has shape (replications,). Mean less sign × t × s / √n with n - 1 degrees of
    freedom (Law, Simulation Modeling and Analysis, section 4.5); NaN where a replication has
    no finite value, because leaving it out would flatter.
    """
    if not np.isfinite(values).all():
        return math.nan
    count = len(values)
    spread = float(values.std(ddof=1)) if (values != values[0]).any() else 0.0
    quantile = float(student.ppf(confidence, count - 1))
    return float(values.mean()) - sign * quantile * spread / math.sqrt(count)


def met(values: Float, threshold: Float | float, confidence: float, sign: int) -> bool:
    """Return whether values reach a threshold, or others pair by pair, with this confidence."""
    bound = sign * reach(np.asarray(values - threshold), confidence, sign)
    return bool(bound >= -ROUNDING * max(1.0, float(np.max(np.abs(threshold)))))
