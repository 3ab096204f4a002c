"""Random contexts: more or less demand and staff, for good or for a time."""

from drawing import TIERS, Document, one_of
from hypothesis import strategies as st

rarely = one_of(False, False, False, True)

SPELL = {"starts_after_months": one_of(0, 0.1, 1.0), "lasts_months": one_of(0.3, 2.0)}


@st.composite
def contexts(draw) -> Document:
    """Draw the state of the world; most often nothing happens to it."""
    found: Document = {
        "demand_multiplier": draw(one_of(1.0, 0.5, 2.0)),
        "demand_growth_per_year": draw(one_of(0.0, 0.1)),
        "wte_multiplier": draw(one_of(1.0, 0.8)),
    }
    if draw(rarely):
        found["wte_multiplier_by_tier"] = {draw(one_of(*TIERS)): 0.5}
    if draw(rarely):
        found["shocks"] = {name: draw(shocks) for name in draw(one_of(("a",), ("a", "b")))}
    if draw(rarely):
        found["pauses"] = {"p": draw(pauses)}
    if draw(rarely):
        found["redeployments"] = {"r": draw(redeployments)}
    return found


def _spells(**keys: object):
    return st.fixed_dictionaries(SPELL | {name: one_of(*some) for name, some in keys.items()})


shocks = _spells(case_types=(("*",), ("random 0",)), demand_multiplier=(0.0, 0.4, 3.0, 5.0))
pauses = _spells(case_types=(("*",), ("random 0",)), waived_share=(0.0, 0.5, 1.0))
redeployments = _spells(tiers=(("*",), ("area",)), staff_share=(0.3, 1.0))
