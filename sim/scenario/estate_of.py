"""The estate of a loaded scenario; its faults are told like any other of a scenario."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.errors import Fault, ScenarioError, listed, nearest
from sim.scenario.estate import Estate
from sim.scenario.estate_areas import EstateError
from sim.scenario.estates import build
from sim.scenario.files import LoadedScenario
from sim.scenario.translate import spot


def estate_of(loaded: LoadedScenario) -> Estate:
    """Build the estate that a scenario chooses and check that its tiers serve.

    Raises ScenarioError with the file and line of what the estate cannot give.
    """
    try:
        estate = build(loaded.scenario.estate)
    except EstateError as error:
        at = spot(loaded.tree, ("estate", *filter(None, error.key.split("."))))
        raise ScenarioError(
            at.fault(problem=fault.problem, nearest=fault.nearest) for fault in error.faults
        ) from error
    missing = [*_missing_tiers(loaded, estate)]
    if missing:
        raise ScenarioError(missing)
    return estate


def _missing_tiers(loaded: LoadedScenario, estate: Estate) -> Iterator[Fault]:
    known = [*estate.tiers]
    for name, arrangement in loaded.scenario.arrangements.items():
        for kind in ("teams", "committees"):
            for inner, placed in getattr(arrangement, kind).items():
                if placed.tier not in estate.tiers:
                    at = spot(loaded.tree, ("arrangements", name, kind, inner, "tier"))
                    expected = f"a tier of this estate: {listed(known)}"
                    close = nearest(placed.tier, known)
                    yield at.fault(found=f'"{placed.tier}"', expected=expected, nearest=close)
