"""Commands that show charts: a look inside one replication, charts again, and the gallery."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from sim.cli.words import Settings, Several, app, console, working


@app.command
def look(
    scenario: str = "one-area-2013",
    *,
    arrangement: str | None = None,
    context: str | None = None,
    replication: int = 0,
    case_type: str | None = None,
    team: str | None = None,
    month: str | None = None,
    tier: str = "",
    out: Path = Path("results"),
    settings: Settings = [],  # noqa: B006
) -> None:
    """Look inside one replication: areas, committees, stages of cases, one team's month.

    Parameters
    ----------
    scenario
        Scenario name or path, or the folder of a run.
    arrangement
        One of its arrangements; by default the base.
    context
        One of its contexts; by default its first.
    replication
        Which one, counted from 0.
    case_type
        Whose stages to draw; by default the one of several stages with most cases.
    team
        Whose month to draw, as "area, Cumbria"; by default the one that does most.
    month
        Which month, as 2013-06; by default one in the middle.
    tier
        A tier whose bodies are the areas; by default the neutral areas of the estate.
    out
        Folder for results.
    settings
        key.path=value to use instead; may be repeated.
    """
    from sim import inside
    from sim.experiment.errors import DesignError
    from sim.scenario.files import load
    from sim.scenario.library import there

    run = there(Path(scenario) / "manifest.json")
    if run and settings:
        raise DesignError(f"{scenario} is a run, which has its settings: leave out --set")
    with working("Running one replication of each arrangement, and drawing what happened"):
        found = inside.look(
            scenario if run else load(scenario, settings),
            arrangement=arrangement,
            context=context,
            replication=replication,
            case_type=case_type,
            team=team,
            month=month,
            tier=tier,
            out=out,
        )
        folder = found.save()
    found.show(console())
    print(f"Charts: {folder}")


@app.command
def charts(run: Path, *, only: Several = [], columns: Literal["1", "2"] = "2") -> None:  # noqa: B006
    """Draw the charts of a run again, for one or two columns of a paper.

    Parameters
    ----------
    run
        The folder of a run, as ``sim run`` prints it.
    only
        Names of charts; by default all.
    columns
        Columns of a page that a chart is as wide as: 1 is 8.5 cm, 2 is 17.5 cm.
    """
    from sim.pictures import draw_again

    with working("Drawing the charts"):
        folder = draw_again(run, only, "one-column" if columns == "1" else "two-column")
    print(f"Charts: {folder}")


@app.command
def gallery(run: Path) -> None:
    """Put every chart of a run on one page, with its question, caption and alt text.

    The page is one file that needs nothing else. Charts of questions that were asked of the
    same scenario (``sim stress`` and so on) are taken from beside the run.

    Parameters
    ----------
    run
        The folder of a run, as ``sim run`` prints it.
    """
    from sim.pictures import gallery

    with working("Drawing every chart"):
        found = gallery(run)
    for line in found.words():
        print(line)
    print(f"Gallery: {found.page}")
