"""A methods statement under the headings of STRESS-DES, from the scenario and the code.

Source: Monks et al. 2019, Journal of Simulation 13(1), doi:10.1080/17477778.2018.1442155.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.experiment import wording
from sim.experiment.headlines import ALL, headlines
from sim.experiment.paired import CONFIDENCE
from sim.experiment.provenance import PACKAGES, UNKNOWN
from sim.experiment.reopened import Reopened
from sim.outcomes.catalogue import CATALOGUE
from sim.reports.answer import sets_words
from sim.reports.closing import packages
from sim.reports.components import component_parts, mechanism_table
from sim.reports.parts import Heading, Items, Part, Table, Text
from sim.reports.pictures import picture_of
from sim.scenario.describe import estate_lines, estate_words
from sim.scenario.errors import ScenarioError
from sim.scenario.estate_of import estate_of
from sim.scenario.schema import Scenario
from sim.scenario.units import DAY, HOUR

RANKINGS = {
    "priority_due": "the best priority first, then the earliest due date, then the oldest",
    "priority_fifo": "the best priority first, then the longest in the queue",
    "fifo": "the longest in the queue first, whatever its priority",
}


def method_parts(opened: Reopened) -> Iterator[Part]:
    """Yield the statement, section by section."""
    yield Heading("Methods (STRESS-DES)")
    yield from _objectives(opened.scenario)
    yield from _logic(opened)
    yield from _data(opened)
    yield from _experimentation(opened)
    yield from _implementation(opened)
    yield from _access(opened)


def _objectives(scenario: Scenario) -> Iterator[Part]:
    yield Heading("1. Objectives", 2)
    yield Heading("Purpose of the model", 3)
    yield Text(f"{scenario.title}. {scenario.description}".strip())
    yield Heading("Model outputs", 3)
    rows = [
        [about.title, wording.level_words(about.unit), about.better or "neither", about.definition]
        for name, _ in headlines(scenario.compare)
        if (about := CATALOGUE.get(name))
    ]
    yield Table("Measures", ("Measure", "Unit", "Which is better", "Definition"), rows)
    yield Heading("Aims of experimentation", 3)
    yield Text(_aims(scenario))
    yield Items(
        [
            f"{each.title or name}{' (base)' if name == scenario.compare.base else ''}: "
            f"{each.description}"
            for name, each in scenario.arrangements.items()
        ]
    )


def _aims(scenario: Scenario) -> str:
    compare = scenario.compare
    about = CATALOGUE[compare.primary]
    of = "" if compare.case_type == ALL else f" of “{_case_title(scenario)}”"
    least = ""
    if compare.smallest_difference:
        size = wording.scaled(compare.smallest_difference, about.unit)
        least = (
            f" The smallest difference that matters is {size:g} {wording.unit_words(about.unit)}."
        )
    return (
        f"To compare {len(scenario.arrangements)} arrangements in {len(scenario.contexts)} "
        f"context{'s' if len(scenario.contexts) > 1 else ''}, on the same contracts with the same "
        f"work and the same luck, by one primary measure: {about.title.lower()}{of}.{least}"
    )


def _case_title(scenario: Scenario) -> str:
    return scenario.pathways.case_types[scenario.compare.case_type].title


def _logic(opened: Reopened) -> Iterator[Part]:
    from sim.charts import pathway

    scenario = opened.scenario
    yield Heading("2. Logic", 2)
    yield Heading("Overview and base model", 3)
    yield Text(
        "Cases belong to contracts, or to areas. Each goes through the stages of its pathway: work "
        "by staff, waits that nobody here controls, decisions by officers or committees, and "
        "branches. Which team does a stage and who decides it is given by the arrangement’s "
        "authority table. Work never depends on the arrangement; how long it takes does. Staff are "
        "individuals with leave, sickness and turnover."
    )
    yield Heading("Logic of each arrangement", 3)
    yield Text(
        "Arrangements differ only in data: teams, authority, committees and the mechanisms below. "
        "A mechanism at its neutral value has no effect."
    )
    yield mechanism_table(opened)
    yield picture_of(pathway.draw(scenario))
    yield Heading("Algorithms", 3)
    packet = scenario.pathways.packet_hours.central
    yield Text(
        f"A free member of staff takes {RANKINGS[scenario.run.ranking]}. Work is done in packets "
        f"of at most {packet:g} hours, so that urgent work is picked up in between; a visit is "
        "never broken up. Simultaneous events have one total order, which depends neither on the "
        "order of areas nor on the number of processes."
    )
    yield Heading("Components", 3)
    yield from component_parts(scenario)


def _data(opened: Reopened) -> Iterator[Part]:
    yield Heading("3. Data", 2)
    yield Heading("Sources and pre-processing", 3)
    yield Items([line.strip() for line in _estate(opened)])
    yield Heading("Input parameters and assumptions", 3)
    yield Text(
        "Every value, with unit, range, source and grade, is in the register of assumptions below. "
        "Grades are measured, published, expert, and assumed, which means that the number is an "
        "assumption even if a source fixes its direction or scale."
    )


def _estate(opened: Reopened) -> list[str]:
    """Describe the contracts: in full, or by title where their file is no longer there."""
    which = f"Estate: {estate_words(opened.scenario.estate)}."
    try:
        return [which, *estate_lines(estate_of(opened.loaded))]
    except ScenarioError:
        return [which]


def _experimentation(opened: Reopened) -> Iterator[Part]:
    run = opened.scenario.run
    start = f"{run.start.day} {run.start:%B %Y}"
    warm = "There is no warm-up, because the run ends at a date"
    if run.warm_up_months:
        warm = f"Cases of the first {run.warm_up_months:g} months are left out as warm-up"
    yield Heading("4. Experimentation", 2)
    yield Heading("Initialisation", 3)
    yield Text(
        f"The run begins on {start} with the same cases in flight and the same overdue reviews in "
        f"every arrangement. {warm}."
    )
    yield Heading("Run length", 3)
    days = (
        "every day"
        if run.calendar == "every_day"
        else "weekdays that are no bank holiday in England"
    )
    yield Text(
        f"{run.years:g} year{'s' if run.years != 1 else ''}, in working time: "
        f"{DAY / HOUR:g} hours on {days}."
    )
    yield Heading("Estimation approach", 3)
    yield Text(_estimation(opened))
    if opened.robustness is not None:
        yield Heading("Robustness to what is not known", 3)
        yield Text(
            "The primary measure was run again for every arrangement and staffing in sets of "
            "plausible values, with the same random numbers; a sign holds in a set where the "
            f"difference from base has it there too.{sets_words(opened)}"
        )


def _estimation(opened: Reopened) -> str:
    count = opened.scenario.run.replications
    pairs = (
        f"{count:,} replications of each arrangement, context and staffing. Differences from base "
        "are taken replication by replication, because all arrangements meet the same random "
        f"numbers, with {100 * CONFIDENCE:.0f}% t intervals. Open cases count as censored, never "
        "as absent."
    )
    if opened.compared is None:
        return f"{pairs} Intervals hold one at a time."
    size = opened.compared.sized
    return (
        f"{pairs} Replications grew from {size.floor:,} to at most {size.ceiling:,} until the "
        "intervals of the primary measure, which hold for all arrangements at once (Bonferroni), "
        "were as narrow as was asked. Intervals of other measures hold one at a time and are "
        "exploratory. Rare events have the wider of a bootstrap (BCa) and a t interval."
    )


def _implementation(opened: Reopened) -> Iterator[Part]:
    made = opened.provenance
    yield Heading("5. Implementation", 2)
    yield Heading("Software", 3)
    software = f"{', '.join(packages(made))}; engine: {made['engine']}." if made else UNKNOWN
    yield Text(software)
    yield Heading("Random sampling", 3)
    yield Text(
        "Counter-based random numbers (Philox4x32-10): each draw is looked up by its address "
        "(stream, entity, purpose, occurrence) and never consumed in sequence, so that one more "
        f"draw in one arrangement moves no other. Seed {opened.scenario.run.seed}."
    )
    yield Heading("Model execution", 3)
    yield Text(
        "Discrete events in whole milliseconds of working time. Replications run apart from each "
        "other; their number of processes changes no result."
    )
    yield Heading("System specification", 3)
    yield Text(_system(made) if made else UNKNOWN)


def _system(made: dict[str, Any]) -> str:
    machine = made["machine"]
    return f"{machine['system']}, {machine['processor']}; {made['jobs']} processes."


def _access(opened: Reopened) -> Iterator[Part]:
    name, made = PACKAGES[0], opened.provenance
    which = f" {made['packages'][name] or '(a checkout)'}" if made else ""
    yield Heading("6. Code access", 2)
    yield Text(
        f"{name}{which}, MIT licence, model "
        f"version {opened.results.manifest['model_version']}. Everything that this run depends on "
        "is in its manifest; the provenance at the end of this report gives its hash and "
        "its command."
    )
