"""The gallery: every chart of a run on one page that needs nothing else."""

import re
from html.parser import HTMLParser
from pathlib import Path
from textwrap import dedent

import pandas as pd
import pytest

import sim
from sim import cli, pictures
from sim.charts import CHARTS, hexmap
from sim.charts.catalogue import CATALOGUE, question
from sim.charts.page import find, page
from sim.experiment.errors import DesignError
from sim.experiment.reopened import keep_question
from sim.scenario.errors import ScenarioError
from sim.scenario.estate_of import estate_of
from sim.scenario.files import changed

PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f"
)


def saved(folder, stem, caption="What is it? A <chart>.", alt='Said "so"'):
    folder.mkdir(parents=True, exist_ok=True)
    text = f"Caption: {caption}\n\nAlt text: {alt}\n"
    (folder / f"{stem}.txt").write_text(text, encoding="utf-8")
    (folder / f"{stem}.png").write_bytes(PIXEL)


class Page(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.said = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.said += data

    def all(self, wanted):
        return [attrs for tag, attrs in self.tags if tag == wanted]


def test_every_chart_of_a_run_and_of_a_question_has_an_entry_with_a_question():
    assert set(CHARTS) <= set(CATALOGUE)
    questions = [entry.question for entry in CATALOGUE.values()]
    assert all(text.endswith("?") for text in questions)
    assert len(set(questions)) == len(questions)
    assert all(entry.command.startswith("sim ") for entry in CATALOGUE.values())


def test_every_command_of_the_catalogue_is_one_that_there_is():
    known = set(cli.app)
    assert {entry.command.split()[1] for entry in CATALOGUE.values()} <= known


def test_the_guide_lists_every_chart_and_its_scenario_is_sound(tmp_path):
    text = (Path(__file__).parents[1] / "docs" / "gallery.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and "?" in line]
    assert rows == [
        f"| {each.question} | `{name}` | `{each.command.replace('{scenario}', 'SCENARIO')}` |"
        for name, each in CATALOGUE.items()
    ]
    file = tmp_path / "boards.toml"
    file.write_text(dedent(text.split("```toml\n")[1].split("  ```")[0]), encoding="utf-8")
    boards = set(estate_of(sim.load(file)).tiers["icb"].names)
    assert boards == set(hexmap.hexes()["icb"])


def test_charts_are_found_in_order_once_and_in_one_width(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for stem in ("funnel", "backlog-wet", "backlog-dry", "backlog-dry-two-column", "other"):
        saved(first, stem)
    saved(second, "funnel")
    saved(second, "best")
    found = find([first, second])
    assert [chart.stem.relative_to(tmp_path).as_posix() for chart in found] == [
        "first/backlog-dry", "first/backlog-wet", "second/best", "first/funnel"
    ]  # fmt: skip


def test_the_page_holds_pictures_words_and_what_is_missing(tmp_path):
    saved(tmp_path / "run" / "charts", "backlog", f"{question('backlog')} So <much>.")
    text = page("A & B", "my-file.toml", find([tmp_path / "run" / "charts"]), tmp_path)
    seen = Page(text)
    [image] = seen.all("img")
    assert image["alt"] == 'Said "so"'
    assert image["src"].startswith("data:image/png;base64,")
    assert seen.said.count("So <much>.") == 1
    assert "sim run my-file.toml" in seen.said
    assert "run/charts/backlog.*" in seen.said
    missing = seen.said.split("Not here yet")[1]
    assert question("funnel") in missing
    assert "It needs two or more of the 42 integrated care boards" in missing
    assert question("backlog") not in missing
    assert not re.search(r"(src|href)=\"(?!data:|#)", text)  # no outside request
    assert seen.all("html")[0]["lang"] == "en-GB"
    levels = [int(tag[1]) for tag, _ in seen.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert set(levels[1:]) == {2}


@pytest.mark.slow
def test_the_commands_draw_charts_again_and_put_them_on_a_page(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sim.charts.drawing.CHARTS", {"backlog": CHARTS["backlog"]})
    monkeypatch.setattr("sim.charts.save.CHARTS", {"backlog": CHARTS["backlog"]})
    monkeypatch.setattr("sim.inside.NAMES", ("stages",))
    found = sim.run(
        sim.load("textbook-priorities", ["run.years=0.25", "run.warm_up_months=0"]),
        replications=2, jobs=1, out=tmp_path, progress=False,
    )  # fmt: skip
    with pytest.raises(SystemExit) as done:
        cli.main(["gallery", str(found.folder)])
    assert done.value.code == 0
    assert "Gallery: " in capsys.readouterr().out
    text = (found.folder / pictures.PAGE).read_text(encoding="utf-8")
    assert question("backlog") in text
    assert pictures.gallery(found.folder).page.read_text(encoding="utf-8") == text
    folder = pictures.draw_again(found.folder, ["backlog"])
    assert {path.name for path in folder.iterdir()} == {
        f"backlog.{end}" for end in ("svg", "pdf", "png", "csv", "txt")
    }
    with pytest.raises(ScenarioError, match="did you mean 'backlog'"):
        pictures.draw_again(found.folder, ["backlo"])


@pytest.mark.slow
def test_charts_have_the_intervals_of_a_comparison_that_came_after_them(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.charts.save.CHARTS", {"differences": CHARTS["differences"]})
    monkeypatch.setattr("sim.inside.NAMES", ("stages",))
    loaded = sim.load("one-area-2013", ["run.years=0.25"])
    options = {"jobs": 1, "out": tmp_path, "progress": False, "replications": 3}
    sim.run(loaded, **options).save()
    found = sim.compare(loaded, most=3, sets=0, **options)
    found.save()
    pictures.gallery(found.results.folder)
    drawn = pd.read_csv(found.results.folder / "charts" / "differences.csv")
    decides = drawn[drawn["measure"] == found.results.manifest["scenario"]["compare"]["primary"]]
    where = ["staffing", "arrangement"]
    both = decides.merge(found.primary, on=where, suffixes=("_drawn", ""))
    assert len(both) == len(found.primary)
    assert both["low_drawn"].to_numpy() == pytest.approx(both["low"].to_numpy())


@pytest.mark.slow
def test_only_what_was_asked_of_the_same_is_on_the_page(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.charts.save.CHARTS", {"backlog": CHARTS["backlog"]})
    monkeypatch.setattr("sim.inside.NAMES", ("stages",))
    loaded = sim.load("textbook-priorities", ["run.years=0.25", "run.warm_up_months=0"])
    found = sim.run(loaded, replications=2, jobs=1, out=tmp_path, progress=False)
    asked = found.folder.parent / "gains-one-other"
    for settings, there in ((["run.years=0.5"], False), (["run.replications=7"], True)):
        saved(asked, "who-gains")
        keep_question(changed(loaded, settings).scenario, "", asked)
        names = {chart.name for chart in pictures.gallery(found.folder).charts}
        assert ("who-gains" in names) == there


def test_what_is_no_run_is_refused(tmp_path):
    with pytest.raises(DesignError, match="expected the folder of a run"):
        pictures.gallery(tmp_path)
