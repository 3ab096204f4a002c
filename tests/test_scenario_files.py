"""Scenario files: composition, overrides, origins, checks and the published schema."""

import datetime as dt
import json
import tomllib
from pathlib import Path
from textwrap import dedent

import jsonschema
import pytest

from sim.scenario import library
from sim.scenario.errors import Fault, ScenarioError, listed, nearest, quoted
from sim.scenario.estate_of import estate_of
from sim.scenario.files import load
from sim.scenario.published import PARTS, file_name, schema_text
from sim.scenario.tree import Origin
from sim.scenario.values import number, values

SOUND = Path(__file__).parent / "broken"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder in which ``write`` makes files beside a copy of the sound scenario."""
    for path in SOUND.rglob("*.toml"):
        if path.parent != SOUND or path.stem == "sound":
            copy = tmp_path / path.relative_to(SOUND)
            copy.parent.mkdir(exist_ok=True)
            copy.write_text(path.read_text())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def write(folder):
    def inner(name, text):
        path = folder / f"{name}.toml"
        path.write_text(dedent(text))
        return Path(f"{name}.toml")

    return inner


def wte(loaded, arrangement, team):
    return loaded.scenario.arrangements[arrangement].teams[team].wte


def faults(name, *overrides):
    with pytest.raises(ScenarioError) as caught:
        load(name, overrides)
    return caught.value.faults


# ---- Composition


def test_use_brings_in_files_beside_the_scenario(folder):
    loaded = load("sound.toml")
    assert loaded.scenario.run.start == dt.date(2013, 4, 1)
    assert set(loaded.scenario.arrangements) == {"central", "local"}
    assert loaded.scenario.contexts["plain"].title == "As it was"
    assert loaded.scenario.estate.contracts == {"gp": 40, "dental": 20}
    assert set(loaded.scenario.pathways.case_types) == {"payment", "review", "scheme"}


def test_name_is_the_file_stem_and_is_not_inherited(write):
    write("parent", 'name = "Given"\nextends = "sound"\n')
    write("child", 'extends = "parent"\n')
    assert load("sound.toml").scenario.name == "sound"
    assert load("parent.toml").scenario.name == "Given"
    assert load("child.toml").scenario.name == "child"


def test_extends_changes_what_it_says_and_keeps_the_rest(write):
    write("child", 'extends = "sound"\n[run]\nyears = 5\n')
    parent, child = load("sound.toml").document, load("child.toml").document
    assert child["run"].pop("years") == 5
    assert parent["run"].pop("years") == 2
    assert child.pop("name") == "child"
    assert parent.pop("name") == "sound"
    assert child == parent


def test_keys_beside_use_go_over_the_used_file(write):
    write(
        "child",
        """
        extends = "sound"
        [arrangements.bigger]
        use = "local"
        title = "More staff"
        teams.place.wte.central = 4
        """,
    )
    loaded = load("child.toml")
    found = wte(loaded, "bigger", "place")
    assert (found.central, found.low, found.high, found.source) == (4, 2, 4, "F6")
    assert loaded.scenario.arrangements["bigger"].title == "More staff"
    assert wte(loaded, "local", "place").central == 3


def test_like_begins_as_another_arrangement_with_all_that_was_changed_in_it(write):
    write("mine", 'extends = "sound"\n[arrangements.more]\nlike = "local"\nteams.place.wte = 5\n')
    write("child", 'extends = "mine"\n[arrangements.local]\ntitle = "Ours"\nteams.place.wte = 4\n')
    loaded = load("child.toml")
    assert wte(loaded, "local", "place").central == 4
    assert wte(loaded, "more", "place").central == 5
    more, local = (loaded.document["arrangements"][name] for name in ("more", "local"))
    assert more["title"] == "Ours"
    assert {**more, "teams": None} == {**local, "teams": None, "like": "local"}


def test_a_bare_number_replaces_a_quantity_with_its_evidence(write):
    write("child", 'extends = "sound"\n[arrangements.local.teams.place]\nwte = 9\n')
    found = wte(load("child.toml"), "local", "place")
    assert (found.central, found.low, found.source, found.grade) == (
        9,
        None,
        "assumption",
        "assumed",
    )


def test_value_and_central_are_one_key(write):
    write("child", 'extends = "sound"\n[arrangements.local.teams.place.wte]\nvalue = 2.5\n')
    assert wte(load("child.toml"), "local", "place").central == 2.5


def test_authority_rows_come_after_the_parents_and_other_lists_replace(write):
    write(
        "child",
        """
        extends = "sound"
        [[arrangements.local.authority]]
        cases = ["scheme"]
        decides = "officer"
        [pathways.case_types.review.demand]
        contracts = ["dental"]
        """,
    )
    scenario = load("child.toml").scenario
    assert [row.decides for row in scenario.arrangements["local"].authority] == [
        "officer",
        "panel",
        "officer",
    ]
    assert scenario.pathways.case_types["review"].demand.contracts == ["dental"]


def test_a_mix_is_replaced_whole(write):
    write("child", 'extends = "sound"\n[arrangements.local.teams.place]\nmix = { manager = 1 }\n')
    team = load("child.toml").scenario.arrangements["local"].teams["place"]
    assert team.mix == {"manager": 1}


def test_another_kind_of_demand_starts_afresh(write):
    write(
        "child",
        """
        extends = "sound"
        [pathways.case_types.review]
        demand = { kind = "random", per_contract_year = { gp = 0.3 } }
        """,
    )
    demand = load("child.toml").scenario.pathways.case_types["review"].demand
    assert demand.kind == "random"


def test_saying_use_again_starts_afresh(write):
    write("parent", 'extends = "sound"\n[arrangements.local.teams.place]\nwte = 9\n')
    write("child", 'extends = "parent"\n[arrangements.local]\nuse = "local"\n')
    assert wte(load("parent.toml"), "local", "place").central == 9
    assert wte(load("child.toml"), "local", "place").central == 3


def test_an_arrangement_may_be_called_like_a_part_of_a_quantity(write):
    write("child", 'extends = "sound"\n[arrangements.central]\ntitle = "Still whole"\n')
    assert load("child.toml").scenario.arrangements["central"].teams


def test_a_file_beside_the_scenario_goes_before_the_library_and_may_extend_it(write, folder):
    name = next(n for n in library.names("contexts"))
    write(f"contexts/{name}", f'extends = "{name}"\ntitle = "Changed here"\n')
    write("child", f'extends = "sound"\n[contexts.mine]\nuse = "{name}"\n')
    loaded = load("child.toml")
    assert loaded.scenario.contexts["mine"].title == "Changed here"
    assert loaded.origins["contexts", "mine", "title"].file == f"contexts/{name}.toml"


def test_a_file_that_extends_itself_is_a_circle(write):
    write("contexts/lonely", 'extends = "lonely"\n')
    write("child", 'extends = "sound"\n[contexts.mine]\nuse = "lonely"\n')
    [fault] = faults("child.toml")
    assert "round in a circle" in fault.problem


def test_use_belongs_in_scenarios(write):
    write("contexts/odd", 'use = "plain"\n')
    write("child", 'extends = "sound"\n[contexts.mine]\nuse = "odd"\n')
    [fault] = faults("child.toml")
    assert (fault.file, fault.line) == ("contexts/odd.toml", 1)


def test_use_must_be_a_name(write):
    write("child", 'extends = "sound"\n[contexts.mine]\nuse = 3\n')
    [fault] = faults("child.toml")
    assert fault.problem == "found 3, expected the name of a file"


def test_not_text_at_all(folder):
    Path("noise.toml").write_bytes(b"title = \xff\xfe")
    [fault] = faults("noise.toml")
    assert fault == Fault("noise.toml", problem="the file is not UTF-8 text")


def test_tables_where_values_belong_and_the_reverse(write):
    write(
        "child",
        """
        extends = "sound"
        contexts = 3
        [run]
        years = { central = 2 }
        [pathways]
        case_types = []
        """,
    )
    found = {fault.key: (fault.found, fault.expected) for fault in faults("child.toml")}
    assert found == {
        "contexts": ("3", "a table"),
        "run.years": ("a table", "a number"),
        "pathways.case_types": ("a list", "a table"),
    }


def test_infinity_is_no_number_for_a_parameter(write):
    write("child", 'extends = "sound"\n[arrangements.local.teams.place]\nwte = inf\n')
    [fault] = faults("child.toml")
    assert (fault.line, fault.expected) == (3, "a finite number")


@pytest.mark.parametrize("number", ["inf", "nan", "-inf", "1e400"])
@pytest.mark.parametrize(
    "key", ["compare.smallest_difference", "compare.precision", "run.years", "run.warm_up_months"]
)
def test_no_number_of_a_scenario_is_endless(key, number, folder):
    [fault] = faults("sound.toml", f"{key}={number}")
    assert (fault.key, fault.expected) == (key, "a finite number")


MANY = 3_000


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("[run]\nseed = " + 5_000 * "9", 3, "a whole number of too many digits"),
        ("x = " + MANY * "[" + MANY * "]", 2, "tables or lists more than 50 deep"),
        ("x = " + 60 * "[" + 60 * "]", 2, "tables or lists more than 50 deep"),
        ("\n\n" + MANY * "a." + "a = 1", 4, "tables or lists more than 50 deep"),
        ("[" + MANY * "a." + "a]", 2, "tables or lists more than 50 deep"),
        ("x = " + MANY * "{a = " + "1" + MANY * "}", 2, "tables or lists more than 50 deep"),
    ],
    ids=["digits", "lists", "lists that Python reads", "keys", "header", "tables"],
)
def test_what_no_scenario_can_hold_is_no_toml(text, line, problem, write):
    write("child", f'extends = "sound"\n{text}\n')
    [fault] = faults("child.toml")
    assert (fault.file, fault.line) == ("child.toml", line)
    assert fault.problem.startswith(f"not valid TOML: {problem}")


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ("run.seed=" + 5_000 * "9", "cannot be read: a whole number of too many digits"),
        ("run.seed=" + MANY * "[", "cannot be read: tables or lists more than 50 deep"),
        ("run.seed={" + MANY * "a." + "a=1}", "cannot be read: tables or lists"),
        ("run." + MANY * "a." + "a=1", "expected key.path=value"),
        (MANY * "." + "=1", "expected key.path=value"),
    ],
    ids=["digits", "lists", "tables", "keys", "dots"],
)
def test_what_no_setting_can_hold_is_told_in_brief(setting, problem, folder):
    [fault] = faults("sound.toml", setting)
    assert fault.problem.startswith(problem)
    assert len(str(fault)) < 400


def test_an_empty_file_lacks_everything_that_is_required(write):
    write("empty", "")
    problems = {fault.problem for fault in faults("empty.toml")}
    assert "'run' is missing" in problems
    assert "'arrangements' is missing" in problems


# ---- Origins


def test_each_leaf_remembers_its_file_and_line(write):
    write("child", 'extends = "sound"\n\n[run]\nyears = 5\n')
    origins = load("child.toml").origins
    assert origins["run", "years"] == Origin("child.toml", 4)
    assert origins["run", "seed"] == Origin("sound.toml", 9)
    central = ("arrangements", "central")
    assert origins[*central, "teams", "nation", "wte"].file == "arrangements/central.toml"
    assert origins[*central, "teams", "place", "wte"].file == "arrangements/local.toml"
    assert origins["name",] == Origin("child.toml", 1)


def test_every_leaf_of_the_document_has_an_origin(folder):
    loaded = load("sound.toml")

    def walk(found, path):
        assert path in loaded.origins
        inner = found.items() if isinstance(found, dict) else ()
        inner = enumerate(found) if isinstance(found, list) else inner
        for key, value in inner:
            walk(value, (*path, key))

    walk(loaded.document, ())


def test_document_is_plain_json(folder):
    document = load("sound.toml").document
    assert json.loads(json.dumps(document)) == document
    assert "use" not in json.dumps(document)


# ---- Overrides


def test_an_override_replaces_a_quantity_and_says_where_it_is_from(folder):
    loaded = load("sound.toml", ["arrangements.local.teams.place.wte=18"])
    found = wte(loaded, "local", "place")
    assert (found.central, found.low, found.high) == (18, None, None)
    assert (found.source, found.grade) == ("command line", "assumed")
    origin = loaded.origins["arrangements", "local", "teams", "place", "wte"]
    assert str(origin) == "command line"


@pytest.mark.parametrize(
    ("setting", "look", "expected"),
    [
        ("run.years=0.5", lambda s: s.run.years, 0.5),
        ("run.start=2014-04-01", lambda s: s.run.start, dt.date(2014, 4, 1)),
        ("run.calendar=every_day", lambda s: s.run.calendar, "every_day"),
        ('compare.base="central"', lambda s: s.compare.base, "central"),
        ("title=A long title", lambda s: s.title, "A long title"),
        ("run.warm_up_months = 6", lambda s: s.run.warm_up_months, 6),
        (
            "pathways.case_types.review.stages.visit.hours=9",
            lambda s: s.pathways.case_types["review"].stages[0].hours.central,
            9,
        ),
        (
            "pathways.case_types.payment.stages.0.by.officer=2",
            lambda s: s.pathways.case_types["payment"].stages[0].by,
            {"officer": 2},
        ),
        (
            "arrangements.local.authority.1.decides=officer",
            lambda s: s.arrangements["local"].authority[1].decides,
            "officer",
        ),
        (
            "arrangements.local.handoffs.effort_share=0.1",
            lambda s: s.arrangements["local"].handoffs.effort_share.source,
            "command line",
        ),
        (
            "arrangements.local.committees.panel.conflict_share.merger=0.2",
            lambda s: s.arrangements["local"].committees["panel"].conflict_share["merger"].central,
            0.2,
        ),
        (
            "arrangements.central.teams.nation.wte.low=3",
            lambda s: s.arrangements["central"].teams["nation"].wte.low,
            3,
        ),
        ("estate.contracts={ gp = 7 }", lambda s: s.estate.contracts, {"gp": 7}),
    ],
)
def test_what_an_override_can_reach(setting, look, expected, folder):
    assert look(load("sound.toml", [setting]).scenario) == expected


def test_later_overrides_win(folder):
    loaded = load("sound.toml", ["run.years=3", "run.years=4"])
    assert loaded.scenario.run.years == 4


def test_all_overrides_that_cannot_be_placed_are_told_at_once(folder):
    found = faults("sound.toml", "rum.years=3", "run.yeers=4", "run.years=1")
    assert [fault.nearest for fault in found] == ["run", "years"]


def test_an_override_does_not_touch_the_file(folder):
    before = Path("arrangements/local.toml").read_text()
    load("sound.toml", ["arrangements.local.teams.place.wte=18"])
    assert Path("arrangements/local.toml").read_text() == before
    assert wte(load("sound.toml"), "local", "place").central == 3


# ---- Names


def test_unknown_scenario_offers_the_nearest_of_the_library():
    name = library.names()[0]
    [fault] = faults(f"{name}x")
    assert fault.nearest == name
    assert fault.line == 0


def test_a_library_scenario_loads_by_name():
    name = library.names()[0]
    assert load(name).scenario.name == name


@pytest.mark.parametrize("name", library.names())
def test_every_scenario_of_the_library_is_sound(name):
    loaded = load(name)
    estate = estate_of(loaded)
    assert estate.inside.any()
    assert loaded.origins["name",].file == f"scenarios/{name}.toml"


def test_nearest_ignores_case_and_gives_nothing_for_what_is_far():
    assert nearest("CENTRAL", ["central", "local"]) == "central"
    assert nearest("zzz", ["central", "local"]) == ""


def test_lists_and_quotes():
    assert listed(["a", "b", "c"]) == "a, b or c"
    assert listed([]) == "nothing"
    assert [quoted(v) for v in ("x", 2.0, True, {}, [])] == [
        '"x"',
        "2",
        "true",
        "a table",
        "a list",
    ]


# ---- Estate


def test_an_estate_fault_has_the_line_of_its_key(write):
    write("child", 'extends = "sound"\n[estate]\ncontracts = { gpp = 3 }\n')
    loaded = load("child.toml")
    with pytest.raises(ScenarioError) as caught:
        estate_of(loaded)
    [fault] = caught.value.faults
    assert (fault.file, fault.line) == ("child.toml", 3)
    assert fault.key == "estate.contracts.gpp"


def test_a_tier_that_this_estate_lacks(write):
    write("child", 'extends = "sound"\n[arrangements.local.teams.place]\ntier = "area_team"\n')
    with pytest.raises(ScenarioError) as caught:
        estate_of(load("child.toml"))
    [fault] = caught.value.faults
    assert (fault.file, fault.line, fault.found) == ("child.toml", 3, '"area_team"')


# ---- Values and the schema


def test_values_cover_defaults_and_know_what_is_assumed(folder):
    found = {value.key: value for value in values(load("sound.toml"))}
    place = found["arrangements.local.teams.place.wte"]
    assert (place.text, place.unit, place.spread) == ("3", "whole-time equivalents", "2 to 4")
    assert not place.assumed
    assert found["arrangements.central.teams.nation.wte"].assumed
    neutral = found["arrangements.local.handoffs.effort_share"]
    assert (neutral.source, neutral.assumed, neutral.origin) == ("neutral", False, None)


def test_numbers_are_written_without_exponents():
    assert [number(x) for x in (3.0, 1234567.0, 0.05, 1 / 3)] == [
        "3",
        "1,234,567",
        "0.05",
        "0.333333",
    ]


@pytest.mark.parametrize("part", PARTS)
def test_committed_schema_is_current(part):
    """Written anew by ``python -m sim.scenario.published``."""
    committed = (library.root() / file_name(part)).read_text(encoding="utf-8")
    assert json.loads(committed) == json.loads(schema_text(part))


FOLDERS = {"scenario": "", "arrangement": "arrangements", "context": "contexts"}
FOLDERS |= {"estate": "estates", "pathways": "pathways"}


def plain(found):
    return json.loads(json.dumps(found, default=lambda date: date.isoformat()))


@pytest.mark.parametrize("part", PARTS)
def test_every_file_of_the_library_meets_the_schema_that_editors_use(part):
    checker = jsonschema.Draft202012Validator(json.loads(schema_text(part)))
    checker.check_schema(checker.schema)
    files = sorted((library.root() / FOLDERS[part]).glob("*.toml"))
    assert files
    for path in files:
        assert not list(checker.iter_errors(plain(tomllib.loads(path.read_text()))))


@pytest.mark.parametrize(
    "wrong",
    [
        {"arrangements": {"x": {"teams": {"t": {"wtee": 3}}}}},
        {"arrangements": {"x": {"teams": {"t": {"wte": -3}}}}},
        {"run": {"calendar": "englnd"}},
        {"arrangements": {"x": {"visits": {"review_share": {"central": 1.2}}}}},
    ],
)
def test_the_schema_refuses_what_validation_would(wrong):
    checker = jsonschema.Draft202012Validator(json.loads(schema_text("scenario")))
    assert list(checker.iter_errors(wrong))


def test_a_misspelt_arrangement_of_the_parent_is_told_with_the_one_meant(tmp_path):
    child = tmp_path / "mine.toml"
    child.write_text('extends = "one-area-2013"\n[arrangements.centrl.teams.area]\nwte = 26\n')
    with pytest.raises(
        ScenarioError, match="'workforce' is missing, unless 'centrl' was meant to be 'central'"
    ):
        load(child)
