"""What a context names: the case types of its shocks and pauses, and tiers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.scenario.context import EVERY, Context, can_pause, can_surge
from sim.scenario.detour_checks import Named
from sim.scenario.pathway import CaseType


def context_cases(context: Context, case_types: Mapping[str, CaseType]) -> Iterator[Named]:
    """Give every case type that a shock or a pause is about."""
    surging = (*(case for case, one in case_types.items() if can_surge(one)), EVERY)
    pausing = (*(case for case, one in case_types.items() if can_pause(one)), EVERY)
    for title, shock in context.shocks.items():
        for place, case in enumerate(shock.case_types):
            path = ("shocks", title, "case_types", place)
            yield path, case, surging, "a case type that arises at random"
    for title, pause in context.pauses.items():
        for place, case in enumerate(pause.case_types):
            yield ("pauses", title, "case_types", place), case, pausing, "a case type"


def context_tiers(context: Context, tiers: tuple[str, ...]) -> Iterator[Named]:
    """Give every tier that staff are cut at or lent from."""
    for tier in context.wte_multiplier_by_tier:
        yield ("wte_multiplier_by_tier", tier), tier, tiers, "a tier"
    for title, loan in context.redeployments.items():
        for place, tier in enumerate(loan.tiers):
            yield ("redeployments", title, "tiers", place), tier, (*tiers, EVERY), "a tier"
