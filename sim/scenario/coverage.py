"""Whether a list of practices is about whole areas: what goes with an area is that of the whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sim.scenario.estate_areas import Area, Facts
from sim.scenario.estate_facts import read_facts
from sim.scenario.estate_file import find, own_areas
from sim.scenario.schema import EstateChoice

WHOLE_AREA = 0.8
"""With this share of the facts' patients or more a list is about a whole area: lists and
facts are of different years."""


@dataclass(frozen=True)
class Part:
    """An area of which a list has only a part."""

    name: str
    patients: int
    """Registered patients of the list's practices there."""
    whole: int
    """Registered patients that the facts count there."""


def parts(choice: EstateChoice) -> list[Part]:
    """Return the areas of which an estate's own list has a part, in the order of the list.

    Areas that the facts do not know are taken together with the rest of their parent.
    Raises EstateError where there is no such list, or no such facts.
    """
    if choice.source != "file" or choice.file is None or choice.facts is None:
        return []
    facts = read_facts(choice.facts)
    own, _ = own_areas(find(choice.file), facts)
    listed: Counter[tuple[str, str]] = Counter()
    for area in own:
        listed[_unit(area, facts)] += area.patients
    whole = _patients(facts)
    found = [Part(name, many, whole[code]) for (code, name), many in listed.items()]
    return [part for part in found if part.patients < WHOLE_AREA * part.whole]


def _patients(facts: Facts) -> Counter[str]:
    """Return the patients of each area and of each parent, by code."""
    patients: Counter[str] = Counter()
    for area in facts.areas:
        patients[area.code] += area.patients
        patients[area.parent_code] += area.patients
    return patients


def _unit(area: Area, facts: Facts) -> tuple[str, str]:
    """Return code and name of what an area is compared with: itself, or else its parent."""
    if any(area.code == known.code for known in facts.areas):
        return area.code, area.name
    return area.parent_code, area.parent
