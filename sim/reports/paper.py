"""The specification of a paper: which figures, numbers and sentences it takes from a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field

from sim.charts import CHARTS
from sim.charts.catalogue import LOOKS
from sim.charts.style import Width
from sim.evidence.checking import fault_at
from sim.evidence.reading import refuse, validated
from sim.experiment.headlines import ALL, Headline
from sim.experiment.reopened import Reopened
from sim.experiment.staffing import AS_STAFFED, Staffing
from sim.outcomes.catalogue import CATALOGUE
from sim.reports.answer import staffings
from sim.scenario.errors import Fault, nearest
from sim.scenario.names import expected_of
from sim.scenario.quantity import Frozen
from sim.scenario.reading import toml
from sim.scenario.schema import Compare
from sim.scenario.tree import Node

T = TypeVar("T", bound="Asked")


class Asked(Frozen):
    """What every entry says: in which context (by default the first), with how many staff."""

    staffing: Staffing = AS_STAFFED
    context: str = ""


class Figure(Asked):
    """A chart of the paper."""

    chart: str
    width: Width = "one-column"


class Number(Asked):
    """A number of the paper: a mean, a difference from base, or how often its sign holds.

    ``format`` is a Python format with ``value``, ``low`` and ``high`` (a 95% interval) in the unit
    that is shown, shares in per cent: ``"{value:.0f} ({low:.0f} to {high:.0f})"``. Without it
    the number is written as in the tables.
    """

    measure: str
    arrangement: str
    what: Literal["mean", "difference", "holds"] = "mean"
    case_type: str = ALL
    body: str = ALL
    role: str = ALL
    period: str = ""
    """By default the whole run, or the last year or month of a measure without it."""
    format: Annotated[str, Field(min_length=1)] | None = None


class Sentence(Asked):
    """The headline sentence about one arrangement, by default in the primary measure.

    One about another measure says that it is exploratory.
    """

    arrangement: str
    measure: str | None = None
    case_type: str | None = None

    def headline(self, compare: Compare) -> Headline:
        """Return what the sentence is about."""
        if self.measure is None:
            return Headline(compare.primary, self.case_type or compare.case_type)
        return Headline(self.measure, self.case_type or ALL)


@dataclass(frozen=True)
class Paper:
    """Everything that a paper takes from a run; ``document`` says where each entry stands."""

    document: Node
    figures: dict[str, Figure]
    numbers: dict[str, Number]
    sentences: dict[str, Sentence]

    def fault(self, kind: str, name: str, problem: str, key: str = "", near: str = "") -> Fault:
        """Return a fault at an entry, or at one of its keys."""
        return fault_at(self.document, tuple(filter(None, (kind, name, key))), problem, near)


def read_paper(path: Path, opened: Reopened) -> Paper:
    """Read a specification for a run. Raises ``ScenarioError`` with every fault in it."""
    document = toml(path)
    faults: list[Fault] = []
    paper = Paper(
        document,
        _tables(document, "figures", Figure, faults),
        _tables(document, "numbers", Number, faults),
        _tables(document, "sentences", Sentence, faults),
    )
    found = [*faults, *_unknown_tables(document), *_unfit(paper), *_unknown(paper, opened)]
    if not (found or paper.figures or paper.numbers or paper.sentences):
        found = [fault_at(document, (), "names no figure, number or sentence of a paper")]
    refuse(found)
    return paper


def _tables(document: Node, kind: str, shape: type[T], faults: list[Fault]) -> dict[str, T]:
    """Read the entries of a kind, and add what is wrong with them to the faults."""
    node = document.at(kind)
    if node is None:
        return {}
    found, wrong = validated(node, shape)
    faults += [replace(fault, key=f"{kind}.{fault.key}") for fault in wrong]
    return found


def _unknown_tables(document: Node) -> Iterator[Fault]:
    known = ("figures", "numbers", "sentences")
    for name in document.table:
        if name not in known:
            expected = f"unknown table {name!r}; expected figures, numbers or sentences"
            yield fault_at(document, (name,), expected, nearest(name, known))


def _unfit(paper: Paper) -> Iterator[Fault]:
    """Yield a fault for each figure after which no file can be called."""
    for name in paper.figures:
        if expected := expected_of(name):
            yield fault_at(paper.document, ("figures", name), f"expected {expected}")


def _unknown(paper: Paper, opened: Reopened) -> Iterator[Fault]:
    """Yield a fault for each name that the run does not have."""
    scenario = opened.scenario
    known: dict[str, list[str]] = {
        "chart": [*CHARTS, *LOOKS],
        "measure": [*CATALOGUE],
        "arrangement": [*scenario.arrangements],
        "context": ["", *scenario.contexts],
        "case_type": [ALL, *scenario.pathways.case_types],
        "staffing": [*staffings(opened)],
    }
    entries = (
        ("figures", paper.figures),
        ("numbers", paper.numbers),
        ("sentences", paper.sentences),
    )
    for kind, found in entries:
        for name, entry in found.items():
            for key, names in known.items():
                given = getattr(entry, key, None)
                if given is not None and given not in names:
                    problem = f"found {given!r}, which this run does not have"
                    yield paper.fault(kind, name, problem, key, nearest(given, names))
