"""The condition of contracts: how they drift from sound to struggling to failing."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.contracts import ContractType
from sim.scenario.quantity import Amount, Frozen, Share, refusal, share


class Condition(Frozen):
    """Contracts drift from sound to struggling to failing, and a failing one may close.

    Each step takes an exponential time at its yearly rate. Case types say what
    share of them detects a contract that is not sound, and repairs it. A
    contract that closes passes its patients to others, which are sound.

    The condition changes no work, unless ``feedback`` is on: only then do cases arise
    whose demand ``needs`` a condition, or is of kind ``closing`` or ``support``.
    """

    contracts: Annotated[list[ContractType], Field(min_length=1)] = ["gp"]
    struggling_per_year: Amount
    """How soon a sound contract begins to struggle."""
    failing_per_year: Amount
    """How soon a struggling contract begins to fail."""
    closing_per_year: Amount
    """How soon a failing contract closes."""
    struggling_share: Share = share(0.0)
    """Share of contracts that struggle, but do not fail, on the first day."""
    failing_share: Share = share(0.0)
    """Share of contracts that fail on the first day."""
    feedback: bool = False

    @model_validator(mode="after")
    def _shares_add_up(self) -> Condition:
        rest = 1.0 - self.struggling_share.central
        if self.failing_share.central > rest:
            found, expected = f"{self.failing_share.central:g}", f"at most {rest:g}, what is left"
            raise refusal(("failing_share",), found, expected)
        return self


class ClosingDemand(Frozen):
    """A case arises whenever a failing contract closes, which it does at ``closing_per_year``."""

    kind: Literal["closing"] = "closing"


class SupportDemand(Frozen):
    """A case follows each case of other types that finds, when closed, a contract not sound.

    The next case of a cycle then waits for the support to end.
    """

    kind: Literal["support"] = "support"
    after: Annotated[list[str], Field(min_length=1, max_length=8)]
