"""What can go wrong in a run; each message is meant for a planner."""

from __future__ import annotations


class ExperimentError(Exception):
    """A run that cannot start or go on."""


class DesignError(ExperimentError):
    """The scenario cannot be compared as asked."""


def check_least(least: int, **found: int) -> None:
    """Raise ``DesignError`` for the first of some whole numbers, by name, that is too small."""
    for name, number in found.items():
        if number < least:
            raise DesignError(f"{name}: expected {least} or more, found {number:,}")


class StoreError(ExperimentError):
    """Results could not be written."""


class ClusterError(ExperimentError):
    """A cluster cannot be reached, or cannot do what it is asked to."""


class ReplicationError(ExperimentError):
    """One replication failed; the message names it."""
