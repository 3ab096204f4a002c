"""A parameter: its value, plausible range, source and grade of evidence.

The unit is the end of the parameter's name (``paper_deadline_working_days``),
so that a scenario file can be read without a manual.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

Grade = Literal["measured", "published", "expert", "assumed"]

UNSOURCED = {"", "assumption"}
"""Words for a source that name none."""

UNITS: dict[str, str] = {
    "per_contract_year": "cases per contract per year",
    "per_100k_year": "cases per 100,000 patients per year",
    "per_year": "per year",
    "per_day": "per day",
    "hours_per_year": "hours per year",
    "hours_per_meeting": "hours per meeting",
    "working_days": "working days",
    "calendar_days": "calendar days",
    "days": "working days",
    "months": "months",
    "weeks": "weeks",
    "years": "years",
    "hours": "hours",
    "minutes": "minutes",
    "km": "km",
    "km2": "km²",
    "share": "share (0 to 1)",
    "multiplier": "ratio",
    "multiplier_by_tier": "ratio",
    "factor": "ratio",
    "cv": "standard deviation / mean",
    "wte": "whole-time equivalents",
    "gbp": "GBP",
    "gbp_per_hour": "GBP per hour",
    "gbp_per_head": "GBP per head",
    "gbp_per_post": "GBP per post",
    "items": "items",
    "bodies": "bodies",
}


@lru_cache(maxsize=4096)  # of a scenario's values, most stand at the same places in others
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
    """Base of every scenario object: immutable, refusing unknown keys and endless numbers."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        use_attribute_docstrings=True,
        allow_inf_nan=False,
    )


def refusal(
    at: tuple[str | int, ...], found: str, expected: str, known: tuple[str, ...] = ()
) -> PydanticCustomError:
    """Return the error that a validator raises, so that a message can name the place.

    ``at`` leads from the object being checked to the wrong value; ``known``
    lists the names among which the nearest is looked for.
    """
    where = {"at": at, "found": found, "expected": expected, "known": known}
    return PydanticCustomError("refused", "found {found}, expected {expected}", where)


class Quantity(Frozen):
    """One number with its range and evidence.

    In a file either a bare number or a table::

        wte = { low = 14, central = 20, high = 28, source = "F6", grade = "assumed" }

    ``source`` is an id of ``scenarios/sources.csv``, ``memory``, ``derived`` or ``assumption``.
    """

    expected: ClassVar[str] = "a number"
    lowest: ClassVar[float] = -math.inf
    highest: ClassVar[float] = math.inf

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
            raise refusal((), str(value).lower(), cls.expected)
        return {"central": value} if isinstance(value, int | float) else value

    @model_validator(mode="after")
    def _sound(self) -> Quantity:
        for name in ("central", "low", "high"):
            number = getattr(self, name)
            if number is not None and not self.lowest <= number <= self.highest:
                raise refusal((), f"{number:g}", self.expected)
        if self.low is not None and self.low > self.central:
            raise refusal(("low",), f"{self.low:g}", f"at most the central value, {self.central:g}")
        if self.high is not None and self.high < self.central:
            raise refusal(
                ("high",), f"{self.high:g}", f"at least the central value, {self.central:g}"
            )
        if self.grade != "assumed" and not {*self.source.split(", ")} - UNSOURCED:
            found, expected = f'"{self.source}"', f'whose it is, where its grade is "{self.grade}"'
            raise refusal(("source",), found, expected)
        return self

    def __float__(self) -> float:
        """Return the central value."""
        return self.central


class Amount(Quantity):
    """A quantity that is never negative; what is beyond a billion is a slip."""

    expected: ClassVar[str] = "a number from 0 to 1,000,000,000"
    lowest: ClassVar[float] = 0.0
    highest: ClassVar[float] = 1e9


class Staff(Amount):
    """Whole-time equivalents; more than all of the NHS's commissioners is a slip."""

    expected: ClassVar[str] = "a number from 0 to 100,000"
    highest: ClassVar[float] = 100_000.0


class Turnover(Amount):
    """People who leave in a year, per filled post; a stay of a month is short enough."""

    expected: ClassVar[str] = "a number from 0 to 12"
    highest: ClassVar[float] = 12.0


class Positive(Quantity):
    """A quantity above zero; what is below a thousandth or beyond a billion is a slip."""

    expected: ClassVar[str] = "a number from 0.001 to 1,000,000,000"
    lowest: ClassVar[float] = 1e-3
    highest: ClassVar[float] = 1e9


class Packet(Positive):
    """Hours of a stretch of work; shorter ones make more events than a machine can count."""

    expected: ClassVar[str] = "a number of at least 0.05 (three minutes)"
    lowest: ClassVar[float] = 0.05


class Meetings(Positive):
    """Meetings in a year; more than 10,000 is a slip."""

    expected: ClassVar[str] = "a number from 0.001 to 10,000"
    highest: ClassVar[float] = 10_000.0


class Share(Quantity):
    """A share or probability between 0 and 1."""

    expected: ClassVar[str] = "a share between 0 and 1"
    lowest: ClassVar[float] = 0.0
    highest: ClassVar[float] = 1.0


def share(value: float) -> Share:
    """Build a share for a default (a neutral value, which needs no evidence)."""
    return Share(central=value, source="neutral")


def amount(value: float) -> Amount:
    """Build an amount for a default (a neutral value, which needs no evidence)."""
    return Amount(central=value, source="neutral")


def turnover(value: float) -> Turnover:
    """Build a turnover for a default (a neutral value, which needs no evidence)."""
    return Turnover(central=value, source="neutral")


def positive(value: float) -> Positive:
    """Build a positive quantity for a default (a neutral value)."""
    return Positive(central=value, source="neutral")
