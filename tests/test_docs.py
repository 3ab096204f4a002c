"""README and docs: links lead somewhere, commands exist, and what is short to run is run."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
from cyclopts import MissingArgumentError

from sim import cli
from sim.charts import CHARTS
from sim.outcomes.catalogue import CATALOGUE
from sim.scenario.differences import between
from sim.scenario.files import load
from sim.scenario.notes import notes

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "notebooks" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
GUIDES = [
    ROOT / "README.md",
    *(
        ROOT / "docs" / f"{name}.md"
        for name in ("tutorial", "authors", "clusters", "gallery", "extending")
    ),
]
LINK = re.compile(r"\]\((?!https?:)([^)\s]+)\)")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`(sim [^`]+)`")
QUICK = ("list", "show", "validate", "diff", "estate")

named = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
guide = pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)


def text_of(page):
    return page.read_text(encoding="utf-8")


def outside_code(text):
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


def anchors(page):
    """The ends of links to headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", outside_code(text_of(page)), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def broken(page, text):
    """Links of a text that lead to no file, or to no heading of it."""
    for link in LINK.findall(outside_code(text)):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


def blocks(page, language):
    return [body for found, body in BLOCK.findall(text_of(page)) if found == language]


def commands(page):
    """Every command of the blocks of a page, as words without ``sim``."""
    for line in "".join(blocks(page, "sh")).splitlines():
        for part in line.split(" && "):
            words = shlex.split(part, comments=True)
            if words and Path(words[0]).name == "sim":
                yield words[1:]


def parsed(words):
    cli.app.parse_args(words, exit_on_error=False, print_error=False)


@named
def test_every_link_leads_somewhere(page):
    assert list(broken(page, text_of(page))) == []


def test_links_that_lead_nowhere_are_found():
    text = "[a](none.md) [b](model.md#no-such) [c](#nor-this) [d](model.md#distance)"
    assert [*broken(ROOT / "docs" / "page.md", text)] == [
        "none.md",
        "model.md#no-such",
        "#nor-this",
    ]


@guide
def test_every_command_in_a_block_exists_with_its_options(page):
    found = [*commands(page)]
    assert found
    for words in found:
        parsed(words)


@named
def test_every_command_in_the_text_exists_with_its_options(page):
    for command in INLINE.findall(text_of(page)):
        words = shlex.split(command.replace(r"\|", "|"))[1:]
        try:
            parsed(words)
        except MissingArgumentError:  # named without all that it needs
            assert words[0] in cli.app


@guide
def test_extras_to_install_exist(page):
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    for extras in re.findall(r"'\.\[([\w,]+)\]'", text_of(page)):
        assert set(extras.split(",")) <= set(project["optional-dependencies"])


def test_the_readme_has_the_commands_that_machines_read():
    for name in ("main", "test"):
        assert text_of(ROOT / "README.md").count(f"<!-- {name} command -->\n```sh\npython3 ") == 1


def test_the_readme_is_two_screens():
    assert len(text_of(ROOT / "README.md").splitlines()) <= 100


PRACTICES = """Practice Code,Contract Type,CCG Code,CCG Name,Registered Patients
Z1,GMS,04C,Leicester City,6100
Z2,PMS,04C,Leicester City,9800
"""


def save_files(page, folder):
    """Save every scenario of a page under the last name that stands before it."""
    text = text_of(page)
    for found in BLOCK.finditer(text):
        if found[1] == "toml":
            name = re.findall(r"`([\w/-]+\.toml)`", text[: found.start()])[-1]
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(found[2], encoding="utf-8")


@pytest.mark.parametrize("name", ["README.md", "docs/tutorial.md", "docs/extending.md"])
def test_short_commands_run_in_the_order_of_the_page(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    save_files(ROOT / name, tmp_path)
    (tmp_path / "my-practices.csv").write_text(PRACTICES, encoding="utf-8")
    short = [words for words in commands(ROOT / name) if words[0] in QUICK]
    assert short
    for words in short:
        with pytest.raises(SystemExit) as stop:
            cli.main(words)
        assert (words, stop.value.code) == (words, 0), capsys.readouterr().err


def test_the_paper_of_the_guide_names_what_there_is():
    (paper,) = [tomllib.loads(body) for body in blocks(ROOT / "docs" / "authors.md", "toml")]
    arrangements = load("one-area-2013").scenario.arrangements
    assert {figure["chart"] for figure in paper["figures"].values()} <= set(CHARTS)
    for entry in (*paper["numbers"].values(), *paper["sentences"].values()):
        assert entry["arrangement"] in arrangements
        assert entry.get("measure", "wte") in CATALOGUE


@pytest.mark.slow
def test_the_python_of_the_readme_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (body,) = blocks(ROOT / "README.md", "python")
    names = {}
    exec(compile(body, "README.md", "exec"), names)
    assert set(names["results"].measures["replication"]) == {0, 1}
    assert (tmp_path / "results" / "one-area-2013").is_dir()


def test_every_file_that_the_guide_to_extending_names_is_there():
    text = text_of(ROOT / "docs" / "extending.md")
    ours = re.findall(r"(?<![\w/])((?:sim|tests|scenarios)/[\w/.*-]*)", text)
    assert len(ours) > 10
    for path in ours:
        assert [*ROOT.glob(path)], path


def test_the_arrangement_of_the_guide_differs_in_what_the_guide_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save_files(ROOT / "docs" / "extending.md", tmp_path)
    loaded = load("my-hub.toml")
    assert notes(loaded) == []
    said = between(loaded, "place_based", "hub")
    assert not [line for line in said if "virtual share" in line or "region" in line]
    assert "dental_handback (decision) is decided by officer instead of host_panel" in said
