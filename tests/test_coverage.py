"""A list of practices that has only a part of an area is noted."""

from pathlib import Path

import pytest
from test_estate_import import ESTATE_HEADER, choose

from sim.scenario import coverage
from sim.scenario.coverage import Part
from sim.scenario.estate_facts import read_facts
from sim.scenario.files import load
from sim.scenario.notes import notes

HERE = {area.code: area for area in read_facts("england-2014-15").areas}
LEICESTER, FYLDE = HERE["04C"], HERE["02M"]


def row(number, patients, area, code=None):
    place = f"{code or area.code},{area.name},{area.parent_code},{area.parent}"
    return f"C{number},GMS,{patients},no,{place},,"


def listed(tmp_path, *rows):
    path = tmp_path / "list.csv"
    path.write_text("\n".join([ESTATE_HEADER, *rows, ""]), encoding="utf-8")
    return choose(path)


@pytest.mark.parametrize(("share", "found"), [(0.1, 1), (0.79, 1), (0.81, 0), (1.3, 0)])
def test_it_is_the_share_of_registered_patients_that_counts(tmp_path, share, found):
    many = round(share * LEICESTER.patients / 2)
    rows = [row(1, many, LEICESTER), row(2, many, LEICESTER)]
    parts = coverage.parts(listed(tmp_path, *rows))
    assert parts == [Part(LEICESTER.name, 2 * many, LEICESTER.patients)] * found


def test_areas_are_looked_at_one_by_one(tmp_path):
    rows = [row(1, LEICESTER.patients, LEICESTER), row(2, 100, FYLDE)]
    assert [part.name for part in coverage.parts(listed(tmp_path, *rows))] == [FYLDE.name]


def test_an_area_that_the_facts_do_not_know_is_a_part_of_its_parent(tmp_path):
    whole = sum(area.patients for area in HERE.values() if area.parent_code == FYLDE.parent_code)
    rows = [row(1, 1000, FYLDE, "X01"), row(2, 2000, FYLDE, "X02")]
    assert coverage.parts(listed(tmp_path, *rows)) == [Part(FYLDE.parent, 3000, whole)]


def test_the_note_names_a_few_and_counts_the_others(tmp_path):
    rows = [row(number, 9, area) for number, area in enumerate(HERE.values())]
    listed(tmp_path, *rows[:7])
    path = tmp_path / "own.toml"
    table = '[estate]\nsource = "file"\nfile = "list.csv"\n'
    path.write_text(f'extends = "england-2013"\n\n{table}', encoding="utf-8")
    (note,) = notes(load(path))
    assert (Path(note.file).name, note.line, note.key) == ("own.toml", 5, "estate.file")
    assert note.problem.count("0% of ") == 3
    assert "and parts of 4 more; teams and the other contracts" in note.problem


def test_what_is_no_list_has_no_parts():
    assert coverage.parts(load("one-area-2013").scenario.estate) == []
