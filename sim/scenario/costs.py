"""What an arrangement costs beside its staff, what it may cost, and what it costs to set up."""

from __future__ import annotations

from pydantic import model_validator

from sim.scenario.quantity import Amount, Frozen, Share, amount, refusal, share


class Change(Frozen):
    """The one-off cost of setting an arrangement up in place of base.

    Follows from the difference in WTE by role. Posts that go are made redundant; as a
    share of those who were paid off is employed again later, one post less takes more
    than one redundancy. Posts that are new are recruited to.
    """

    redundancy_gbp_per_post: Amount = amount(0.0)
    rehired_share: Share = share(0.0)
    recruitment_gbp_per_post: Amount = amount(0.0)
    dual_running_months: Amount = amount(0.0)
    """Posts that go are paid for as long beside those that replace them."""

    @model_validator(mode="after")
    def _somebody_goes(self) -> Change:
        if self.rehired_share.central >= 1:
            raise refusal(("rehired_share",), "1", "a share below 1: nobody would go")
        return self


class Costs(Frozen):
    """Costs beside staff, overheads and committees; none of them changes a case."""

    travel_gbp_per_hour: Amount = amount(0.0)
    """Of an hour on the road, beside the time: mileage."""
    running_cost_allowance_gbp_per_head: Amount = amount(0.0)
    """What bodies may spend on running themselves, all functions together; 0: no limit."""
    primary_care_share: Share = share(1.0)
    """Part of the allowance that is for this work."""
    change: Change = Change()
