"""Design points: which arrangement meets which context with how many staff."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sim import version
from sim.experiment.errors import DesignError
from sim.experiment.staffing import AS_STAFFED, SCALED, label
from sim.outcomes.catalogue import CATALOGUE
from sim.scenario.errors import nearest
from sim.scenario.estate_file import find
from sim.scenario.schema import Scenario

ONLY = "only"
"""Name of the one arrangement and the one context inside a design point."""

BEFORE = "before"
"""Name of the arrangement that the only one takes the place of."""

NOTES = ("title", "description")


def context_of(scenario: Scenario, context: str | None) -> str:
    """Return a context of the scenario, by default its first. Raises ``DesignError``."""
    known = scenario.contexts
    if context is not None and context not in known:
        close = nearest(context, known) or ", ".join(known)
        raise DesignError(f"there is no context {context!r}; did you mean {close}?")
    return context or next(iter(known))


def check_primary(scenario: Scenario) -> None:
    """Raise ``DesignError`` where the primary measure is none that a run has."""
    name = scenario.compare.primary
    if name not in CATALOGUE:
        close = nearest(name, CATALOGUE) or ", ".join(CATALOGUE)
        raise DesignError(f'compare.primary: there is no measure "{name}"; did you mean {close}?')


@dataclass(frozen=True)
class DesignPoint:
    """One arrangement in one context with one staffing.

    ``document`` is canonical JSON of a scenario that holds this arrangement and
    this context alone, without their names: the model is built from it, so that
    a result depends on nothing that is not in its key. ``wte_scale`` multiplies the
    staff of every team, or has a factor for each kind of team. ``file`` is where the
    estate's own list lies, if it has one; of that the document holds name and hash.
    """

    arrangement: str
    context: str
    document: str
    staffing: str = AS_STAFFED
    wte_scale: float | tuple[float, ...] = 1.0
    file: str | None = field(default=None, compare=False)

    @classmethod
    def of(cls, scenario: Scenario, arrangement: str, context: str) -> DesignPoint:
        """Return the design point of an arrangement as staffed."""
        content = document(scenario, arrangement, context)
        return cls(arrangement, context, content, file=scenario.estate.file)

    @property
    def label(self) -> str:
        """Return the name in the column ``arrangement`` of the measures."""
        return label(self.arrangement, self.staffing)

    def key(self, replication: int) -> str:
        """Return what a stored replication is found by, 64 hexadecimal digits.

        Neither the engine nor the number of processes or replications is in it.
        """
        content = [self.document, self.wte_scale, version.MODEL_VERSION, replication]
        return hashlib.sha256(canonical(content).encode()).hexdigest()


@dataclass(frozen=True)
class YearlyCost:
    """What an arrangement costs in a year, in GBP: in proportion to staff, and not.

    ``by_team`` shares the cost of staff out between the kinds of team, where that is known.
    """

    staff: float
    fixed: float
    by_team: tuple[float, ...] = ()

    @property
    def total(self) -> float:
        """Return the whole."""
        return self.staff + self.fixed


def canonical(content: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    """Return JSON that is the same text for the same content."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def design(scenario: Scenario) -> list[DesignPoint]:
    """List every context × arrangement as staffed, in the order of the scenario."""
    return [
        DesignPoint.of(scenario, arrangement, context)
        for context in scenario.contexts
        for arrangement in scenario.arrangements
    ]


def same_money(
    points: Iterable[DesignPoint], base: str, cost: Callable[[DesignPoint], YearlyCost]
) -> list[DesignPoint]:
    """List the points other than ``base`` with WTE scaled so that they cost what base costs.

    Cost is linear in WTE but for the committees, which cost the same whatever the
    staff. Raises ``DesignError`` where these alone cost more than base, or where
    nobody is employed.
    """
    points = list(points)
    budgets = budgets_of(points, base, cost)
    others = [point for point in points if point.arrangement != base]
    return [_afford(point, cost(point), budgets[point.context]) for point in others]


def budgets_of(
    points: Iterable[DesignPoint], base: str, cost: Callable[[DesignPoint], YearlyCost]
) -> dict[str, float]:
    """Return what ``base`` costs in a year, by context."""
    return {point.context: cost(point).total for point in points if point.arrangement == base}


def check_affordable(point: DesignPoint, cost: YearlyCost, budget: float) -> None:
    """Raise ``DesignError`` where a budget leaves nothing for staff, or nobody is employed."""
    if cost.staff <= 0 or cost.fixed >= budget:
        raise DesignError(
            f"{point.arrangement} in context {point.context} cannot be given the money of base: "
            f"base costs {budget:,.0f} GBP a year, of which {cost.fixed:,.0f} would go to its "
            f"committees; its staff as they are cost {cost.staff:,.0f}"
        )


def _afford(point: DesignPoint, cost: YearlyCost, budget: float) -> DesignPoint:
    check_affordable(point, cost, budget)
    # In this form equal costs give exactly 1, so that a placebo stays a placebo.
    scale = 1.0 + (budget - cost.total) / cost.staff
    return replace(point, staffing=SCALED, wte_scale=scale)


def document(scenario: Scenario, arrangement: str, context: str) -> str:
    """Return the part of a scenario that one design point depends on, as canonical JSON.

    Names, titles, ranges and sources are left out: changing them changes no result.
    """
    whole = _central(scenario.model_dump(mode="json", by_alias=True))
    run = {**whole["run"], "replications": 2}
    part = {
        **{name: whole[name] for name in ("schema", "pathways")},
        "name": ONLY,
        "title": ONLY,
        "run": run,
        "compare": {"base": ONLY, "primary": ONLY},
        "estate": whole["estate"],
        "contexts": {ONLY: _without_notes(whole["contexts"][context])},
        "arrangements": _line(whole["arrangements"], arrangement),
    }
    return canonical({"scenario": part, "estate_file": estate_file_digest(scenario)})


def _line(arrangements: dict[str, Any], name: str) -> dict[str, Any]:
    """Return an arrangement, and the one that it takes the place of if there is one."""
    own = _without_notes(arrangements[name])
    if not own["transition"]:
        return {ONLY: own}
    before = _without_notes(arrangements[own["transition"]["replaces"]])
    return {BEFORE: before, ONLY: {**own, "transition": {**own["transition"], "replaces": BEFORE}}}


def _central(content: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Put the central value in the place of each quantity."""
    if isinstance(content, dict):
        if "central" in content and "grade" in content:
            return content["central"]
        return {name: _central(value) for name, value in content.items()}
    return [_central(value) for value in content] if isinstance(content, list) else content


def _without_notes(content: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in content.items() if name != "like"}
    return {**kept, **{name: "" for name in NOTES if name in content}}


def estate_file_digest(scenario: Scenario) -> str | None:
    """Return the sha256 of the estate's own file, if it has one: new contents, new results.

    Raises ``EstateError`` where it is not there.
    """
    if scenario.estate.file is None:
        return None
    return file_digest(find(scenario.estate.file))


def file_digest(path: Path) -> str:
    """Return the sha256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def settled(scenario: Scenario) -> Scenario:
    """Return a scenario as every replication of it is built from: tables by name, not as written.

    Which table a file gives first decides who draws which luck, so whoever builds a model
    beside the workers must read the scenario as they do. The estate's own file lacks its folder.
    """
    return Scenario.model_validate_json(canonical(scenario.model_dump(mode="json", by_alias=True)))


@functools.lru_cache(maxsize=8)
def scenario_of(document: str) -> Scenario:
    """Rebuild the scenario that a design point's document holds."""
    return Scenario.model_validate_json(canonical(json.loads(document)["scenario"]))


@functools.lru_cache(maxsize=8)
def list_of(document: str) -> str | None:
    """Return the sha256 of the estate's own file when a design point was made, if it has one."""
    digest: str | None = json.loads(document)["estate_file"]
    return digest
