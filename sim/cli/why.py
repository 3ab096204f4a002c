"""Commands that say why two arrangements differ, and who gains by it."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from sim.cli.words import USUAL, Flag, How, app

Start = Annotated[str, Parameter(name="--from")]
End = Annotated[str, Parameter(name="--to")]


@app.command
def explain(
    scenario: str = "one-area-2013",
    *,
    start: Start,
    end: End,
    measure: str | None = None,
    case_type: str | None = None,
    context: str | None = None,
    same_money: Flag = False,
    replications: int | None = None,
    how: How = USUAL,
) -> None:
    """Say what the difference between two arrangements is made of, block by block.

    Parameters
    ----------
    scenario
        Scenario name or path.
    start
        The arrangement to start from.
    end
        The arrangement that it is turned into.
    measure
        Any measure; by default the scenario's primary one.
    case_type
        Only cases of this type.
    context
        One of the scenario's contexts; by default the first.
    same_money
        Scale the staff of every mixture so that it costs what the first arrangement costs.
    replications
        How often to repeat it, instead of what the scenario says.
    """
    from sim import answers, why

    loaded = how.load(scenario)
    found = why.explain(
        loaded,
        start,
        end,
        measure=measure,
        case_type=case_type,
        context=context,
        same_money=same_money,
        replications=replications,
        **how.running,
    )
    found.show()
    money = "-same-money" if same_money else ""
    asked = f"{measure or loaded.scenario.compare.primary}{money}"
    name = f"explain-{start}-{end}-{asked}"
    folder = answers.folder_of(how.out, found.scenario, name, [context, case_type])
    found.save(folder)
    print(f"\nChart and numbers: {folder}")


@app.command
def gains(
    scenario: str = "one-area-2013",
    *,
    start: Start,
    end: End,
    context: str | None = None,
    unchanged_days: float = 1.0,
    same_money: Flag = False,
    replications: int | None = None,
    how: How = USUAL,
) -> None:
    """Follow the same cases through two arrangements: which end sooner, which later, whose.

    Parameters
    ----------
    scenario
        Scenario name or path.
    start
        The arrangement to start from.
    end
        The arrangement to compare it with.
    context
        One of the scenario's contexts; by default the first.
    unchanged_days
        Cases that end less than this many calendar days apart count as unchanged.
    same_money
        Scale the staff of the second arrangement so that it costs what the first one costs.
    replications
        How often to repeat it, instead of what the scenario says.
    """
    from sim import answers, why

    loaded = how.load(scenario)
    found = why.gains(
        loaded,
        start,
        end,
        context=context,
        unchanged_days=unchanged_days,
        same_money=same_money,
        replications=replications,
        **how.running,
    )
    found.show()
    money = "-same-money" if same_money else ""
    name = f"gains-{start}-{end}{money}"
    folder = answers.folder_of(how.out, found.scenario, name, [context, unchanged_days])
    found.save(folder)
    print(f"\nChart and numbers: {folder}")
