"""An attribution as a table and in a sentence."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.experiment import wording
from sim.experiment.attribution import Explanation
from sim.experiment.comparison import TIMES
from sim.experiment.headlines import ALL
from sim.outcomes.catalogue import CATALOGUE

HOLDS: dict[str, str] = {
    "structure": "tiers of teams and committees, cover, time to be governed, share of visits",
    "authority": "which teams there are and who does what, hand-offs, referral, adoption, budgets",
    "committees": "what goes to a committee, its meetings, members and conflicts, refusals",
    "knowledge": "local knowledge, named portfolios or one pool",
    "procedures": "procedures, coverage, data, partners, clinical leadership",
    "staffing": "WTE, mix of roles and who stands in, pay, absence, turnover, prices",
    "transition": "from what and when it takes over, and what that costs",
}
"""What each block holds, in a few words."""

RULE = (
    "In a mixture, a team takes what another block says about teams from the team that does "
    "most of its work there; staffing gives the total of WTE and authority its split over "
    "teams; agendas are as long as the number of bodies requires."
)

CAVEAT = (
    "Part: what a block adds on average over every order in which one arrangement could be "
    "turned into the other (Shapley value); parts add up to the difference. Intervals are 95% t "
    "intervals over replications and show simulation error only. Alone: the block is the only "
    "one changed. Last: it is changed after all others."
)

LEAST = 0.1
"""Parts smaller than this, over the largest, are not among the largest."""


def title(found: Explanation, name: str) -> str:
    """Return the words for an arrangement."""
    return found.scenario.arrangements[name].title or name


def measure_words(found: Explanation) -> str:
    """Name the measure, and the case type where it is about one."""
    headline = found.question.headline
    name = CATALOGUE[headline.measure].title
    if headline.case_type == ALL:
        return name
    kind = found.scenario.pathways.case_types[headline.case_type]
    return f"{name}, {(kind.title or headline.case_type).lower()}"


def sentence(found: Explanation) -> str:
    """Say the difference and its largest parts in one sentence."""
    before, after = (wording.with_unit(row.mean(), found.unit) for row in found.values[[0, -1]])
    start, end = (title(found, name) for name in (found.question.start, found.question.end))
    opening = f"{measure_words(found)}: {before} with {start}, {after} with {end}"
    rows = found.table
    whole, parts = rows.iloc[-1], rows.iloc[:-1]
    if parts.empty or not parts["difference"].abs().max():
        return f"{opening}; nothing in which they differ makes a difference."
    order = parts["difference"].abs().sort_values(ascending=False, kind="stable").index
    largest = [n for n in order[:3] if abs(parts["difference"][n]) >= LEAST * _most(found)]
    words = ", ".join(
        f"{parts['title'][n].lower()} {_change(found, parts.loc[n])}" for n in largest
    )
    many = "parts are" if len(largest) > 1 else "part is"
    unit = wording.unit_words(found.unit)
    return (
        f"{opening}; of the difference, {_change(found, whole)} {unit}, the largest {many} {words}."
    )


def _most(found: Explanation) -> float:
    return float(found.table["difference"].iloc[:-1].abs().max())


def _change(found: Explanation, row: object) -> str:
    number, low, high = (float(getattr(row, name)) for name in ("difference", "low", "high"))
    return wording.change(number, low, high, found.unit).replace(" (no spread)", "")


def money(found: Explanation) -> str:
    """Say with how many staff the two are compared."""
    start = title(found, found.question.start)
    if found.question.same_money:
        return f"Same money: staff of every mixture are scaled so that it costs what {start} costs"
    return "As staffed: staff are as each arrangement has them, so money differs too"


def notes(found: Explanation) -> list[str]:
    """Return what has to be said beside the numbers."""
    question, run = found.question, found.scenario.run
    said = [
        f"{len(found.values)} mixtures, each in {run.replications} replications with the same "
        f"luck; context {question.context}. {money(found)}.",
        CAVEAT,
        RULE,
    ]
    if found.unit in TIMES:
        said.append(
            "Where a mixture cannot keep up, times flatter it: what waits longest has not ended "
            "when the run does."
        )
    return said


def render(found: Explanation) -> RenderableType:
    """Return the printed answer: a table of the parts, and the sentence."""
    unit = wording.unit_words(found.unit)
    start, end = (title(found, name) for name in (found.question.start, found.question.end))
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("Block")
    for name in (f"Part, {unit}", "Alone", "Last"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("What it holds")
    for _, row in found.table.iterrows():
        whole = row["part"] == ALL
        cells = [_change(found, row)] + [
            "" if whole else _one(found, row[c]) for c in ("first", "last")
        ]
        table.add_row(
            *(str(row["title"]), *cells, HOLDS.get(str(row["part"]), "")),
            style="bold" if whole else None,
        )
    heading = f"Why do they differ? From {start} to {end}: {measure_words(found)}"
    said = [Text(note) for note in notes(found)]
    return Group(
        Text(f"\n{heading}\n", style="bold"), table, Text(), Text(sentence(found)), Text(), *said
    )


def _one(found: Explanation, value: float) -> str:
    return wording.change(value, float("nan"), float("nan"), found.unit).removesuffix(
        " (no interval)"
    )
