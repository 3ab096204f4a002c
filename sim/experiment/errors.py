"""What can go wrong in a run; each message is meant for a planner."""

from __future__ import annotations

from numbers import Integral


class ExperimentError(Exception):
    """A run that cannot start or go on."""


class DesignError(ExperimentError):
    """The scenario cannot be compared as asked."""


def check_whole(least: int, most: int | None = None, /, **found: int) -> None:
    """Raise ``DesignError`` for the first of some numbers, by name, out of bounds or not whole."""
    for name, number in found.items():
        if not isinstance(number, Integral):
            raise DesignError(f"{name}: expected a whole number, found {number!r}")
        if number < least:
            raise DesignError(f"{name}: expected {least} or more, found {number}")
        if most is not None and number > most:
            raise DesignError(f"{name}: expected {most:,} at most, found {number}")


class StoreError(ExperimentError):
    """Results could not be written."""


class ClusterError(ExperimentError):
    """A cluster cannot be reached, or cannot do what it is asked to."""


class ReplicationError(ExperimentError):
    """One replication failed; the message names it."""
