"""Commands that run a scenario: compare its arrangements, or tell what happened."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from sim.cli.words import USUAL, Flag, How, Settings, app


@app.command
def run(
    scenario: str = "one-area-2013",
    *,
    replications: int | None = None,
    engine: Literal["compiled", "reference"] = "compiled",
    how: How = USUAL,
) -> None:
    """Compare the arrangements of a scenario; print a table, write results and charts.

    Parameters
    ----------
    scenario
        Scenario name or path.
    replications
        How often to repeat it, instead of what the scenario says.
    engine
        The reference engine is slower and changes no result.
    """
    from sim import api

    loaded = how.load(scenario)
    found = api.run(loaded, replications=replications, engine=engine, **how.running)
    charts = found.save()
    found.show()
    if found.reused:
        print("\nThis run was there already; nothing was run again.")
    print(f"\nResults: {found.folder}\nCharts:  {charts}")


@app.command
def log(
    scenario: str,
    arrangement: str,
    *,
    out: Path,
    breaches: Flag = False,
    replication: int = 0,
    settings: Settings = [],  # noqa: B006
) -> None:
    """Write what happened in one replication: every event, or every breach of a clock.

    Parameters
    ----------
    scenario
        Scenario name or path.
    arrangement
        One of its arrangements.
    out
        The CSV file to write.
    breaches
        Only the cases that missed their clock.
    replication
        Which one, counted from 0.
    settings
        key.path=value to use instead; may be repeated.
    """
    from sim import api
    from sim.experiment.store import atomic

    choose = api.breaches if breaches else api.events
    found = choose(api.load(scenario, settings), arrangement, replication=replication)
    with atomic(out, new_folder=False) as path:
        found.to_csv(path, index=False)
    print(f"{len(found):,} {'breaches' if breaches else 'events'} in {out}")
