"""Tiers of an estate: bodies that are known, and bodies made by a stated rule.

The contracts stand in a row in which neighbours are together (region, parent,
area, place within the area). A synthetic tier cuts that row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.scenario import apportion
from sim.scenario.estate import TierMap
from sim.scenario.estate_areas import Area, EstateError, Facts
from sim.scenario.schema import Tier

NATION = "England"

ACRONYMS = {"pct", "pcn", "icb", "ccg", "pod"}
"""Parts of a tier's key that are written in capitals in a body's name."""

RULE = "stated rule: shared over {parents} by patients, then consecutive groups of equal population"


@dataclass(frozen=True)
class Lined:
    """The row of contracts: area, GP patients (0 for other types) and whether it is a GP's."""

    area: NDArray[np.int32]
    gp_patients: NDArray[np.int64]
    is_gp: NDArray[np.bool_]


def all_tiers(facts: Facts, row: Lined, choice: Mapping[str, Tier]) -> dict[str, TierMap]:
    """Return every tier of an estate from facts, the nation first.

    Raises:
        EstateError: The choice gives a known tier another number of bodies, or
            there are more bodies than practices.
    """
    tiers = {"nation": _nation(len(row.area))} | _known(facts, row)
    parents = tiers[facts.parent_tier]
    for tier, numbers in facts.per_parent.items():
        published = np.array([numbers.get(name, 0) for name in parents.names])
        if published.all():
            counts = np.minimum(published, np.bincount(parents.body_of[row.is_gp]))
            tiers[tier] = _cut(tier, parents, counts, row, facts.tiers[tier].source)
    for tier, wanted in choice.items():
        if tier in tiers and wanted.bodies == len(tiers[tier].names):
            continue
        if tier in tiers and tier not in facts.per_parent:
            raise EstateError(_is_known(tier, tiers[tier], wanted), key=f"tiers.{tier}.bodies")
        tiers[tier] = _synthetic(tier, wanted, parents, facts.parent_tier, row)
    return tiers


def _is_known(tier: str, found: TierMap, wanted: Tier) -> str:
    return (
        f"found {wanted.bodies:,}, but the facts of this estate have {len(found.names):,}"
        f" bodies on the tier {tier!r}; give another tier a name of its own"
    )


def label(tier: str) -> str:
    """Return a tier's name as it begins a body's name: ``pct_cluster`` is PCT cluster."""
    words = [word.upper() if word in ACRONYMS else word for word in tier.split("_")]
    return " ".join(words)[:1].upper() + " ".join(words)[1:]


def _nation(n: int) -> TierMap:
    return TierMap((NATION,), np.zeros(n, dtype=np.int32), synthetic=False, source="the nation")


def _known(facts: Facts, row: Lined) -> dict[str, TierMap]:
    """Return the tiers that the areas carry."""
    names = {
        "region": [area.region for area in facts.areas],
        facts.parent_tier: [area.parent for area in facts.areas],
        facts.cell_tier: [area.name for area in facts.areas],
    }
    for tier, body_of_parent in facts.joined.items():
        names[tier] = [body_of_parent.get(area.parent, "") for area in facts.areas]
    return {
        tier: _by_area(bodies, row, facts, tier) for tier, bodies in names.items() if all(bodies)
    }


def _by_area(body_of_area: Sequence[str], row: Lined, facts: Facts, tier: str) -> TierMap:
    bodies = tuple(dict.fromkeys(body_of_area))
    number = {name: i for i, name in enumerate(bodies)}
    of_area = np.array([number[name] for name in body_of_area], dtype=np.int32)
    about = facts.tiers[tier]
    return TierMap(bodies, of_area[row.area], about.synthetic, about.source)


def _synthetic(tier: str, wanted: Tier, parents: TierMap, parent_tier: str, row: Lined) -> TierMap:
    """Share a tier's bodies out over the parents, or group parents when there are fewer."""
    patients = np.bincount(parents.body_of, row.gp_patients, minlength=len(parents.names))
    rule = RULE.format(parents=f"{parent_tier}s".replace("_", " "))
    source = f"number of bodies: {wanted.source}; {rule}"
    if wanted.bodies < len(patients):
        group = apportion.consecutive(patients, wanted.bodies)
        names = _names(tier, NATION, wanted.bodies)
        return TierMap(names, group[parents.body_of].astype(np.int32), True, source)
    return _cut(tier, parents, apportion.at_least_one(wanted.bodies, patients), row, source)


def _cut(
    tier: str, parents: TierMap, counts: NDArray[np.int64], row: Lined, source: str
) -> TierMap:
    """Cut each parent's contracts into consecutive bodies of as equal GP population as possible.

    Contracts of other types go with the practice before them in the row.
    """
    body_of = np.empty(len(row.area), dtype=np.int32)
    names: list[str] = []
    for parent, count in enumerate(counts.tolist()):
        members = np.flatnonzero(parents.body_of == parent)
        gp = row.is_gp[members]
        practices = int(np.count_nonzero(gp))
        if count > practices:
            problem = f"{count} bodies for {practices} GP contracts of {parents.names[parent]}"
            raise EstateError(problem, key=f"tiers.{tier}.bodies")
        group = apportion.consecutive(row.gp_patients[members[gp]], count)
        body_of[members] = len(names) + group[np.maximum(np.cumsum(gp) - 1, 0)]
        names.extend(_names(tier, parents.names[parent], count))
    return TierMap(tuple(names), body_of, synthetic=True, source=source)


def _names(tier: str, parent: str, count: int) -> tuple[str, ...]:
    short = parent.removeprefix("NHS ").removesuffix(" ICB")
    if count == 1:
        return (f"{label(tier)} of {short}",)
    return tuple(f"{label(tier)} {k + 1} of {short}" for k in range(count))


def known_as(areas: Sequence[Area], facts: Facts, tier: str) -> dict[str, str]:
    """Return the codes by which a tier's bodies may also be named, in small letters."""
    if tier == facts.cell_tier:
        return {area.code.lower(): area.name for area in areas}
    if tier == facts.parent_tier:
        return {area.parent_code.lower(): area.parent for area in areas}
    return {}
