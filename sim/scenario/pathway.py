"""Case types: how much of which work arises, and the stages it goes through."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.budgets import OverspendDemand
from sim.scenario.condition import ClosingDemand, Condition, SupportDemand
from sim.scenario.condition_checks import check_condition
from sim.scenario.contracts import CONTRACT_TYPES as CONTRACT_TYPES
from sim.scenario.contracts import ContractType as ContractType
from sim.scenario.quantity import Amount, Frozen, Packet, Positive, Share, amount, refusal, share


class Work(Frozen):
    """Staff effort. ``by`` shares the hours between roles, who act in that order."""

    kind: Literal["work"] = "work"
    name: str
    hours: Amount
    by: Annotated[dict[str, Annotated[float, Field(gt=0)]], Field(min_length=1)]
    visit: Literal["never", "by_share", "always"] = "never"
    """``by_share``: only cases drawn as visits have this stage; ``always``: it is a visit."""


class Wait(Frozen):
    """Time that nobody here controls: a notice period, a consultation, an adjudication."""

    kind: Literal["wait"] = "wait"
    name: str
    calendar_days: Amount


class Decide(Frozen):
    """A decision, by an officer or by the committee that the authority table names.

    An officer spends ``hours``; a committee needs a paper of ``paper_hours``
    first. ``refuse_share`` of cases end here, refused.
    """

    kind: Literal["decide"] = "decide"
    name: str
    hours: Amount
    by: Annotated[dict[str, Annotated[float, Field(gt=0)]], Field(min_length=1)]
    paper_hours: Amount
    refuse_share: Share = share(0.0)


MOST_JUMPS = 16
"""Stages of one case type that can jump: as many as an engine counts in one number.

A decision can, because an arrangement may refuse where a pathway does not.
"""


class Branch(Frozen):
    """With probability ``share`` go to stage ``to`` (or ``end``); otherwise carry on.

    ``to`` may be earlier (rework) or later (a short cut). After ``most_times``
    jumps the case carries on regardless.
    """

    kind: Literal["branch"] = "branch"
    name: str
    share: Share
    to: str
    most_times: Annotated[int, Field(ge=1, le=9)] = 1


Stage = Annotated[Work | Wait | Decide | Branch, Field(discriminator="kind")]


class RandomDemand(Frozen):
    """Cases that arise at random, as a Poisson process on each contract.

    ``dispersion_cv`` spreads the rate between areas (gamma, mean 1);
    ``in_flight_months`` is how much of this work is open on the first day. Work that
    ``needs`` a condition arises only while a contract is in that condition or worse.
    """

    kind: Literal["random"] = "random"
    per_contract_year: Annotated[dict[ContractType, Amount], Field(min_length=1)]
    dispersion_cv: Amount = amount(0.0)
    in_flight_months: Amount = amount(0.0)
    needs: Literal["struggling", "failing"] | None = None


class AreaDemand(Frozen):
    """Cases that belong to a population, not to a contract: one Poisson process per cell."""

    kind: Literal["area"] = "area"
    per_100k_year: Amount
    dispersion_cv: Amount = amount(0.0)
    in_flight_months: Amount = amount(0.0)


class FirstReview(Frozen):
    """The first case of a contract older than ``age_over_months`` is of another type."""

    case_type: str
    age_over_months: Amount


class CycleDemand(Frozen):
    """A case falls due every ``cycle_months``, counted from the previous due date.

    An overdue case stays owed and is not stacked: the next opens when the one
    before is closed and its own due date has come. ``median_age_months`` and
    ``age_sigma`` (lognormal) give the time since the last one at the start.
    ``due_month`` instead fixes one month of the year for every contract.
    ``anchor = "closed"`` counts an exponential gap from the previous closing
    (a finite population; for verification).
    """

    kind: Literal["cycle"] = "cycle"
    contracts: Annotated[list[ContractType], Field(min_length=1)]
    cycle_months: Positive
    median_age_months: Amount = amount(0.0)
    age_sigma: Amount = amount(0.0)
    due_month: Annotated[int | None, Field(ge=1, le=12)] = None
    anchor: Literal["due", "closed"] = "due"
    first: FirstReview | None = None


class OnceDemand(Frozen):
    """One case of every contract, all of them there on the first day: a stock-take.

    It is due after the clock of its case type.
    """

    kind: Literal["once"] = "once"
    contracts: Annotated[list[ContractType], Field(min_length=1)]


class FollowsDemand(Frozen):
    """No demand of its own: it stands in for the first case of another type."""

    kind: Literal["follows"] = "follows"


Demand = Annotated[
    RandomDemand
    | AreaDemand
    | CycleDemand
    | OnceDemand
    | FollowsDemand
    | OverspendDemand
    | ClosingDemand
    | SupportDemand,
    Field(discriminator="kind"),
]


class CaseType(Frozen):
    """One kind of work: demand, clock, priority and pathway."""

    title: str
    group: Literal["review", "transaction", "quality", "market", "redesign"]
    priority: Annotated[int, Field(ge=0, le=9)]
    """0 is the most urgent."""
    demand: Demand
    stages: Annotated[list[Stage], Field(min_length=1)]
    clock_calendar_days: Positive | None = None
    """Resolution is late after this many calendar days."""
    response_working_days: Positive | None = None
    """A first response is late after this many working days."""
    effort_distribution: Literal["lognormal", "exponential", "constant"] = "lognormal"
    external_gbp: Amount = amount(0.0)
    """Bought for each case: lawyers, procurement support."""
    conflict: str = "single_practice"
    """Class of conflict of interest; a committee gives the probability for each class."""
    detect_share: Share = share(0.0)
    """Share of these cases that bring to light, when closed, that a contract is not sound."""
    repair_share: Share = share(0.0)
    """Share of these cases that make a contract sound again when they are closed."""
    risk_factor: Amount = amount(1.0)
    """Times the share of decisions that are referred upward."""
    partner_factor: Amount = amount(0.0)
    """Times the coordination with partners and regulators; 0 when none is concerned."""
    peers: bool = False
    """Engaged clinicians may settle such a case among peers."""

    @model_validator(mode="after")
    def _stages_hold_together(self) -> CaseType:
        names = [stage.name for stage in self.stages]
        for number, stage in enumerate(self.stages):
            if names.index(stage.name) < number:
                raise refusal(("stages", number, "name"), f'"{stage.name}" twice', "it once")
            if isinstance(stage, Branch) and stage.to not in {*names, "end"}:
                known = (*names, "end")
                expected = f"a stage of this case type or end: {', '.join(known)}"
                raise refusal(("stages", number, "to"), f'"{stage.to}"', expected, known)
        jumps = [number for number, stage in enumerate(self.stages) if _may_jump(stage)]
        if len(jumps) > MOST_JUMPS:
            found = f"{len(jumps)} stages that branch or decide"
            raise refusal(("stages", jumps[MOST_JUMPS]), found, f"{MOST_JUMPS} at most")
        return self


def lead(case_type: CaseType) -> int | None:
    """Return the number of the first stage that somebody works on, if there is one."""
    acts = (n for n, stage in enumerate(case_type.stages) if isinstance(stage, Work | Decide))
    return next(acts, None)


def longest(case_type: CaseType) -> int | None:
    """Return the number of the stage of work with the most hours, of those no case skips.

    The first of several that are equal; None where there is no such stage.
    """
    hours = {
        number: stage.hours.central
        for number, stage in enumerate(case_type.stages)
        if isinstance(stage, Work) and stage.visit != "by_share"
    }
    return max(hours, key=lambda number: hours[number], default=None)


def _may_jump(stage: Stage) -> bool:
    return isinstance(stage, Branch | Decide)


class Pathways(Frozen):
    """The case types that a scenario uses."""

    title: str = ""
    case_types: Annotated[dict[str, CaseType], Field(min_length=1)]
    packet_hours: Packet = Packet(central=2.0)
    """Longest stretch on one case before the queue is looked at again."""
    condition: Condition | None = None
    """How contracts come to struggle and fail; left out, nothing is said about it."""

    @model_validator(mode="after")
    def _work_fits_the_condition(self) -> Pathways:
        check_condition(self.condition, self.case_types)
        return self

    @model_validator(mode="after")
    def _first_reviews_exist(self) -> Pathways:
        for name, case_type in self.case_types.items():
            demand = case_type.demand
            first = demand.first if isinstance(demand, CycleDemand) else None
            if first and first.case_type not in self.case_types:
                at = ("case_types", name, "demand", "first", "case_type")
                raise refusal(at, f'"{first.case_type}"', "a case type", tuple(self.case_types))
        return self

    @model_validator(mode="after")
    def _first_reviews_are_told_apart(self) -> Pathways:
        """Refuse one stand-in for two cycles of a contract: it would be one case drawn twice."""
        taken: dict[tuple[str, str], str] = {}
        for name, case_type in self.case_types.items():
            demand = case_type.demand
            if not isinstance(demand, CycleDemand) or demand.first is None:
                continue
            for contract in demand.contracts:
                stand_in = demand.first.case_type
                other = taken.setdefault((stand_in, contract), name)
                if other != name:
                    at = ("case_types", name, "demand", "first", "case_type")
                    expected = f"another than that of {other}, for the {contract} contracts of both"
                    raise refusal(at, f'"{stand_in}"', expected)
        return self


def overspend(pathways: Pathways) -> OverspendDemand | None:
    """Return the demand that says how spending varies, if there is one."""
    demands = (case_type.demand for case_type in pathways.case_types.values())
    return next((found for found in demands if isinstance(found, OverspendDemand)), None)
