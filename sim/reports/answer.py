"""What a run supports: headline sentences, then the comparison in each staffing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scipy.stats import binomtest

from sim.experiment import decision_table, findings, summary, table
from sim.experiment.claim import claims, sentence
from sim.experiment.comparison import Comparison, choose
from sim.experiment.paired import CONFIDENCE
from sim.experiment.reopened import Reopened
from sim.experiment.staffing import AS_STAFFED, HEADINGS, SCALED, Staffing, staffing_of
from sim.experiment.uncertain import ROBUST
from sim.reports.parts import Heading, Items, Part, Picture, Table, Text
from sim.reports.pictures import Draw, pictures
from sim.scenario.omissions import omissions

CHARTS: dict[Staffing, tuple[str, ...]] = {
    AS_STAFFED: ("backlog", "coverage", "response_times", "elapsed", "utilisation"),
    SCALED: ("backlog", "response_times", "utilisation"),
}
"""Charts of each staffing in the order of the report; differences come once, before them."""


def headline_parts(opened: Reopened) -> Iterator[Part]:
    """Yield what may be claimed, and how far that goes."""
    yield Heading("What this run supports")
    several = len(opened.scenario.contexts) > 1
    for context in opened.scenario.contexts:
        if several:
            yield Heading(f"Context: {opened.scenario.contexts[context].title or context}", 2)
        for staffing in staffings(opened):
            comparison = choose(opened.results, staffing, context)
            yield Heading(HEADINGS[staffing], 3 if several else 2)
            yield Items(headline_sentences(opened, comparison, context))
            if behind := _behind(comparison):
                yield Text("Who is behind with the work:")
                yield Items(behind)
    yield Text(_reading(opened))
    yield Text(
        f"{len(omissions())} things are known to be missing from the model: see “What is not "
        "modelled”, which says of each whether it tilts such results, and which way.",
        weight=True,
    )


def headline_sentences(opened: Reopened, comparison: Comparison, context: str) -> list[str]:
    """Return who is best, then what differs from base and how robust that is."""
    others = [name for name in comparison.of if name != comparison.base]
    found = claims(comparison, opened.robustness, context)
    said = (
        *findings.undone(comparison),
        findings.best(comparison) if len(others) > 1 else "",
        *map(sentence, found),
        *_flattered(comparison, others),
    )
    return list(filter(None, said)) or ["There is one arrangement only: nothing is compared."]


def _behind(comparison: Comparison) -> list[str]:
    full = {name: who for name, who in comparison.capacity.items() if who.overloaded}
    return [findings.behind(comparison, name, who) for name, who in full.items()]


def _flattered(comparison: Comparison, others: list[str]) -> Iterator[str]:
    for name in others:
        if findings.flatters(comparison, [name, comparison.base]):
            yield (
                f"{findings.OPENINGS[comparison.staffing]}, nothing is claimed of "
                f"{comparison.title(name)} against {comparison.title(comparison.base)}: where "
                "staff cannot keep up, times would flatter."
            )


def _reading(opened: Reopened) -> str:
    """Say what the intervals are, and on what the word robust rests."""
    count = opened.scenario.run.replications
    together = " that hold for all arrangements at once" if opened.compared else ""
    intervals = (
        f"Intervals are {100 * CONFIDENCE:.0f}% intervals{together}, from {count:,} replications: "
        "they show simulation error only, not what is unknown about the assumptions."
    )
    if opened.robustness is None:
        return f"{intervals} Whether signs hold for other plausible values has not been looked at."
    return (
        f"{intervals} A sign is called not robust where it holds in less than {100 * ROBUST:.0f}% "
        "of sets of plausible values, in which every value may lie anywhere in its range."
        f"{sets_words(opened)}"
    )


def sets_words(opened: Reopened) -> str:
    """Say how many sets were tried, and how far that many can tell; empty where not known."""
    if opened.robustness is None:
        return ""
    count = int(opened.robustness["sets"].min())
    seen = round(ROBUST * count)
    ends = binomtest(seen, count).proportion_ci(method="wilson")
    return (
        f" Each share is of {count:,} sets, drawn as a Latin hypercube: {seen:,} of {count:,} may "
        f"stand for anything from {100 * ends.low:.0f}% to {100 * ends.high:.0f}% (95% Wilson "
        "interval)."
    )


def staffings(opened: Reopened) -> list[Staffing]:
    """Return the staffings that were run, in the order in which they are shown."""
    present = {staffing_of(name) for name in opened.results.measures["arrangement"].unique()}
    return [name for name in HEADINGS if name in present]  # type: ignore[misc]


def block_parts(opened: Reopened, draw: Draw) -> Iterator[Part]:
    """Yield the comparison in each context and staffing, with its charts."""
    for context, state in opened.scenario.contexts.items():
        ending = f" – {state.title or context}" if len(opened.scenario.contexts) > 1 else ""
        for staffing in staffings(opened):
            yield Heading(HEADINGS[staffing] + ending)
            yield from _block(opened, staffing, context)
            yield from _charts(draw, staffing, context)
        if opened.compared:
            yield Heading(f"All arrangements at once{ending}")
            yield from _table(decision_table.tabulate(opened.compared, context))


def _block(opened: Reopened, staffing: Staffing, context: str) -> Iterator[Part]:
    comparison = choose(opened.results, staffing, context)
    text = summary.tabulate(comparison)
    yield from _table(replace(text, title=f"Staff, load and measures. {text.title}"))
    notes = (*table.team_notes(comparison), *table.change_notes(comparison))
    parts = [note.partition(": ") for note in notes]  # each begins with a name
    if parts:
        yield Items([f"{comparison.title(name)}: {rest}" for name, _, rest in parts])


def _table(text: summary.TextTable) -> Iterator[Part]:
    rows = [[str(name), *map(str, row)] for name, row in text.frame.iterrows()]
    columns = [text.first, *map(str, text.frame.columns)]
    yield Table(text.title, columns, rows, frozenset(range(1, len(columns))))
    yield Items(text.notes)


def _charts(draw: Draw, staffing: Staffing, context: str) -> Iterator[Picture]:
    names = CHARTS.get(staffing, ())
    if staffing == AS_STAFFED:
        names = ("differences", *names)
    yield from pictures(draw, names, context, staffing)
