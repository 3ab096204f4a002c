"""Commands about what it would take: the least staff for a target, and what no staff can buy."""

from __future__ import annotations

from sim.cli.words import USUAL, How, Several, app, console


@app.command
def staff(
    scenario: str = "one-area-2013",
    *,
    target: str,
    confidence: float = 0.95,
    arrangement: Several = [],  # noqa: B006
    context: str | None = None,
    replications: int = 10,
    how: How = USUAL,
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
    """
    from sim import need

    found = need.staff(
        how.load(scenario),
        target,
        confidence=confidence,
        arrangements=arrangement,
        context=context,
        replications=replications,
        **how.running,
    )
    found.show(console())
    print(f"\nTables and chart: {found.save()}")


@app.command
def twins(
    scenario: str = "one-area-2013",
    *,
    arrangement: Several = [],  # noqa: B006
    context: str | None = None,
    replications: int = 5,
    how: How = USUAL,
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
    """
    from sim import need

    found = need.twins(
        how.load(scenario),
        arrangements=arrangement,
        context=context,
        replications=replications,
        **how.running,
    )
    found.show(console())
