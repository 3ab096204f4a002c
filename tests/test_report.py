"""Reports: accessible, self-contained, whole, and no bolder than the run."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from typing import get_args

import docx
import pandas as pd
import pytest
from browser import DESKTOP, PHONE, opened, overflow, violations
from docx.oxml.ns import qn
from reported import SHORT, compared, made, reopened

import sim
from sim import cli
from sim.experiment.errors import StoreError
from sim.experiment.reopened import keep_question, reopen
from sim.nhs import MissingExtraError
from sim.reports import answer, components, html, make, methods, register, word
from sim.reports.parts import Heading, Items, Picture, Table, Text
from sim.scenario.omissions import omissions
from sim.scenario.pathway import Demand
from sim.scenario.schema import Run
from sim.scenario.values import NEUTRAL, values


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return compared(tmp_path_factory.mktemp("results"))


@pytest.fixture(scope="module")
def whole(run):
    return made(reopen(run))


def texts(parts):
    """Every text of some parts, in one."""
    found = []
    for part in parts:
        match part:
            case Heading() | Text():
                found.append(part.text)
            case Items():
                found += part.items
            case Table():
                found += [part.caption, *part.columns, *(cell for row in part.rows for cell in row)]
            case Picture():
                found += [part.caption, part.note]
    return "\n".join(found)


def of(parts, kind):
    return [part for part in parts if isinstance(part, kind)]


# ---- The page ---------------------------------------------------------------------------------


def test_the_page_is_accessible_and_self_contained(whole, tmp_path):
    # The first rows of each table are enough, and a tenth of the time.
    cut = [replace(p, rows=p.rows[:8]) if isinstance(p, Table) else p for p in whole.parts]
    whole, file = replace(whole, parts=cut), tmp_path / "report.html"
    file.write_text(html.render(whole), encoding="utf-8")
    with opened(file) as (view, asked):
        for size in (DESKTOP, PHONE):
            view.set_viewport_size(size)
            assert not violations(view)
            assert overflow(view) <= 0
        assert {url for url in asked if not url.startswith("data:")} == {file.as_uri()}
        pictures = of(whole.parts, Picture)
        assert len(pictures) == 4
        drawn = "image => image.complete && image.naturalWidth > 0 && image.alt"
        alts = view.locator("figure img").evaluate_all(f"all => all.map({drawn})")
        assert alts == [picture.alt for picture in pictures]
        tables = of(whole.parts, Table)
        assert view.locator("table > caption").all_inner_texts() == [t.caption for t in tables]
        assert view.locator("tbody th[scope=row]").count() == sum(len(t.rows) for t in tables)
        assert view.locator("nav a").count() == sum(h.level == 1 for h in of(whole.parts, Heading))


def test_what_a_scenario_says_is_escaped(whole):
    page = html.render(replace(whole, title="<b>1 & 2</b>", parts=[Text("<script>x</script>")]))
    assert "&lt;b&gt;1 &amp; 2&lt;/b&gt;" in page
    assert "&lt;script&gt;x" in page


# ---- The document -----------------------------------------------------------------------------


def test_the_document_has_real_headings_captions_and_tables(whole):
    file = docx.Document(io.BytesIO(word.render(whole)))
    styles = [paragraph.style.name for paragraph in file.paragraphs]
    tables, pictures = of(whole.parts, Table), of(whole.parts, Picture)
    for heading in of(whole.parts, Heading):
        assert f"Heading {heading.level}" in styles
    assert styles.count("Caption") == len(tables) + len(pictures)
    shapes = [shape._inline.docPr.get("descr") for shape in file.inline_shapes]
    assert shapes == [picture.alt for picture in pictures]
    assert len(file.tables) == len(tables)
    for table, part in zip(file.tables, tables, strict=True):
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert [cell.text for cell in table.rows[0].cells] == list(part.columns)
        assert len(table.rows) == 1 + len(part.rows)
    fields = file.element.body.iter(qn("w:fldSimple"))
    counted = [field for field in fields if "Table" in field.get(qn("w:instr"))]
    numbers = [field.find(f".//{qn('w:t')}").text for field in counted]
    assert numbers == [str(place + 1) for place in range(len(tables))]


def test_columns_fill_the_page_and_keep_words_whole():
    part = Table("", ("A", "Central"), [["x " * 200, "assumed"]])
    first, second = word.column_widths(part)
    assert first + second == pytest.approx(word.WIDTH_CM)
    assert first > second > word.LETTER_CM * len("assumed")


# ---- What it says -----------------------------------------------------------------------------


def test_headlines_say_whether_robustness_was_looked_at(run, tmp_path):
    known = texts(answer.headline_parts(reopen(run)))
    assert "A sign is called not robust where it holds in less than 80%" in known
    assert "not been looked at" not in known
    assert "Each share is of 2 sets, drawn as a Latin hypercube" in known
    assert "2 of 2 may stand for anything from 34% to 100%" in known
    assert "of 2 sets" in texts(methods.method_parts(reopen(run)))
    opened = reopened(run, tmp_path, without=["compare"])
    assert opened.robustness is None
    said = texts(answer.headline_parts(opened))
    assert "A sign is called not robust" not in said
    assert "has not been looked at" in said


def test_robustness_is_taken_from_uncertainty_about_the_same_question(run, tmp_path):
    opened = reopened(run, tmp_path, without=["compare"])
    folder = opened.results.folder
    tried = folder.parent / "uncertainty-1"
    tried.mkdir()
    table = pd.DataFrame(
        [("as staffed", "central", 1.0)], columns=["staffing", "arrangement", "holds"]
    )
    table.to_csv(tried / "uncertainty.csv", index=False)
    columns = ["set", "arrangement", "staffing", "value", "difference"]
    gaps = [-1.0, -1.0, 2.0, -3.0, 0.0]
    sets = [(place, "central", "as staffed", 1.0, gap) for place, gap in enumerate(gaps)]
    pd.DataFrame(sets, columns=columns).to_csv(tried / "sets.csv", index=False)
    keep_question(opened.scenario, "baseline", tried)
    (row,) = reopen(folder).robustness.itertuples()
    assert (row.above, row.below, row.sets) == (0.25, 0.5, 4)
    other = opened.scenario.model_copy(update={"title": "Another"})
    keep_question(other, "baseline", tried)
    assert reopen(folder).robustness is None


def test_staff_and_load_stand_above_the_differences(whole):
    captions = [table.caption for table in of(whole.parts, Table)]
    assert [c.split(". ")[1].split(":")[0] for c in captions[:2]] == ["As staffed", "Same money"]
    for table in of(whole.parts, Table)[:2]:
        assert [row[0].split(" ")[0] for row in table.rows[:2]] == ["Staff", "Load"]


def test_everything_left_out_is_printed(whole):
    said = texts(whole.parts)
    assert omissions()
    for each in omissions():
        assert each.title in said
        assert each.tilt.replace("`", "") in said


def test_the_register_has_every_value_with_its_evidence(run):
    opened = reopen(run)
    used = [v for v in values(opened.loaded) if v.grade and v.source != NEUTRAL]
    assert sum(map(len, register.shared(used))) == len(used)
    _, text, table, *_ = register.register_parts(opened)
    assert f"{sum(v.assumed for v in used):,} of them are merely assumed" in text.text
    rows = {row[0]: row[1:] for row in table.rows}
    assert len(rows) == len(table.rows)  # each key once
    wte = next(v for v in used if v.key == "arrangements.central.teams.area.wte")
    low, central, high, unit, source, grade = rows[wte.key]
    assert f"{low} to {high}" == wte.spread
    assert (central, unit, source, grade) == (wte.text, wte.unit, wte.source, wte.grade)


def test_methods_follow_the_scenario(run, tmp_path):
    opened = reopened(run, tmp_path)
    said = texts(methods.method_parts(opened))
    stress = ["Objectives", "Logic", "Data", "Experimentation", "Implementation", "Code"]
    headings = [h.text for h in methods.method_parts(opened) if isinstance(h, Heading)]
    assert [any(f"{n + 1}. {name}" in h for h in headings) for n, name in enumerate(stress)] == [
        True
    ] * 6
    for each in (
        *opened.scenario.arrangements.values(),
        *opened.scenario.pathways.case_types.values(),
    ):
        assert each.title in said
    assert "2 replications" in said
    run = opened.scenario.run.model_copy(update={"ranking": "fifo", "warm_up_months": 3.0})
    other = texts(
        methods.method_parts(
            replace(opened, scenario=opened.scenario.model_copy(update={"run": run}))
        )
    )
    assert "whatever its priority" in other
    assert "whatever its priority" not in said
    assert "first 3 months are left out" in other


def test_every_kind_of_work_and_ranking_has_its_words():
    kinds = get_args(get_args(Demand)[0])
    assert {kind.model_fields["kind"].default for kind in kinds} == {*components.ARISE}
    assert {*get_args(Run.model_fields["ranking"].annotation)} == {*methods.RANKINGS}


def test_provenance_names_the_run(whole, run):
    (table,) = [t for t in of(whole.parts, Table) if t.caption == "Where this run came from"]
    rows = {row[0]: row[1] for row in table.rows}
    manifest = reopen(run).results.manifest
    assert rows["Run"] == run.name
    assert rows["Hash of the scenario (SHA-256)"] == manifest["scenario_sha256"]
    assert rows["Model version"] == str(manifest["model_version"])
    assert "numpy" in rows["Packages"]


# ---- What cannot be reported ------------------------------------------------------------------


def test_a_folder_that_is_no_run_is_refused(run, tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["report", str(run.parent)])
    assert stop.value.code == 2
    said = capsys.readouterr().err
    assert "found no manifest.json" in said
    assert str(run) in said
    copy = reopened(run, tmp_path).results.folder
    (copy / "measures.parquet").write_bytes(b"")
    with pytest.raises(StoreError, match="the run is damaged"):
        reopen(copy)


def test_without_the_extra_nothing_is_written(whole, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(MissingExtraError, match=r"\[reports\]"):
        make.write(whole, tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_command_writes_both(run, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(answer, "CHARTS", {})
    cli_out = tmp_path / "out"
    with pytest.raises(SystemExit) as stop:
        cli.main(["report", str(run), "--out", str(cli_out)])
    assert not stop.value.code
    assert sorted(path.name for path in cli_out.iterdir()) == [make.DOCUMENT, make.PAGE]
    assert str(cli_out / make.PAGE) in capsys.readouterr().out
    page = (cli_out / make.PAGE).read_text(encoding="utf-8")
    assert sim.load("one-area-2013", SHORT).scenario.title in page
