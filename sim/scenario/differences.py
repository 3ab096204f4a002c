"""The difference between two scenarios, or two arrangements, in plain English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from sim.scenario.arrangement import Arrangement, Committee, Team, Transition
from sim.scenario.authority import Assignment, Key, resolve
from sim.scenario.errors import Fault, ScenarioError, nearest
from sim.scenario.files import LoadedScenario
from sim.scenario.pathway import Pathways
from sim.scenario.quantity import UNITS, Quantity
from sim.scenario.tree import COMMAND_LINE
from sim.scenario.values import number, spread, text_of

_LEADS = {"arrangements": "", "contexts": "context ", "case_types": "case type "}
_AFTER = {
    "teams": "team",
    "committees": "committee",
    "roles": "role",
    "tiers": "tier",
    "shocks": "shock",
    "pauses": "pause",
    "redeployments": "redeployment",
}
_BEFORE = {"stages": "stage", "per_contract_year": "cases per contract and year,"}
_SILENT = ("pathways", "workforce", "visits", "procedures")
_KEPT = {"wte": "WTE per body"}
_APART: tuple[tuple[str, ...], ...] = (("name",), ("authority",))
"""The name says nothing; the authority table is compared as resolved."""


def differences(old: LoadedScenario, new: LoadedScenario) -> list[str]:
    """Return one sentence for each difference from one scenario to another."""
    found = [*_compare(old.scenario, new.scenario, ())]
    common = old.scenario.arrangements.keys() & new.scenario.arrangements.keys()
    for name in (name for name in new.scenario.arrangements if name in common):
        pair = old.scenario.arrangements[name], new.scenario.arrangements[name]
        changes = _authority(*pair, old.scenario.pathways, new.scenario.pathways)
        found += [f"{name}: {change}" for change in changes]
    return found


def between(loaded: LoadedScenario, old: str, new: str) -> list[str]:
    """Return one sentence for each difference from one arrangement to another."""
    known, pathways = loaded.scenario.arrangements, loaded.scenario.pathways
    unknown = [name for name in (old, new) if name not in known]
    if unknown:
        raise ScenarioError(_no_arrangement(name, known) for name in unknown)
    pair = known[old], known[new]
    return [*_compare(*pair, ()), *_authority(*pair, pathways, pathways)]


def _no_arrangement(name: str, known: Mapping[str, Arrangement]) -> Fault:
    problem = f"there is no arrangement {name!r}; the scenario has {', '.join(known)}"
    return Fault(COMMAND_LINE, problem=problem, nearest=nearest(name, known))


def _compare(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[str]:  # noqa: ANN401
    if path in _APART or path[2:] == ("authority",):
        return
    if isinstance(old, Quantity) and isinstance(new, Quantity):
        yield from _quantities(old, new, path)
    elif (old_table := _entries(old)) is not None and (new_table := _entries(new)) is not None:
        yield from _tables(old_table, new_table, path)
        if isinstance(old, list):
            yield from _order(list(old_table), list(new_table), path)
    elif old != new:
        numeric = isinstance(old, int | float) and not isinstance(old, bool)
        verb = "goes" if numeric else "changes"
        yield f"{_subject(path)} {verb} from {_text(old)} to {_text(new)}"


def _entries(found: object) -> dict[str, Any] | None:
    """Return what to go through one by one; None for what is compared as a whole."""
    if isinstance(found, BaseModel) and not isinstance(found, Quantity):
        return {name: getattr(found, name) for name in type(found).model_fields if name != "like"}
    if isinstance(found, dict) and not all(isinstance(inner, float) for inner in found.values()):
        return found
    if isinstance(found, list) and found and hasattr(found[0], "name"):
        return {item.name: item for item in found}
    return {} if found == {} else None


def _tables(old: dict[str, Any], new: dict[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    for key in dict.fromkeys((*old, *new)):
        was, now, inner = old.get(key), new.get(key), (*path, key)
        if was is None and now is not None:
            yield f"{_subject(inner)} is added{_note(now)}"
        elif now is None and was is not None:
            yield f"{_subject(inner)} is taken away{_note(was)}"
        else:
            yield from _compare(was, now, inner)


def _order(old: list[str], new: list[str], path: tuple[str, ...]) -> Iterator[str]:
    common = [name for name in old if name in new]
    if common != [name for name in new if name in old]:
        yield f"{_subject(path)} come in another order: {', '.join(new)}"


def _quantities(old: Quantity, new: Quantity, path: tuple[str, ...]) -> Iterator[str]:
    subject, unit = _subject(path), _split(path[-1])[1]
    labels = [_label(old), _label(new)]
    change = f" ({' → '.join(labels)})" if labels[0] != labels[1] else ""
    if old.central != new.central:
        ends = f"{number(old.central)} to {number(new.central)}"
        yield f"{subject} goes from {ends}{unit}{change}"
    elif spread(old) != spread(new):
        ranges = f"{spread(old) or 'none'}, now {spread(new) or 'none'}"
        yield f"{subject} stays {number(new.central)}{unit}; its range was {ranges}{change}"
    elif (old.source, old.grade) != (new.source, new.grade):
        was, now = (f"{one.source}, {one.grade}" for one in (old, new))
        yield f"{subject} stays {number(new.central)}{unit}; its source was {was}, now {now}"


def _label(found: Quantity) -> str:
    return found.source if found.source in (COMMAND_LINE, "neutral") else found.grade


def _subject(path: tuple[str, ...]) -> str:
    """Return a key path in words: ``central: area team WTE per body``."""
    if len(path) == 2 and path[0] == "arrangements":
        return f"arrangement {path[1]}"
    lead, words = "", [*path]
    for heading, before in _LEADS.items():
        if heading in words[:-1]:
            place = words.index(heading)
            lead, words = f"{before}{words[place + 1]}: ", words[place + 2 :]
            break
    return (lead + " ".join(_words(words))).strip(" :") or "the scenario"


def _words(path: list[str]) -> Iterator[str]:
    keys = iter(path)
    for key in keys:
        name = next(keys, None) if key in _AFTER or key in _BEFORE else None
        if name and key in _AFTER:
            yield f"{name} {_AFTER[key]}"
        elif name:
            yield f"{_BEFORE[key]} {name}"
        elif key not in _SILENT:
            yield _KEPT.get(key) or _split(key)[0].replace("_", " ")


def _split(key: str) -> tuple[str, str]:
    """Part a key from the unit it ends in, where that reads better behind the number."""
    for ending in ("calendar_days", "working_days", "months", "hours", "gbp"):
        if key.endswith(f"_{ending}"):
            return key.removesuffix(f"_{ending}"), f" {UNITS[ending]}"
    return key, ""


def _note(found: object) -> str:
    if isinstance(found, Team):
        return f" ({found.tier} tier, {number(found.wte.central)} WTE per body)"
    if isinstance(found, Committee):
        return f" ({found.tier} tier, {number(found.meetings_per_year.central)} meetings a year)"
    if isinstance(found, Transition):
        return f" (from {found.replaces} on {found.date})"
    return f": {_text(found)}" if isinstance(found, Quantity | dict | str | int | float) else ""


def _text(found: object) -> str:
    if isinstance(found, BaseModel) and not isinstance(found, Quantity):
        return f"{getattr(found, 'kind', 'a table')}"
    return "none" if found is None else text_of(found)


def _authority(
    old: Arrangement, new: Arrangement, before: Pathways, after: Pathways
) -> Iterator[str]:
    """Yield who works and who decides differently, for the stages that both have."""
    yield from _moves(resolve(old, before), resolve(new, after), "")
    if old.partly_adopted or new.partly_adopted:
        tables = (resolve(old, before, adopted=False), resolve(new, after, adopted=False))
        yield from _moves(*tables, ", for bodies that do not adopt it")


def _moves(was: dict[Key, Assignment], now: dict[Key, Assignment], where: str) -> Iterator[str]:
    for verb, part in (("done", "team"), ("decided", "decides")):
        moved: dict[tuple[str, str], list[Key]] = {}
        for key in (key for key in was if key in now):
            ends = getattr(was[key], part), getattr(now[key], part)
            if ends[0] != ends[1]:
                moved.setdefault(ends, []).append(key)
        for (by, instead), keys in moved.items():
            yield f"{_scope(keys, was)} {verb} by {instead} instead of {by}{where}"


def _scope(keys: list[Key], every: dict[Key, Assignment]) -> str:
    """Name cases, with the contracts and stages only where not all of them moved."""
    cases = []
    for case in dict.fromkeys(key[0] for key in keys):
        mine = [key for key in keys if key[0] == case]
        whole = [key for key in every if key[0] == case]
        parts = [
            "/".join(dict.fromkeys(key[place] for key in mine))
            for place in (1, 2)
            if {key[place] for key in mine} != {key[place] for key in whole}
        ]
        cases.append(f"{case} ({', '.join(parts)})" if parts else case)
    verb = "is" if len(cases) == 1 else "are"
    return f"{', '.join(cases)} {verb}"
