"""A look inside: the Python interface to charts of what happened in one replication."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from rich.console import Console

from sim import answers, version
from sim.charts.catalogue import LOOKS
from sim.experiment.design import canonical, estate_file_digest
from sim.experiment.errors import DesignError, StoreError
from sim.experiment.one_run import OneRun, one_run, require
from sim.experiment.results import Results, read
from sim.experiment.store import refusal
from sim.outcomes import diary, flow
from sim.scenario import describe as describing
from sim.scenario import estates
from sim.scenario.estate import Estate
from sim.scenario.estate_of import estate_of
from sim.scenario.files import LoadedScenario
from sim.scenario.library import there
from sim.scenario.schema import Scenario
from sim.whole import filled, whole_folder

if TYPE_CHECKING:
    from sim.charts import Drawn
    from sim.charts.one_run import OneRun as Words
    from sim.charts.style import Width

NAMES = LOOKS
"""The charts that there are."""

ICB = "icb"


@dataclass(frozen=True)
class Asked:
    """What to look at: empty texts stand for the busiest, ``tier`` for the neutral areas."""

    arrangement: str
    context: str
    replication: int
    case_type: str
    team: str
    month: str
    tier: str


@dataclass(frozen=True)
class Look:
    """One replication of one arrangement, to draw charts from."""

    scenario: Scenario
    asked: Asked
    run: OneRun
    folder: Path

    def chart(self, name: str, width: Width = "two-column") -> Drawn:
        """Draw one of ``NAMES``.

        Raises ``sim.charts.NoDataError`` where there is nothing to draw, ``ScenarioError`` for
        a name that is not known.
        """
        from sim.charts import (
            committees,
            funnel,
            hexmap,
            month_of_team,
            pathway,
            stages,
            still_open,
            xmr,
        )

        run, asked, words = self.run, self.asked, self._words()
        draw: dict[str, Callable[[], Drawn]] = {
            "pathway": lambda: pathway.draw(self.scenario, asked.case_type, width),
            "still_open": lambda: still_open.draw(self._curves, self._words_of_all(), width),
            "funnel": lambda: funnel.draw(run.areas(asked.tier), words, width),
            "xmr": lambda: xmr.draw(run.months(asked.tier), words, width),
            "hexmap": lambda: hexmap.draw(self._boards(), words, width),
            "committees": lambda: committees.draw(run.sittings(), words, width),
            "stages": lambda: stages.draw(run.flow(asked.case_type), asked.case_type, words, width),
            "month": lambda: month_of_team.draw(
                run.diary(asked.team, asked.month), asked.team, asked.month, words, width
            ),
        }
        require("chart", name, draw)
        return draw[name]()

    def save(self) -> Path:
        """Write every chart that can be drawn, in both widths, all or none; return their folder.

        Charts that are there already are left alone. Raises ``StoreError``.
        """
        if not filled(self.folder):
            try:
                self._save()
            except OSError as error:
                raise StoreError(refusal(self.folder, error)) from error
        return self.folder

    def _save(self) -> None:
        from sim.charts import save_drawn

        with whole_folder(self.folder) as passing:
            for name in [name for name in NAMES if not self.missing(name)]:
                save_drawn(partial(self.chart, name), passing / name)

    def missing(self, name: str) -> str:
        """Return why a chart cannot be drawn; empty where it can."""
        found = self._seen[name]
        return found if isinstance(found, str) else ""

    def show(self, console: Console) -> None:
        """Print the name and the caption of every chart, or why it cannot be drawn."""
        for name, found in self._seen.items():
            text = f"Not drawn: {found}." if isinstance(found, str) else found.caption
            console.print(f"[bold]{name}[/bold]  {text}\n")

    @cached_property
    def _seen(self) -> dict[str, Drawn | str]:
        """Every chart, or why it cannot be drawn."""
        from sim.charts import NoDataError

        seen: dict[str, Drawn | str] = {}
        for name in NAMES:
            try:
                seen[name] = self.chart(name)
            except NoDataError as error:
                seen[name] = str(error)
        return seen

    @cached_property
    def _curves(self) -> pd.DataFrame:
        """Curves of cases still open in every arrangement, the base first; each is run once."""
        asked, base = self.asked, self.scenario.compare.base
        frames = []
        for name in sorted(self.scenario.arrangements, key=lambda name: name != base):
            run = self.run
            if name != asked.arrangement:
                run = one_run(self.scenario, run.estate, name, asked.context, asked.replication)
            frames.append(run.still_open(asked.case_type).assign(arrangement=name))
        return pd.concat(frames, ignore_index=True)

    def _words_of_all(self) -> Words:
        """Return the words for a chart of every arrangement."""
        words = self._words()
        titles = {name: each.title or name for name, each in self.scenario.arrangements.items()}
        return replace(
            words, arrangement="All arrangements as staffed", labels={**words.labels, **titles}
        )

    def _boards(self) -> pd.DataFrame:
        """Return cases in time by integrated care board; none where the boards are made up."""
        tier = self.run.estate.tiers.get(ICB)
        known = tier is not None and not tier.synthetic
        table = self.run.areas(ICB if known else "")
        return table if known else table.iloc[:0]

    def _words(self) -> Words:
        from sim.charts.one_run import OneRun

        scenario, asked = self.scenario, self.asked
        estate = describing.estate_words(scenario.estate)
        worlds = scenario.contexts
        several = len(worlds) > 1
        chosen = scenario.arrangements[asked.arrangement]
        labels = {name: each.title for name, each in scenario.pathways.case_types.items()}
        labels |= {name: each.title for name, each in chosen.committees.items()}
        labels |= {name: each.title for name, each in chosen.teams.items()}
        return OneRun(
            scenario.title,
            chosen.title or asked.arrangement,
            asked.replication,
            (worlds[asked.context].title or asked.context) if several else "",
            f"Estate: {estate}." if estate else "",
            {name: title for name, title in labels.items() if title},
        )


def look(
    scenario: LoadedScenario | Results | str | Path,
    *,
    arrangement: str | None = None,
    context: str | None = None,
    replication: int = 0,
    case_type: str | None = None,
    team: str | None = None,
    month: str | None = None,
    tier: str = "",
    out: str | Path = "results",
) -> Look:
    """Run one replication again and look inside: areas, committees, stages, one team's month.

    ``scenario`` may also be a run or its folder. ``arrangement`` is by default the base,
    ``context`` the first, ``case_type`` the one of several stages with most cases, ``team`` (as
    "area, Cumbria") the one that does most, ``month`` (as "2013-06") one in the middle. Areas are
    the neutral ones of the estate, or the bodies of a ``tier``. Raises ``ScenarioError`` for
    what is not known.
    """
    found, estate, parent = _opened(scenario, Path(out))
    who = found.compare.base if arrangement is None else arrangement
    where = next(iter(found.contexts)) if context is None else context
    run = one_run(found, estate, who, where, replication)
    asked = Asked(who, where, replication, *_chosen(run, case_type, team, month), tier)
    inputs = found.model_dump(mode="json", by_alias=True)
    content = [inputs, estate_file_digest(found), vars(asked), version.MODEL_VERSION, NAMES]
    mark = hashlib.sha256(canonical(content).encode()).hexdigest()[:12]
    return Look(found, asked, run, parent / f"look-{mark}")


def _opened(
    scenario: LoadedScenario | Results | str | Path, out: Path
) -> tuple[Scenario, Estate, Path]:
    """Return the scenario, its estate, and the folder under which its results are."""
    if isinstance(scenario, str | Path) and there(Path(scenario) / "manifest.json"):
        scenario = run_of(Path(scenario))
    if isinstance(scenario, Results):
        found = scenario.scenario
        return found, estates.build(found.estate), scenario.folder.parent
    loaded = answers.opened(scenario)
    return loaded.scenario, estate_of(loaded), out / loaded.scenario.name


def run_of(folder: Path) -> Results:
    """Read the folder of a run. Raises ``DesignError`` where it is none, or damaged."""
    found = read(folder)
    if found is None:
        raise DesignError(
            f"{folder}: expected the folder of a run, as `sim run` prints it, whole and unchanged"
        )
    return found


def _chosen(
    run: OneRun, case_type: str | None, team: str | None, month: str | None
) -> tuple[str, str, str]:
    """Return case type, team and month; raise ``ScenarioError`` for one that is not known."""
    teams = diary.team_names(run.model)
    kind = flow.busiest(run.model, run.log) if case_type is None else case_type
    who = teams[diary.busiest_team(run.model, run.log)] if team is None else team
    months = [*run.view.months.names]
    when = month if month is not None else (months[len(months) // 2] if months else "")
    require("case type", kind, [*run.model.types.names])
    require("team", who, teams)
    if not months:
        raise DesignError("the run is shorter than a month, so there is no month to look at")
    require("month", when, months)
    return kind, who, when
