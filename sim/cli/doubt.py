"""Commands about how sure an answer is: plausible values, and what it turns on."""

from __future__ import annotations

from pathlib import Path

from sim.cli.words import USUAL, How, app, console


@app.command
def uncertainty(
    scenario: str = "one-area-2013",
    *,
    sets: int = 50,
    replications: int = 1,
    context: str | None = None,
    how: How = USUAL,
) -> None:
    """Ask who is best, and whether differences keep their sign, over all plausible values.

    Parameters
    ----------
    scenario
        Scenario name or path.
    sets
        How many sets of values of all parameters with a range.
    replications
        How often to repeat each set.
    context
        One of the scenario's contexts; by default its first.
    """
    from sim import doubt

    found = doubt.uncertainty(
        how.load(scenario),
        sets=sets,
        replications=replications,
        context=context,
        **how.running,
    )
    folder = found.save()
    found.show(console())
    print(f"\nTables and chart: {folder}")


@app.command
def sensitivity(
    scenario: str = "one-area-2013",
    *,
    arrangement: str | None = None,
    against: str | None = None,
    context: str | None = None,
    trajectories: int = 4,
    few: int = 4,
    samples: int = 64,
    how: How = USUAL,
) -> None:
    """Ask which parameters the difference between two arrangements turns on.

    For one area and five years this takes minutes on two cores, in two stages of which
    each counts its own replications. It says how sure the effects and indices are, and what more
    trajectories or samples would give.

    Parameters
    ----------
    scenario
        Scenario name or path.
    arrangement
        The one; by default the first that is not the base.
    against
        The other; by default the base.
    context
        One of the scenario's contexts; by default its first.
    trajectories
        How often every parameter is moved in the screening; more give narrower intervals.
    few
        How many of the strongest parameters to take apart; 0 for none.
    samples
        Size of that second design, a power of two.
    """
    from sim import doubt

    found = doubt.sensitivity(
        how.load(scenario),
        arrangement=arrangement,
        against=against,
        context=context,
        trajectories=trajectories,
        few=few,
        samples=samples,
        **how.running,
    )
    folder = found.save()
    found.show(console())
    print(f"\nTables and chart: {folder}")


@app.command
def calibrate(
    scenario: str = "one-area-2013",
    *,
    sets: int = 10,
    replications: int = 2,
    discrepancy: float = 0.1,
    targets: Path | None = None,
    how: How = USUAL,
) -> None:
    """Ask which plausible values the independent validation targets do not rule out.

    Some targets are about all of England, so sets are few unless you ask for more: 10 take
    about four minutes on two cores, 30 three times that.

    Parameters
    ----------
    scenario
        The scenario whose ranking is looked at among what is not ruled out.
    sets
        Sets of values within the ranges of all parameters.
    replications
        How often to repeat each set.
    discrepancy
        What the model leaves out: standard deviation over the size of what was observed.
    targets
        Another file of targets than the library's.
    """
    from sim import doubt

    found = doubt.calibrate(
        how.load(scenario),
        sets=sets,
        replications=replications,
        discrepancy=discrepancy,
        targets=targets,
        **how.running,
    )
    folder = found.save()
    found.show(console())
    print(f"\nTables and chart: {folder}")
