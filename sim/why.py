"""The question why: what a difference between arrangements is made of, and who gains by it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from sim import answers
from sim.engine.engines import Name
from sim.experiment import attribution, attribution_words, gains_words
from sim.experiment import gains as following
from sim.experiment.attribution import Question
from sim.experiment.design import DesignPoint
from sim.experiment.design import same_money as equal_money
from sim.experiment.errors import DesignError
from sim.experiment.headlines import ALL, Headline
from sim.experiment.runner import runner_of
from sim.outcomes.catalogue import CATALOGUE
from sim.scenario.errors import Fault, ScenarioError, listed, nearest, quoted
from sim.scenario.files import LoadedScenario

if TYPE_CHECKING:
    from sim.charts import Drawn
    from sim.charts.style import Width

MANY = 12
"""More names than this are listed only when none is near."""


class Explanation(attribution.Explanation):
    """Why two arrangements differ; ``table`` has a row for each block."""

    def sentence(self) -> str:
        """Say the difference and its largest parts."""
        return attribution_words.sentence(self)

    def chart(self, width: Width = "two-column") -> Drawn:
        """Draw the waterfall from one arrangement to the other."""
        from sim.charts.waterfall import waterfall

        return waterfall(self, width)

    def save(self, folder: str | Path) -> list[Path]:
        """Write the chart, its numbers, caption and alt text. Raises ``StoreError``."""
        return answers.save(Path(folder), {}, {"waterfall": self.chart}, self.scenario)

    def show(self, console: Console | None = None) -> None:
        """Print the parts and the sentence."""
        (console or answers.console()).print(attribution_words.render(self))


class Gains(gains_words.Gains):
    """Who gains; ``table`` has a row for each group of cases and statistic."""

    def sentence(self) -> str:
        """Say how many cases end sooner and later, and by how much."""
        return gains_words.sentence(self)

    def chart(self, width: Width = "two-column") -> Drawn:
        """Draw which cases end sooner, later and as before, by group."""
        from sim.charts.who_gains import who_gains

        return who_gains(self, width)

    def save(self, folder: str | Path) -> list[Path]:
        """Write every group, the chart, its caption and alt text. Raises ``StoreError``."""
        tables = {gains_words.GROUPS: self.table}
        return answers.save(Path(folder), tables, {"who-gains": self.chart}, self.scenario)

    def show(self, console: Console | None = None) -> None:
        """Print the shares by group and what they say."""
        (console or answers.console()).print(gains_words.render(self))


def explain(
    scenario: LoadedScenario | str | Path,
    start: str,
    end: str,
    *,
    measure: str | None = None,
    case_type: str | None = None,
    context: str | None = None,
    same_money: bool = False,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    engine: Name = "compiled",
    out: str | Path = "results",
    progress: bool = True,
) -> Explanation:
    """Say what the difference between two arrangements in a measure is made of.

    ``measure`` and ``case_type`` are by default the scenario's primary ones (all cases, for
    another measure), ``context`` its first. With ``same_money``, the staff of every mixture are
    scaled so that it costs what ``start`` costs. The rest is as in ``sim.run``.

    Raises ``ScenarioError`` for names that are not known, ``ExperimentError`` where it cannot
    run or the measure is not reached.
    """
    loaded = answers.opened(scenario, replications, seed)
    world = _checked(loaded, start, end, context)
    headline = _headline(loaded, measure, case_type)
    runner = runner_of(jobs=jobs, engine=engine, out=out, progress=progress, cluster=cluster)
    question = Question(start, end, headline, world, same_money)
    return Explanation(**vars(attribution.explain(loaded, question, runner)))


def gains(
    scenario: LoadedScenario | str | Path,
    start: str,
    end: str,
    *,
    context: str | None = None,
    unchanged_days: float = following.UNCHANGED_DAYS,
    same_money: bool = False,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    engine: Name = "compiled",
    out: str | Path = "results",
    progress: bool = True,
) -> Gains:
    """Follow the same cases through two arrangements: which end sooner, which later, and whose.

    A case that ends less than ``unchanged_days`` calendar days apart is unchanged. With
    ``same_money``, the staff of ``end`` are scaled so that it costs what ``start`` costs. The
    rest is as in ``sim.run``. Raises like ``explain``.
    """
    loaded = answers.opened(scenario, replications, seed)
    world = _checked(loaded, start, end, context)
    if not unchanged_days > 0:
        raise DesignError(f"unchanged_days: expected more than 0, found {unchanged_days:g}")
    runner = runner_of(jobs=jobs, engine=engine, out=out, progress=progress, cluster=cluster)
    first, last = (DesignPoint.of(loaded.scenario, n, world) for n in (start, end))
    if same_money:
        (last,) = equal_money([first, last], start, runner.costs([first, last]).__getitem__)
    times = loaded.scenario.run.replications
    table = following.gains(first, last, times, unchanged_days, runner)
    return Gains(start, end, world, loaded.scenario, unchanged_days, table, last.staffing)


def _checked(loaded: LoadedScenario, start: str, end: str, context: str | None) -> str:
    """Return the context; raise ``ScenarioError`` for whatever the scenario does not have."""
    world = context or next(iter(loaded.scenario.contexts))
    arrangements = loaded.scenario.arrangements
    _require(loaded, {"arrangement": arrangements}, start)
    _require(loaded, {"arrangement": arrangements}, end)
    _require(loaded, {"context": loaded.scenario.contexts}, world)
    if start == end:
        raise DesignError(f"from {start} to {end}: give two different arrangements")
    return world


def _headline(loaded: LoadedScenario, measure: str | None, case_type: str | None) -> Headline:
    compare = loaded.scenario.compare
    name = measure or compare.primary
    kind = case_type or (ALL if measure else compare.case_type)
    _require(loaded, {"measure": CATALOGUE}, name)
    _require(loaded, {"case type": [ALL, *loaded.scenario.pathways.case_types]}, kind)
    return Headline(name, kind)


def _require(loaded: LoadedScenario, known: dict[str, Iterable[str]], name: str) -> None:
    (what, names), *_ = known.items()
    names = [*names]
    if name not in names:
        close = nearest(name, names)
        expected = f"one of its {len(names)}" if close and len(names) > MANY else listed(names)
        raise ScenarioError([Fault(loaded.scenario.name, 0, what, quoted(name), expected, close)])
