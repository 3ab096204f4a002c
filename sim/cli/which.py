"""Commands for the question which: compare arrangements, and put them under stress."""

from __future__ import annotations

from typing import Literal

from sim.cli.words import USUAL, How, Several, app


@app.command
def compare(
    scenario: str = "one-area-2013",
    *,
    replications: int | None = None,
    most: int | None = None,
    precision: float | None = None,
    sets: int = 20,
    engine: Literal["compiled", "reference"] = "compiled",
    how: How = USUAL,
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
    engine
        The reference engine is slower and changes no result.
    """
    from sim import which

    found = which.compare(
        how.load(scenario),
        replications=replications,
        most=most,
        precision=precision,
        sets=sets,
        engine=engine,
        **how.running,
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
    engine: Literal["compiled", "reference"] = "compiled",
    how: How = USUAL,
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
    engine
        The reference engine is slower and changes no result.
    """
    from sim import which

    found = which.stress(
        how.load(scenario),
        contexts=contexts,
        along=along,
        replications=replications,
        engine=engine,
        **how.running,
    )
    folder = found.save(how.out)
    found.show()
    print(f"\nTables and chart: {folder}")
