"""A parameter: its value, plausible range, source and grade of evidence.

The unit is the end of the parameter's name (``paper_deadline_working_days``),
so that a scenario file can be read without a manual.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, model_validator

Grade = Literal["measured", "published", "expert", "assumed"]

UNITS: dict[str, str] = {
    "per_contract_year": "cases per contract per year",
    "per_100k_year": "cases per 100,000 patients per year",
    "per_year": "per year",
    "per_day": "per day",
    "working_days": "working days",
    "calendar_days": "calendar days",
    "days": "working days",
    "months": "months",
    "years": "years",
    "hours": "hours",
    "minutes": "minutes",
    "km": "km",
    "km2": "km²",
    "share": "share (0 to 1)",
    "multiplier": "ratio",
    "factor": "ratio",
    "cv": "standard deviation / mean",
    "wte": "whole-time equivalents",
    "gbp": "GBP",
    "gbp_per_hour": "GBP per hour",
    "items": "items",
}


def unit_of(path: str) -> str:
    """Return the unit that a dotted key path ends in, ``""`` when it has none.

    The rightmost key whose ending is a known unit decides, so the unit of
    ``demand.per_contract_year.gp`` is that of ``per_contract_year``.
    """
    for key in reversed(path.split(".")):
        for suffix in sorted(UNITS, key=len, reverse=True):
            if key == suffix or key.endswith("_" + suffix):
                return UNITS[suffix]
    return ""


class Frozen(BaseModel):
    """Base of every scenario object: immutable, and refusing unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Quantity(Frozen):
    """One number with its range and evidence.

    In a file either a bare number or a table::

        wte = { low = 14, central = 20, high = 28, source = "F6", grade = "assumed" }

    ``source`` is an id of the evidence file, ``memory``, ``derived`` or ``assumption``.
    """

    central: Annotated[
        float, Field(validation_alias=AliasChoices("central", "value"), allow_inf_nan=False)
    ]
    low: Annotated[float | None, Field(allow_inf_nan=False)] = None
    high: Annotated[float | None, Field(allow_inf_nan=False)] = None
    source: str = "assumption"
    grade: Grade = "assumed"

    @model_validator(mode="before")
    @classmethod
    def _from_number(cls, value: Any) -> Any:  # noqa: ANN401 - whatever a file holds
        if isinstance(value, bool):
            raise ValueError("expected a number, found true or false")
        return {"central": value} if isinstance(value, int | float) else value

    @model_validator(mode="after")
    def _ordered(self) -> Quantity:
        if self.low is not None and self.low > self.central:
            raise ValueError(f"low {self.low:g} is above central {self.central:g}")
        if self.high is not None and self.high < self.central:
            raise ValueError(f"high {self.high:g} is below central {self.central:g}")
        return self

    def __float__(self) -> float:
        """Return the central value."""
        return self.central


def _check(value: Quantity, lowest: float, highest: float, expected: str) -> Quantity:
    for number in (value.central, value.low, value.high):
        if number is not None and not lowest <= number <= highest:
            raise ValueError(f"expected {expected}, found {number:g}")
    return value


class Amount(Quantity):
    """A quantity that is never negative."""

    @model_validator(mode="after")
    def _bounded(self) -> Amount:
        _check(self, 0.0, float("inf"), "a number that is not negative")
        return self


class Positive(Quantity):
    """A quantity above zero."""

    @model_validator(mode="after")
    def _bounded(self) -> Positive:
        _check(self, 1e-12, float("inf"), "a number above zero")
        return self


class Share(Quantity):
    """A share or probability between 0 and 1."""

    @model_validator(mode="after")
    def _bounded(self) -> Share:
        _check(self, 0.0, 1.0, "a share between 0 and 1")
        return self


def share(value: float) -> Share:
    """Build a share for a default (a neutral value, which needs no evidence)."""
    return Share(central=value, source="neutral")


def amount(value: float) -> Amount:
    """Build an amount for a default (a neutral value, which needs no evidence)."""
    return Amount(central=value, source="neutral")


def positive(value: float) -> Positive:
    """Build a positive quantity for a default (a neutral value)."""
    return Positive(central=value, source="neutral")
