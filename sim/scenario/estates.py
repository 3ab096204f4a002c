"""Build the estate that a scenario chooses: from facts, from a file, or uniform."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.scenario import apportion
from sim.scenario.errors import listed, nearest
from sim.scenario.estate import Estate, TierMap
from sim.scenario.estate_areas import Area, EstateError, Facts
from sim.scenario.estate_facts import read_facts
from sim.scenario.estate_file import read_estate
from sim.scenario.estate_tiers import Lined, all_tiers, known_as
from sim.scenario.estate_uniform import uniform
from sim.scenario.pathway import CONTRACT_TYPES, ContractType
from sim.scenario.schema import EstateChoice, Travel

PREFIX: dict[ContractType, str] = {
    "gp": "GP",
    "dental": "DEN",
    "pharmacy": "PHA",
    "optical": "OPT",
}
"""How a contract's id begins."""

OTHERS: tuple[ContractType, ...] = CONTRACT_TYPES[1:]
"""Contract types that are shared out over areas."""

SELECTORS = {"area_team": "area_team", "ccgs": "ccg", "icb": "icb", "region": "region"}
"""Keys that choose a sub-area, and the tier whose bodies they name."""

FEW_NAMES = 6
"""Of so many bodies all are named where none is meant by what was found."""


class Contract(NamedTuple):
    """One contract on its way into the arrays; sorts by area and place."""

    area: int
    place: float
    kind: int
    id: str
    patients: int
    rural: bool


def build(choice: EstateChoice) -> Estate:
    """Build an estate; the same choice always gives the same estate.

    England's contracts are always all there; ``inside`` marks the chosen area.

    Raises:
        EstateError: The choice names unknown facts, areas or contract types, or
            asks for what the facts cannot give.
    """
    _check_types(choice)
    if choice.source == "uniform":
        estate = uniform(choice)
        return _with_inside(estate, choice, {})
    facts = read_facts(_need(choice.facts, "facts"))
    counts = _counts(facts, choice)
    own = np.ones(len(facts.areas), dtype=np.bool_)
    if choice.source == "file":
        facts, counts, own = read_estate(_need(choice.file, "file"), facts, counts)
    return _assemble(facts, counts, own, choice)


def _check_types(choice: EstateChoice) -> None:
    for name in choice.contracts:
        if name not in CONTRACT_TYPES:
            raise EstateError(
                f"found {name!r}, expected {listed(CONTRACT_TYPES)}",
                key=f"contracts.{name}",
                nearest=nearest(name, CONTRACT_TYPES),
            )


def _need(value: str | None, key: str) -> str:
    if value is None:
        raise EstateError(f"this estate needs {key!r}", key=key)
    return value


def _counts(facts: Facts, choice: EstateChoice) -> NDArray[np.int64]:
    """Share the national count of each other type out, shape (areas, types).

    By published counts where the facts have them, else by population.
    """
    practices = sum(len(area.practices) for area in facts.areas)
    if choice.source == "facts" and choice.contracts.get("gp", practices) != practices:
        raise EstateError(
            f"found {choice.contracts['gp']:,}, but the facts hold {practices:,}; leave gp out",
            key="contracts.gp",
        )
    shares = [_shares(facts, kind, choice.contracts.get(kind)) for kind in OTHERS]
    return np.stack(shares, axis=1)


def _shares(facts: Facts, kind: ContractType, national: int | None) -> NDArray[np.int64]:
    published = np.array([area.published.get(kind, 0) for area in facts.areas])
    weights = published if published.any() else [area.patients for area in facts.areas]
    if national is None and not published.any():
        raise EstateError(f"expected the national number of {kind} contracts", key="contracts")
    return apportion.largest_remainder(
        int(published.sum()) if national is None else national, weights
    )


def _assemble(
    facts: Facts, counts: NDArray[np.int64], own: NDArray[np.bool_], choice: EstateChoice
) -> Estate:
    contracts = sorted(_contracts(facts.areas, counts))
    area = np.array([contract.area for contract in contracts], dtype=np.int32)
    kind = np.array([contract.kind for contract in contracts], dtype=np.int8)
    patients = np.array([contract.patients for contract in contracts], dtype=np.int64)
    rural = np.array([contract.rural for contract in contracts], dtype=np.bool_)
    is_gp = kind == CONTRACT_TYPES.index("gp")
    row = Lined(area, np.where(is_gp, patients, 0), is_gp)
    estate = Estate(
        # A title that the scenario inherits would speak of the estate without the file.
        title=facts.title if choice.source == "file" else choice.title or facts.title,
        synthetic=facts.synthetic,
        ids=tuple(contract.id for contract in contracts),
        contract_type=kind,
        patients=patients,
        rural=rural,
        inside=own[area],
        land_km2=land(rural, choice.travel),
        tiers=all_tiers(facts, row, choice.tiers),
        cell_tier=facts.cell_tier,
        population=np.array([area.patients for area in facts.areas], dtype=np.int64),
        facts=facts.facts,
    )
    codes = {tier: known_as(facts.areas, facts, tier) for tier in estate.tiers}
    return _with_inside(estate, choice, codes)


def _contracts(areas: Sequence[Area], counts: NDArray[np.int64]) -> Iterator[Contract]:
    """Yield the contracts of every area: its practices, then the other types spread evenly."""
    for a, area in enumerate(areas):
        for practice in area.practices:
            yield Contract(a, practice.place, 0, practice.id, practice.patients, practice.rural)
        for kind, n in zip(OTHERS, counts[a].tolist(), strict=True):
            yield from _shared_out(a, area, kind, n)


def _shared_out(a: int, area: Area, kind: ContractType, n: int) -> Iterator[Contract]:
    """Yield n contracts of a type: each serves an equal part of the area's population.

    As large a share is rural as among the area's practices.
    """
    served = apportion.largest_remainder(area.patients, np.ones(n)) if n else np.zeros(0)
    rural = apportion.spread(round(n * area.rural_share), n)
    number = CONTRACT_TYPES.index(kind)
    for k, place in enumerate(apportion.middles(n).tolist()):
        name = f"{PREFIX[kind]}-{area.code}-{k + 1:03d}"
        yield Contract(a, place, number, name, int(served[k]), bool(rural[k]))


def land(rural: NDArray[np.bool_], travel: Travel) -> NDArray[np.float64]:
    """Share the land out in km², shape (contracts,): rural contracts have more each.

    Contracts of a kind have equal land; where there is only one kind it has all.
    """
    share = float(travel.rural_land_share) if 0 < rural.sum() < rural.size else rural.mean()
    each = float(travel.land_area_km2) * np.array([1 - share, share])
    each /= np.maximum(np.bincount(rural, minlength=2), 1)
    return each[rural.astype(np.intp)]


def _with_inside(estate: Estate, choice: EstateChoice, codes: dict[str, dict[str, str]]) -> Estate:
    """Mark the contracts of the chosen sub-area; all when none is chosen."""
    chosen = [key for key in SELECTORS if getattr(choice, key) is not None]
    if len(chosen) > 1:
        raise EstateError(f"choose one of {listed(chosen)}, not several", key=chosen[1])
    for key in chosen:
        tier = estate.tiers.get(SELECTORS[key])
        if tier is None:
            raise EstateError(_no_tier(SELECTORS[key], estate), key=key)
        value = getattr(choice, key)
        names = [value] if isinstance(value, str) else value
        bodies = [_body(name, tier, codes.get(SELECTORS[key], {}), key) for name in names]
        inside = np.isin(tier.body_of, bodies)
        if choice.source == "file" and not (inside & estate.inside).any():
            # The run would be about other contracts than those of the file, without a word.
            where = f"none of the practices of {choice.file} is in {listed(names, 'or')}"
            raise EstateError(f"{where}; choose where they are", key=key)
        estate = _only(estate, inside)
    return estate


def _only(estate: Estate, inside: NDArray[np.bool_]) -> Estate:
    return Estate(**{**vars(estate), "inside": inside})


def _no_tier(tier: str, estate: Estate) -> str:
    return (
        f"this estate has no tier {tier!r} to choose from; it has {listed(estate.tiers, 'and')}"
        f" (a number of bodies under tiers.{tier} makes a synthetic one)"
    )


def _body(name: str, tier: TierMap, codes: dict[str, str], key: str) -> int:
    """Return the number of the body with this name or code."""
    known = {_plain(body): number for number, body in enumerate(tier.names)}
    wanted = codes.get(name.lower(), name)
    if _plain(wanted) not in known:
        what = {"ccgs": "a CCG"}.get(key, f"the name of one {key.replace('_', ' ')}")
        close = nearest(_plain(name), known)  # as people say it: Susex is near to NHS Sussex ICB
        meant = tier.names[known[close]] if close else ""
        if not close and len(known) <= FEW_NAMES:
            what += f": {listed(tier.names, 'or')}"
        raise EstateError(f"found {name!r}, expected {what}", key=key, nearest=meant)
    return known[_plain(wanted)]


def _plain(name: str) -> str:
    """Return a name as people say it: NHS Sussex Integrated Care Board is sussex."""
    plain = name.lower().removeprefix("nhs ")
    for kind in (" icb", " ccg", " integrated care board", " clinical commissioning group"):
        plain = plain.removesuffix(kind)
    return plain
