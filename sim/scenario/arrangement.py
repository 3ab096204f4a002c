"""Arrangements: who is responsible for what, decided where, by which teams."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.adoption import Adoption
from sim.scenario.budgets import Budgets
from sim.scenario.costs import Costs
from sim.scenario.detours import (
    ClinicalLeadership,
    Coverage,
    Data,
    OwnProcedures,
    Partners,
    Referral,
)
from sim.scenario.governance import Governance
from sim.scenario.quantity import (
    Amount,
    Frozen,
    Meetings,
    Positive,
    Share,
    Staff,
    Turnover,
    amount,
    positive,
    refusal,
    share,
    turnover,
)


class Role(Frozen):
    """A kind of staff and what one whole-time person costs an employer in a year."""

    title: str = ""
    annual_cost_gbp: Amount


class Workforce(Frozen):
    """Conditions that hold for every member of staff."""

    roles: Annotated[dict[str, Role], Field(min_length=1)]
    leave_working_days: Amount = amount(0.0)
    """Leave and training per year, taken in weeks."""
    sickness_share: Share = share(0.0)
    sickness_spell_working_days: Positive = positive(5.0)
    casework_share: Share = share(1.0)
    """The rest goes to meetings, governance and reporting, in half-day blocks."""
    overhead_share: Share = share(0.0)
    """Non-pay cost on top of pay."""
    turnover_per_year: Turnover = turnover(0.0)
    """Leavers over staff in post."""
    first_year_turnover_per_year: Turnover | None = None
    """The same in the first year, where people leave faster after a reorganisation."""
    recruitment_weeks: Amount = amount(0.0)
    """Mean time that a post is vacant before a successor comes, in calendar weeks."""
    vacant_at_start_share: Share = share(0.0)
    full_productivity_months: Amount = amount(0.0)
    """Time that a joiner takes to become as quick as those who were there at the start."""
    joiner_productivity_share: Share = share(1.0)
    """Productivity of a joiner on the first day, over full productivity."""

    @model_validator(mode="after")
    def _joiners_do_something(self) -> Workforce:
        if not self.joiner_productivity_share.central:
            raise refusal(("joiner_productivity_share",), "0", "a share above 0")
        return self


class Team(Frozen):
    """Staff at each body of a tier.

    ``wte`` is the mean per body over England; ``sized_by`` shares the total
    out between the bodies. ``mix`` gives each role's share.
    """

    title: str = ""
    tier: str
    wte: Staff
    sized_by: Literal["patients", "contracts", "equal"] = "patients"
    mix: Annotated[dict[str, Annotated[float, Field(gt=0)]], Field(min_length=1)]
    procedures: OwnProcedures = OwnProcedures()
    covers_within: str | None = None
    """A wider tier: the teams of all bodies in one such body cover for each other.

    Their staff have one queue. With named portfolios the named officer is one's own, and
    after a while a neighbour steps in; with pooled dispatch there is no difference between
    them. Journeys are taken to be as far as in one's own body.
    """

    @model_validator(mode="after")
    def _mix_adds_up(self) -> Team:
        total = sum(self.mix.values())
        if abs(total - 1) > 1e-6:
            raise refusal(("mix",), f"shares that add up to {total:g}", "shares that add up to 1")
        return self


class Members(Frozen):
    """Voting members of a committee."""

    gp: Annotated[int, Field(ge=0, le=20)] = 0
    lay: Annotated[int, Field(ge=0, le=20)] = 0
    executive: Annotated[int, Field(ge=0, le=20)] = 0


class Committee(Frozen):
    """A committee or panel at each body of a tier."""

    title: str = ""
    tier: str
    meetings_per_year: Meetings
    paper_deadline_working_days: Amount = amount(0.0)
    agenda_items: Annotated[int, Field(ge=1)]
    """Items for decision at one meeting; the rest roll over."""
    members: Members = Members(executive=3)
    quorum: Annotated[int, Field(ge=0)] = 0
    quorum_gp: Annotated[int, Field(ge=0)] = 0
    """GPs without a conflict who must be present."""
    attendance_share: Share = share(1.0)
    conflict_share: dict[str, Share] = {}
    """Probability, per class of item, that a given GP member has a conflict of interest."""
    deferral_share: Share = share(0.0)
    """Items sent back for more information."""
    co_opt_after: Annotated[int, Field(ge=1)] = 2
    """An item that lost its quorum this often is decided with members from elsewhere."""
    annual_cost_gbp: Amount = amount(0.0)
    """Beside the time of staff: members' pay, rooms, publication."""
    staff_hours_per_meeting: Amount = amount(0.0)
    """Time of the body's own staff for a meeting beside the papers of its items: agenda,
    attendance, minutes. See ``Governance``."""

    @model_validator(mode="after")
    def _quorum_can_be_met(self) -> Committee:
        everyone = self.members.gp + self.members.lay + self.members.executive
        if self.quorum > everyone:
            raise refusal(("quorum",), f"{self.quorum}", f"at most the {everyone} members")
        if self.quorum_gp > self.members.gp:
            expected = f"at most the {self.members.gp} members who are GPs"
            raise refusal(("quorum_gp",), f"{self.quorum_gp}", expected)
        return self


class Authority(Frozen):
    """One row: for these cases, contracts and stages, who works and who decides.

    Later rows override earlier ones. ``decides`` is ``officer`` or a committee.
    ``contracts`` may name ``area`` for work that belongs to a population.
    """

    cases: list[str] = ["*"]
    contracts: list[str] = ["*"]
    stages: list[str] = ["*"]
    team: str | None = None
    decides: str | None = None
    where_adopted: bool = False
    """Only for bodies that adopt it, see ``Adoption``; elsewhere as if it were not there."""


class Knowledge(Frozen):
    """Local knowledge: effort × (1 + (unknown − 1) × (1 − m)); m decays as h / (h + age)."""

    unknown_effort_multiplier: Positive = positive(1.0)
    half_life_months: Positive = positive(12.0)
    team_memory_share: Share = share(0.0)
    """How much of what a colleague knows reaches the officer at hand."""
    retained_share: Share = share(1.0)
    """Share of contracts that the team knows on the first day."""


class Dispatch(Frozen):
    """Pooled: whoever is free. Portfolio: the named officer, others only after a while."""

    mode: Literal["pooled", "portfolio"] = "pooled"
    fallback_working_days: Amount = amount(5.0)


class Handoffs(Frozen):
    """Each crossing from one body to another costs delay and effort on what follows."""

    delay_working_days: Amount = amount(0.0)
    effort_share: Amount = amount(0.0)


class Procedures(Frozen):
    """Standard procedures lower effort and its spread; where they do not fit, work comes back.

    A team may have its own effort and misfit; the spread is the arrangement's.
    """

    effort_multiplier: Positive = positive(1.0)
    effort_cv: Amount = amount(0.0)
    misfit_share: Share = share(0.0)
    """Cases that do not fit: their longest stage of work is done a second time."""


class Visits(Frozen):
    """How many reviews are visits, and what a visit costs in travel."""

    review_share: Share = share(0.0)
    visits_per_day: Positive = positive(1.0)
    virtual_share: Share = share(0.0)


class Transition(Frozen):
    """From a date on, the arrangement takes the place of another one of the scenario.

    Open cases go on where they stand. What staff lose of their knowledge is the
    arrangement's ``knowledge.retained_share``, as of that date.
    """

    replaces: str
    """Arrangement of the scenario that holds until then."""
    date: dt.date
    wte_multiplier: Amount = amount(1.0)
    """The staff of every team of the arrangement is multiplied by this."""
    handover_working_days: Amount = amount(0.0)
    """After so long an open case that comes from another body can be worked on."""
    incomplete_file_share: Share = share(0.0)
    """Share of contracts whose files come over incomplete."""
    incomplete_file_effort_share: Amount = amount(0.0)
    """Extra effort of the first work that each team does on such a contract."""
    dip_share: Share = share(0.0)
    """Share of everybody's time for cases that the change itself takes at first."""
    dip_months: Amount = amount(12.0)


class Arrangement(Frozen):
    """Who is responsible for what: what we choose between."""

    title: str
    description: str = ""
    like: str | None = None
    """Arrangement of this scenario to start from, with whatever is changed in it.

    Where sets of plausible values are tried, both move together.
    """
    workforce: Workforce
    substitution: dict[str, dict[str, Annotated[float, Field(gt=0)]]] = {}
    """``substitution.officer.manager = 1.0``: managers may do officers' work at this effort."""
    teams: Annotated[dict[str, Team], Field(min_length=1)]
    committees: dict[str, Committee] = {}
    authority: Annotated[list[Authority], Field(min_length=1)]
    adoption: Adoption | None = None
    """None: every row of the authority table holds everywhere."""
    refuse_share: dict[str, dict[str, Share]] = {}
    """``refuse_share.list_closure.decision = 0.2``: the share refused at a stage that decides,

    instead of what the pathway says.
    """
    knowledge: Knowledge = Knowledge()
    dispatch: Dispatch = Dispatch()
    handoffs: Handoffs = Handoffs()
    procedures: Procedures = Procedures()
    visits: Visits = Visits()
    governance: Governance = Governance()
    costs: Costs = Costs()
    budgets: Budgets | None = None
    """None: nobody answers for what is spent on patients."""
    referral: Referral = Referral()
    data: Data = Data()
    coverage: Coverage = Coverage()
    partners: Partners = Partners()
    clinical_leadership: ClinicalLeadership = ClinicalLeadership()
    transition: Transition | None = None
    """Without one the arrangement holds from the first day."""

    @property
    def partly_adopted(self) -> bool:
        """Whether some rows of the authority table do not hold everywhere."""
        rows = any(row.where_adopted for row in self.authority)
        return rows and self.adoption is not None and self.adoption.share.central < 1

    def effort_multiplier(self, team: str) -> float:
        """Return what the procedures of a team make of its effort."""
        own = self.teams[team].procedures.effort_multiplier
        return (own or self.procedures.effort_multiplier).central

    def misfit_share(self, team: str) -> float:
        """Return the share of cases that the procedures of a team do not fit."""
        own = self.teams[team].procedures.misfit_share
        return (own or self.procedures.misfit_share).central
