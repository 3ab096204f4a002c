"""Commands for the question which: compare arrangements, and put them under stress."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sim.cli.words import Settings, app

Several = Annotated[list[str], Parameter(consume_multiple=True, negative=())]


@app.command
def compare(
    scenario: str = "one-area-2013",
    *,
    replications: int | None = None,
    most: int | None = None,
    precision: float | None = None,
    sets: int = 20,
    seed: int | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    engine: Literal["compiled", "reference"] = "compiled",
    out: Path = Path("results"),
    settings: Settings = [],  # noqa: B006
) -> None:
    """Decide between the arrangements of a scenario, with as many replications as that needs.

    Parameters
    ----------
    scenario
        Scenario name or path.
    replications
        The least number of replications, instead of what the scenario says.
    most
        The largest number of replications; by default ten times the least.
    precision
        Half-width that the intervals of the primary measure are to have, in its unit (a
        share: 0.01 is one percentage point), instead of what the scenario says.
    sets
        Sets of plausible values in which to try whether each sign holds; 0 for none.
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
    from sim import api, which

    found = which.compare(
        api.load(scenario, settings),
        replications=replications,
        most=most,
        precision=precision,
        sets=sets,
        seed=seed,
        jobs=jobs,
        cluster=cluster,
        engine=engine,
        out=out,
    )
    tables = found.save()
    found.show()
    print(f"\nResults: {found.results.folder}\nTables:  {tables}")


@app.command
def stress(
    scenario: str = "one-area-2013",
    *,
    contexts: Several = [],  # noqa: B006
    along: Several = [],  # noqa: B006
    replications: int | None = None,
    seed: int | None = None,
    jobs: int | None = None,
    engine: Literal["compiled", "reference"] = "compiled",
    out: Path = Path("results"),
    settings: Settings = [],  # noqa: B006
) -> None:
    """Put every arrangement into every context: regret, and where the order turns round.

    Parameters
    ----------
    scenario
        Scenario name or path.
    contexts
        Names of contexts; by default all of the library that the scenario can take.
    along
        Key paths to go along from low to high; key=low:high gives other ends.
    replications
        How often to repeat each cell; by default 10.
    seed
        Another seed than the scenario's: other luck, the same for every arrangement.
    jobs
        Processes to use; by default one per core. Changes no result.
    engine
        The reference engine is slower and changes no result.
    out
        Folder for results.
    settings
        key.path=value to use instead; may be repeated.
    """
    from sim import api, which

    found = which.stress(
        api.load(scenario, settings),
        contexts=contexts,
        along=along,
        replications=replications,
        seed=seed,
        jobs=jobs,
        engine=engine,
        out=out,
    )
    folder = found.save(out)
    found.show()
    print(f"\nTables and chart: {folder}")
