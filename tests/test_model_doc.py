"""docs/model.md against the code: no parameter is missing, no name is wrong, no table is old."""

import csv
import importlib
import inspect
import re
from pathlib import Path

import pytest

from sim import cli
from sim.model import rules
from sim.outcomes.catalogue import CATALOGUE
from sim.scenario import library, shape
from sim.scenario.authority import OFFICER
from sim.scenario.document import MARK, fill
from sim.scenario.errors import ScenarioError
from sim.scenario.files import load
from sim.scenario.parameters import chosen, keys
from sim.scenario.settings import CHOICE, settings
from sim.scenario.tables import parameter_table

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "model.md"
TOKEN = re.compile(r"`([^`\n]+)`")
LABELS = (
    "**What it stands for.**",
    "**Rule.**",
    "**Neutral value.**",
    "**Assumed.**",
    "**In the code.**",
    "**Evidence.**",
)
NO_MECHANISM = ("What a run is", "Not modelled, and which way that tilts the result", "Sources")
REWRITE = "write them anew: sim parameters --markdown docs/model.md"


@pytest.fixture(scope="module")
def page():
    return PAGE.read_text(encoding="utf-8")


def prose(page):
    """The text without its tables, wherever its lines break."""
    return re.sub(r"\s+", " ", MARK.sub("", page))


def sections(page):
    heads = re.split(r"^## (.+)$", page, flags=re.MULTILINE)[1:]
    return dict(zip(heads[::2], heads[1::2], strict=True))


# ---- No parameter is missing ------------------------------------------------------------------


def missing(page):
    """Keys in no table that the text does not name, in full or by ``*.`` and an end."""
    tabled = set(re.findall(r"^\| `([^`]+)` \|", page, flags=re.MULTILINE))
    named = set(TOKEN.findall(prose(page)))
    ends = tuple(token[1:] for token in named if token.startswith("*."))
    return [
        key.text
        for key in keys()
        if key.text not in tabled | named and not f".{key.text}".endswith(ends)
    ]


def test_every_key_of_a_scenario_file_is_explained(page):
    assert missing(page) == []


def test_a_key_that_is_explained_nowhere_is_found(page):
    forgotten = page.replace("arrangements.*.handoffs", "arrangements.*.knowledge")
    assert missing(forgotten.replace("`run.seed`", "")) == [
        "run.seed",
        "arrangements.*.handoffs.delay_working_days",
        "arrangements.*.handoffs.effort_share",
    ]


def test_keys_are_those_that_validation_knows():
    """Each key leads somewhere in the shape of a scenario, and each value has its key."""
    for key in keys():
        here = shape.scenario()
        for part in key.path:
            here = (here.entry or here.item) if part == "*" else here.keys()[part]
            assert here is not None, key.text
    assert len({key.text for key in keys()}) == len(keys()) > 90
    loaded = load("england-2013")
    for path in loaded.origins:
        held = [key for key in keys() if key.matches(path)]
        assert len(held) <= 1
        prefix = [key for key in keys() if len(key.path) <= len(path)]
        leads = any(key.matches(path[: len(key.path)]) for key in prefix)
        assert leads or chosen_by(path), path


def chosen_by(path):
    """Whether keys stand below a place of a document."""
    return any(
        all(a in ("*", b) for a, b in zip(key.path, path, strict=False))
        for key in keys()
        if len(key.path) > len(path)
    )


# ---- No name is wrong -------------------------------------------------------------------------


def known_names():
    """What may stand in backticks by itself: words of the files and of the library."""
    names = {"*", "extends", "use", OFFICER}
    for key in keys():
        names |= {*key.path, *key.unit.split(" or "), key.default}
    for folder in ("", *library.FOLDERS.values()):
        names |= set(library.names(folder))
    names |= set(load("england-2013").scenario.pathways.case_types)
    return names | set(CATALOGUE)


def is_key(token):
    """Whether a token is a key, the beginning of some, or the end of one."""
    ends = any(f".{key.text}".endswith(f".{token.removeprefix('*.')}") for key in keys())
    return ends or bool(chosen([token]))


def in_code(token):
    """Whether a dotted name of this package is there to be imported."""
    parts = token.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        for name in parts[cut:]:
            found = getattr(found, name, None)
        return found is not None
    return False


def wrong(page):
    """Tokens that are neither a key, a name of the library, code, a file nor a command."""
    tokens = dict.fromkeys(TOKEN.findall(prose(page)))
    known = known_names()
    return [token for token in tokens if not right(token, known)]


def right(token, known):
    if token.startswith("sim "):
        return token.split()[1] in cli.app
    if token.startswith("sim."):
        return in_code(token)
    return token in known or is_key(token) or (ROOT / token).exists()


def test_every_name_in_the_text_exists(page):
    assert wrong(page) == []


@pytest.mark.parametrize(
    "token",
    [
        "arrangements.*.knowledge.half_live_months",
        "half_live_months",
        "sim.model.rules.efort",
        "sim.modell.rules",
        "sim parametres",
        "scenarios/nowhere",
    ],
)
def test_a_wrong_name_is_found(page, token):
    assert wrong(f"{page}\nNothing is called `{token}`.") == [token]


OFF = re.compile(
    r"((?:`[^`]+`(?:, | and )?)+) (?:is|are) ([\d.]+), as (?:it is|they are) in the library"
)


def said_to_be_off(page):
    """Keys of which the text says that the library leaves them off, and at which value."""
    for names, value in OFF.findall(prose(page)):
        for name in TOKEN.findall(names):
            yield name, float(value)


def test_what_is_said_to_be_off_in_the_library_is_off(page):
    for name, value in said_to_be_off(page):
        found = [key for key in keys() if f".{key.text}".endswith(f".{name}")]
        assert found, name
        for key in found:
            assert {each.central for each in settings()[key]} <= {value}, key.text


def test_sentences_on_what_is_off_are_found():
    text = "`a.b` and `c` are 0, as they are in the library; `d` is 1, as it is in the library"
    assert [*said_to_be_off(text)] == [("a.b", 0), ("c", 0), ("d", 1)]


def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#:]+)\)", page)
    assert links
    assert all((PAGE.parent / link).exists() for link in links)


def test_every_source_named_is_in_the_bibliography(page):
    with (library.root() / "sources.csv").open(encoding="utf-8") as file:
        known = {row["id"] for row in csv.DictReader(file)}
    assert set(re.findall(r"\b[SFD]\d+\b", page)) <= known


def test_every_rule_with_a_number_in_it_is_explained(page):
    """The rules that both engines call, but for arithmetic on the calendar."""
    public = [
        name
        for name, one in vars(rules).items()
        if callable(one) and inspect.getmodule(one) in (rules, None) and name[0].islower()
    ]
    told = {name for name in public if f"`sim.model.rules.{name}`" in page}
    silent = {"day_of", "working_instant", "shared", "uniform_of"}
    assert set(public) - told <= silent
    assert {"effort", "memory", "has_quorum"} <= told


def test_every_mechanism_is_told_in_the_same_way(page):
    for head, text in sections(page).items():
        if head not in NO_MECHANISM and "authority" not in head:
            places = [text.find(label) for label in LABELS]
            assert -1 not in places, head
            assert places == sorted(places), head


def test_the_readme_leads_here():
    assert "](docs/model.md)" in (ROOT / "README.md").read_text(encoding="utf-8")


# ---- No table is old --------------------------------------------------------------------------


def test_the_tables_are_of_this_library(page):
    assert fill(page, "model.md") == page, REWRITE


def test_a_number_in_a_table_that_was_typed_by_hand_is_found(page):
    row = "| `arrangements.*.knowledge.half_life_months` | months | 12 | 6 | 12 | 24 |"
    assert row in page
    assert fill(page.replace(row, row.replace("24", "25")), "model.md") == page


def test_a_mark_that_names_no_key():
    text = "# Title\n\n<!-- parameters arrangements.*.knowlege -->\n<!-- end -->\n"
    with pytest.raises(ScenarioError) as caught:
        fill(text, "page.md")
    fault = "page.md:3: there is no key arrangements.*.knowlege"
    assert str(caught.value).startswith(fault)


def row_of(key, full=()):
    [header, _, *rows] = parameter_table(chosen([key]), chosen(full))
    names = [cell.strip() for cell in header.strip("|").split("|")]
    return [
        dict(zip(names, [cell.strip() for cell in row[1:-1].split(" | ")], strict=True))
        for row in rows
    ]


def test_a_table_has_default_range_place_source_and_grade():
    [row] = row_of("arrangements.*.knowledge.team_memory_share")
    assert row == {
        "Key": "`arrangements.*.knowledge.team_memory_share`",
        "Unit": "share (0 to 1)",
        "Default": "0",
        "Low": "0.25",
        "Central": "0.5",
        "High": "0.75",
        "Set in": "common",
        "Source": "assumption",
        "Grade": "assumed",
    }


def test_many_settings_are_summed_up():
    """Of the standard pathways, and of those that add to them."""
    [row] = row_of("pathways.case_types.*.stages.*.hours")
    found = {
        (name, stage.name): stage.hours
        for scenario in ("stocktake-2013", "firefighting-2013", "consortia-2010")
        for name, case_type in load(scenario).scenario.pathways.case_types.items()
        for stage in case_type.stages
        if hasattr(stage, "hours")
    }
    hours = [*found.values()]
    assert float(row["Low"]) == min(one.low for one in hours)
    assert float(row["High"]) == max(one.high for one in hours)
    assert row["Central"] == f"{min(map(float, hours)):g} to {max(map(float, hours)):g}"
    assert (
        row["Set in"] == f"{len(hours)} places in standard, stocktake, firefighting, hard_budgets"
    )


def test_many_settings_are_listed_where_a_mark_asks_for_it():
    key = "arrangements.*.teams.*.wte"
    rows = row_of(key, [key])
    assert len(row_of(key)) == 1
    assert len(rows) == len(settings()[chosen([key])[0]]) > 10
    assert [row["Key"] for row in rows[1:]] == [""] * (len(rows) - 1)
    [pct] = [row for row in rows if row["Set in"] == "pct: pct"]
    wte = load("england-2013").scenario.arrangements["pct"].teams["pct"].wte
    assert [float(pct[name]) for name in ("Low", "Central", "High")] == [
        wte.low,
        float(wte),
        wte.high,
    ]
    mark = f"<!-- parameters {key}! -->\n<!-- end -->"
    assert fill(mark, "page.md").count("\n") == len(rows) + 3


def test_what_nobody_sets_says_so():
    [row] = row_of("pathways.case_types.*.stages.*.most_times")
    assert (row["Default"], row["Central"], row["Set in"]) == ("1", "", "nowhere")


def test_textbook_files_are_left_out():
    """But for names and titles, nothing of the textbook queues is shown."""
    places = {place for each in settings().values() for found in each.values() for place in found}
    assert not [place for place in places if place.startswith(("textbook", "uniform", "steady"))]
    assert any(place.startswith("growth") for place in places)  # a context that no scenario uses


def test_files_that_say_only_a_part_are_read_too():
    [row] = [
        row
        for row in row_of("arrangements.*.teams.*.wte", ["arrangements.*.teams.*.wte"])
        if row["Set in"] == "support_unit: support_unit"
    ]
    assert row["Low"]


def test_evidence_is_named_for_every_quantity_that_is_set():
    for key, each in settings().items():
        for setting in each:
            assert setting.grade == CHOICE or setting.source, key.text


# ---- The command ------------------------------------------------------------------------------


@pytest.fixture
def command(capsys):
    def run(*words):
        try:
            cli.main(["parameters", *map(str, words)])
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        return code, *capsys.readouterr()

    return run


def test_keys_on_the_command_line(command):
    code, out, _ = command("knowledge", "half")
    assert (code, out) == (
        0,
        "arrangements.*.knowledge.half_life_months [months]; default 12; "
        "12 (6 to 24) in common; assumption; assumed\n",
    )
    assert len(command()[1].splitlines()) > len(keys())


def test_a_key_that_there_is_not(command):
    code, out, err = command("knowlege")
    assert (code, out) == (2, "")
    assert err == "command line: no key holds knowlege; did you mean 'knowledge'?\n"


def test_a_document_is_written_anew(command, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("Text.\n\n<!-- parameters arrangements.*.handoffs -->\n<!-- end -->\n")
    assert command("--markdown", page)[:2] == (0, f"written: {page}\n")
    assert "| `arrangements.*.handoffs.effort_share` |" in page.read_text()
    assert command("--markdown", page)[:2] == (0, f"nothing to change: {page}\n")
    assert command("--markdown", tmp_path / "none.md")[0] == 2
