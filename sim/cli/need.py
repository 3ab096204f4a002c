"""Commands about what it would take: the least staff for a target, and what no staff can buy."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sim.cli.words import Settings, app, console

Several = Annotated[list[str], Parameter(consume_multiple=True, negative=())]


@app.command
def staff(
    scenario: str = "one-area-2013",
    *,
    target: str,
    confidence: float = 0.95,
    arrangement: Several = [],  # noqa: B006
    context: str | None = None,
    replications: int = 10,
    seed: int | None = None,
    jobs: int | None = None,
    cluster: str | None = None,
    out: Path = Path("results"),
    settings: Settings = [],  # noqa: B006
) -> None:
    """Find the least staff that meet a service target, and what base's money would buy.

    Parameters
    ----------
    scenario
        Scenario name or path.
    target
        Such as 'resolution_in_clock_share>=0.9' or 'resolution_days_p90,payment_problem<=60'.
    confidence
        With which the mean over replications must meet it.
    arrangement
        Only these arrangements, beside the base.
    context
        One of the scenario's contexts; by default its first.
    replications
        How often to repeat each amount of staff.
    seed
        Another seed than the scenario's.
    jobs
        Processes to use; by default one per core. Changes no result.
    cluster
        Address of a Dask scheduler, or local for Dask workers here. Changes no result.
    out
        Folder for results.
    settings
        key.path=value to use instead; may be repeated.
    """
    from sim import need
    from sim.scenario.files import load

    found = need.staff(
        load(scenario, settings), target, confidence=confidence, arrangements=arrangement,
        context=context, replications=replications, seed=seed, jobs=jobs, cluster=cluster, out=out,
    )  # fmt: skip
    found.show(console())
    print(f"\nTables and chart: {found.save()}")


@app.command
def twins(
    scenario: str = "one-area-2013",
    *,
    arrangement: Several = [],  # noqa: B006
    context: str | None = None,
    replications: int = 5,
    jobs: int | None = None,
    cluster: str | None = None,
    out: Path = Path("results"),
    settings: Settings = [],  # noqa: B006
) -> None:
    """Show the limits of each arrangement: unlimited staff, no chance, all staff in one queue.

    Parameters
    ----------
    scenario
        Scenario name or path.
    arrangement
        Only these arrangements.
    context
        One of the scenario's contexts; by default its first.
    replications
        How often to repeat it as staffed and with unlimited staff.
    jobs
        Processes to use; by default one per core. Changes no result.
    cluster
        Address of a Dask scheduler, or local for Dask workers here. Changes no result.
    out
        Folder for results.
    settings
        key.path=value to use instead; may be repeated.
    """
    from sim import need
    from sim.scenario.files import load

    found = need.twins(
        load(scenario, settings), arrangements=arrangement, context=context,
        replications=replications, jobs=jobs, cluster=cluster, out=out,
    )  # fmt: skip
    found.show(console())
