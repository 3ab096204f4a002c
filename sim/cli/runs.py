"""Commands that run a scenario: compare its arrangements, or tell what happened."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from sim.cli.words import Flag, Settings, app


@app.command
def run(
    scenario: str = "one-area-2013",
    *,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    engine: Literal["compiled", "reference"] = "compiled",
    out: Path = Path("results"),
    settings: Settings = [],  # noqa: B006
) -> None:
    """Compare the arrangements of a scenario; print a table, write results and charts.

    Parameters
    ----------
    scenario
        Scenario name or path.
    replications
        How often to repeat it, instead of what the scenario says.
    seed
        Another seed than the scenario's: other luck, the same for every arrangement.
    jobs
        Processes to use; by default one per core. Changes no result.
    cluster
        Address of a Dask scheduler, or local for Dask workers here. Changes no result.
    engine
        The reference engine is slower and changes no result.
    out
        Folder for results.
    settings
        key.path=value to use instead; may be repeated.
    """
    from sim import api

    loaded = api.load(scenario, settings)
    found = api.run(
        loaded, replications=replications, seed=seed, jobs=jobs, cluster=cluster, engine=engine,
        out=out,
    )  # fmt: skip
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
    from sim.experiment.errors import StoreError
    from sim.experiment.store import refusal

    choose = api.breaches if breaches else api.events
    found = choose(api.load(scenario, settings), arrangement, replication=replication)
    try:
        found.to_csv(out, index=False)
    except OSError as error:
        raise StoreError(refusal(out, error)) from error
    print(f"{len(found):,} {'breaches' if breaches else 'events'} in {out}")
