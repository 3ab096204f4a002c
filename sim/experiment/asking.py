"""What a stress test is asked for: which contexts, and along which parameters."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sim.experiment.design import document
from sim.experiment.errors import DesignError
from sim.scenario import library
from sim.scenario.errors import nearest
from sim.scenario.files import LoadedScenario
from sim.scenario.other_contexts import FOLDER, takes, with_contexts
from sim.scenario.values import values as values_of


class Along(NamedTuple):
    """A parameter to go along, from low to high."""

    key: str
    low: float
    high: float
    unit: str


def meeting(loaded: LoadedScenario, names: Sequence[str]) -> tuple[LoadedScenario, tuple[str, ...]]:
    """Return the scenario with its contexts, and say which of the library it cannot take.

    Raises ``DesignError`` for one that is asked for and begins when the run is over.
    """
    if names:
        whole = with_contexts(loaded, names)
        kept = {name: whole.scenario.contexts[name] for name in dict.fromkeys(names)}
        if late := [name for name in kept if _begins_too_late(whole, name)]:
            raise DesignError(_late_words(whole, late[0]))
        return _only(whole, kept), ()
    known = [name for name in library.names(FOLDER) if name not in loaded.scenario.contexts]
    able = [name for name in known if takes(loaded, name)]
    missing = [f"{name}: the scenario cannot take it" for name in known if name not in able]
    whole = with_contexts(loaded, able)
    late = [name for name in able if _begins_too_late(whole, name)]
    kept = {name: one for name, one in whole.scenario.contexts.items() if name not in late}
    told = (*missing, *(_late_words(whole, name) for name in late))
    return _different(_only(whole, kept)), told


def _begins_too_late(loaded: LoadedScenario, name: str) -> bool:
    return loaded.scenario.contexts[name].begins_too_late(loaded.scenario.run.years)


def _late_words(loaded: LoadedScenario, name: str) -> str:
    years = loaded.scenario.run.years
    return f"{name}: what happens in it begins after the end of the run (run.years={years:g})"


def _different(loaded: LoadedScenario) -> LoadedScenario:
    """Leave out contexts that come to the same as one before: they differ in words alone."""
    first: dict[str, str] = {}
    who = next(iter(loaded.scenario.arrangements))
    for name in loaded.scenario.contexts:
        first.setdefault(document(loaded.scenario, who, name), name)
    return _only(loaded, {name: loaded.scenario.contexts[name] for name in first.values()})


def _only(loaded: LoadedScenario, contexts: Mapping[str, object]) -> LoadedScenario:
    scenario = loaded.scenario.model_copy(update={"contexts": dict(contexts)})
    return LoadedScenario(scenario, loaded.document, loaded.origins, loaded.tree)


def way(loaded: LoadedScenario, text: str) -> Along:
    """Read ``key`` or ``key=low:high``. Raises ``DesignError``."""
    key, given, ends = text.partition("=")
    # What has no grade is a choice, such as a seed or a whole number of members.
    known = {value.key: value for value in values_of(loaded) if value.grade}
    if key not in known:
        close = nearest(key, known)
        hint = f"; did you mean {close}?" if close else ""
        raise DesignError(f"along: {loaded.scenario.name} has no quantity {key}{hint}")
    found = _ends(text, ends) if given else known[key].ends
    if given and found and not found[0] < found[1]:
        raise DesignError(f"along: expected low:high with low below high, found {text}")
    if found is None or not found[0] < found[1]:
        raise DesignError(
            f"along: {key} has no low and high to go between; write --along {key}=LOW:HIGH"
        )
    return Along(key, *found, known[key].unit)


def _ends(text: str, ends: str) -> tuple[float, float]:
    try:
        low, high = map(float, ends.split(":"))
    except ValueError:
        low = high = math.nan
    if not (math.isfinite(low) and math.isfinite(high)):
        raise DesignError(f"along: expected key=low:high, found {text}")
    return low, high
