"""Scenarios in words: what ``sim list``, ``sim validate`` and ``sim show`` print."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from rich.console import Console
from rich.table import Table

from sim.scenario import library
from sim.scenario.errors import ScenarioError, listed
from sim.scenario.estate import Estate
from sim.scenario.estate_of import estate_of
from sim.scenario.files import LoadedScenario, load
from sim.scenario.schema import EstateChoice
from sim.scenario.values import NEUTRAL, Value, values

_COLUMNS = ("Key", "Value", "Unit", "Range", "Source", "Grade", "From")


def listing() -> list[tuple[str, str]]:
    """Return name and title of every scenario in the library; faulty ones say so."""
    return [(name, _title(name)) for name in library.names()]


def _title(name: str) -> str:
    try:
        return load(name).scenario.title
    except ScenarioError as error:
        return f"cannot be used: {len(error.faults)} faults (sim validate {name})"


def summary(loaded: LoadedScenario) -> str:
    """Return in one sentence what a valid scenario holds and how much of it is assumed."""
    scenario, estate = loaded.scenario, estate_of(loaded)
    assumed = sum(value.assumed for value in values(loaded))
    parts = (
        counted(len(scenario.arrangements), "arrangement"),
        counted(len(scenario.contexts), "context"),
        counted(len(scenario.pathways.case_types), "case type"),
    )
    contracts = counted(int(estate.inside.sum()), "contract")
    return f"valid: {', '.join(parts)}; {contracts}; {counted(assumed, 'value')} merely assumed"


def counted(number: int, noun: str, more: str = "") -> str:
    """Say how many there are of something: ``1 file``, ``12 bodies``."""
    return f"{number:,} {noun if number == 1 else more or f'{noun}s'}"


def show(loaded: LoadedScenario, console: Console) -> None:
    """Print a resolved scenario: a table on a terminal, one line per value in a pipe."""
    scenario = loaded.scenario
    heading = (
        f"{scenario.name}: {scenario.title}",
        scenario.description,
        *estate_lines(estate_of(loaded)),
    )
    print_lines(console, filter(None, heading))
    for section, members in groupby(values(loaded), key=_section):
        if console.is_terminal:
            console.print(_table(section, list(members)))
        else:
            print_lines(console, map(plain_line, members))


def print_lines(console: Console, lines: Iterable[str]) -> None:
    """Print lines as they are: however long, and without styling."""
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def markdown(loaded: LoadedScenario) -> str:
    """Say in Markdown what is compared, on which contracts, and how much is assumed.

    Raises ScenarioError with the file and line of what the estate cannot give.
    """
    scenario, run = loaded.scenario, loaded.scenario.run
    evidence = [value for value in values(loaded) if value.grade and value.source != NEUTRAL]
    assumed = sum(value.assumed for value in evidence)
    arrangements = (
        f"- **{each.title or name}**{' (base)' * (name == scenario.compare.base)}: "
        f"{each.description}"
        for name, each in scenario.arrangements.items()
    )
    estate = estate_lines(estate_of(loaded))[0]
    tail = (
        f"{estate} {run.years:g} years from {run.start.day} {run.start:%B %Y}.",
        f"{assumed:,} of the {len(evidence):,} values that should rest on evidence are assumed.",
    )
    return "\n".join((f"**{scenario.title}**", "", *arrangements, "", " ".join(tail)))


def _section(value: Value) -> str:
    """Return the heading that a value stands under: ``arrangements.central``."""
    named = value.path[0] in ("arrangements", "contexts") and len(value.path) > 1
    return ".".join(map(str, value.path[: 2 if named else 1]))


def plain_line(value: Value) -> str:
    """Return one value on one line, for reading with other tools."""
    number = f"{value.key} = {value.text}" + (f" [{value.unit}]" if value.unit else "")
    evidence = ", ".join(filter(None, (value.source, value.grade)))
    origin = str(value.origin or "default")
    return "; ".join(filter(None, (number, value.spread, evidence, origin)))


def _table(section: str, members: list[Value]) -> Table:
    table = Table(title=section, title_justify="left", expand=True)
    for name in _COLUMNS:
        table.add_column(name, justify="right" if name in ("Value", "Range") else "left")
    for value in members:
        key = value.key.removeprefix(f"{section}.")
        cells = (key, value.text, value.unit, value.spread, value.source, value.grade)
        table.add_row(*map(safe, cells), safe(str(value.origin or "default")))
    return table


def safe(text: str) -> str:
    """Keep square brackets from being read as styling."""
    return text.replace("[", r"\[")


def estate_words(choice: EstateChoice) -> str:
    """Say which contracts a run is about, with the part of the country, for a caption."""
    title = choice.title
    if choice.source == "file" and choice.file:
        rest = f"; other contracts from: {title}" if title else ""
        title = f"Practices of {Path(choice.file).name}{rest}"
    chosen = [choice.area_team, *(choice.ccgs or ()), choice.icb, choice.region]
    names = [name for name in chosen if name]
    part = listed(names, "and") if names else ""
    return "; of these ".join(filter(None, (title, part)))


def estate_lines(estate: Estate) -> list[str]:
    """Say how many contracts there are, what is synthetic and by which rule."""
    kind = "a synthetic estate built from published facts" if estate.facts else "a synthetic estate"
    nature = kind if estate.synthetic else "real practices"
    title = estate.title if nature in estate.title else f"{estate.title}: {nature}"
    inside = int(estate.inside.sum())
    head = f"Estate: {title}; {inside:,} contracts of {len(estate.ids):,}."
    tiers = [
        f"  tier {name}: {counted(len(tier.names), 'body', 'bodies')}; "
        f"{'synthetic, ' * tier.synthetic}{tier.source}"
        for name, tier in estate.tiers.items()
    ]
    facts = [f"  from {f.title}, {f.publisher}, {f.date}; {f.licence}" for f in estate.facts]
    return [head, *tiers, *facts]
