"""The validation targets: read, run on a tiny scenario, judged; errors; the shipped file."""

import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from scipy.stats import t as student
from tiny import WORLD

from sim import cli
from sim.evidence import transformations as tr
from sim.evidence.judgement import Finding, Interval, answer, evaluate, findings, interval, verdict
from sim.evidence.reading import chosen, read_targets, shipped
from sim.evidence.report import COLUMNS, document, render
from sim.evidence.targets import Check, Gap
from sim.evidence.words import accepted, asked, model, rests_on, tally
from sim.evidence.words import verdict as verdict_words
from sim.evidence.worlds import Place, Side, assumptions, places, world_of
from sim.experiment.errors import DesignError
from sim.scenario.errors import ScenarioError
from sim.version import MODEL_VERSION

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "evidence.md"

CHECK = {
    "what": "Staff",
    "label": "independent",
    "observed": "About 32",
    "sources": ["assumption"],
    "scenario": "tiny.toml",
    "arrangement": "central",
    "value": {"measure": "wte"},
    "unit": "WTE",
    "low": 30,
    "high": 34,
    "rests_on": ["arrangements.central.teams.office.wte"],
}

TARGETS = """# Targets for a test
[T1]
title = "Staff"

[[T1.checks]]
what = "Staff of the offices"
label = "independent"
observed = "About 32 people"
sources = ["assumption"]
scenario = "tiny.toml"
arrangement = "central"
value = { measure = "wte" }
unit = "WTE"
low = 30
high = 34
rests_on = ["arrangements.central.teams.office.wte"]

[[T1.checks]]
what = "Half as many elsewhere"
label = "input check"
observed = "A third fewer"
sources = ["derived"]
scenario = "tiny.toml"
arrangement = "local"
value = { measure = "wte" }
versus = { arrangement = "central", by = "change" }
unit = "share"
low = -0.4
high = -0.3
rests_on = ["arrangements.local.teams.office.wte"]

[T2]
title = "Size"

[[T2.checks]]
what = "Practices for each office"
label = "input check"
observed = "Five"
sources = ["derived"]
scenario = "tiny.toml"
arrangement = "central"
transformation = "contracts_per_body"
contracts = ["gp"]
tier = "area"
unit = "practices"
rests_on = ["estate.contracts.gp"]

[[T2.gaps]]
what = "Vacancies"
label = "independent"
observed = "A tenth"
sources = ["F70"]
missing = ["turnover"]
"""


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A folder with a tiny scenario and targets for it; scenarios are read afresh."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.toml").write_text(WORLD, encoding="utf-8")
    (tmp_path / "targets.toml").write_text(TARGETS, encoding="utf-8")
    return tmp_path


def check(**changes):
    return Check.model_validate({**CHECK, **changes})


def frame(values, **columns):
    """Make measures: one row per replication."""
    row = {"measure": "wte", "case_type": "all", "body": "all", "role": "all", "period": "all"}
    return pd.DataFrame(
        [{**row, **columns, "replication": n, "value": value} for n, value in enumerate(values)]
    )


def place(arrangement="central", *settings):
    return Place("tiny.toml", settings, arrangement, "baseline")


def complaints(folder, old, new):
    """Return what is said about the targets with one text replaced."""
    path = folder / "targets.toml"
    assert TARGETS.count(old) >= 1
    path.write_text(TARGETS.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_targets(path)
    return str(caught.value)


# ---- A tiny scenario with known numbers ------------------------------------------


def test_known_numbers_are_judged_and_a_miss_stays_a_miss(tiny):
    targets = read_targets(tiny / "targets.toml")
    found = evaluate(targets, replications=2, jobs=1, out=tiny / "out", progress=False)
    assert [(each.target, each.verdict) for each in found] == [
        ("T1", "hit"),
        ("T1", "miss"),
        ("T2", "not compared"),
        ("T2", "not modelled"),
    ]


def test_the_answers_are_the_files_own_numbers(tiny):
    targets = read_targets(tiny / "targets.toml")
    found = evaluate(targets, replications=2, jobs=1, out=tiny / "out", progress=False)
    assert [each.model.mean for each in found[:3]] == [32.0, -0.5, 5.0]
    assert all(each.model.low == each.model.high for each in found[:3])
    assert found[3].model is None


def test_finished_replications_are_reused(tiny, monkeypatch):
    targets = read_targets(tiny / "targets.toml")
    evaluate(targets, replications=2, jobs=1, out=tiny / "out", progress=False)
    stored = sorted((tiny / "out").rglob("*.parquet"))
    assert len(stored) == 4

    def never(*anything):
        raise AssertionError("run again")

    monkeypatch.setattr("sim.experiment.worker.simulate", never)
    again = evaluate(targets, replications=2, jobs=1, out=tiny / "out", progress=False)
    assert again[0].verdict == "hit"


def test_what_needs_no_run_runs_nothing(tiny):
    targets = chosen(read_targets(tiny / "targets.toml"), ["t2"])
    found = evaluate(targets, replications=2, out=tiny / "out", progress=False)
    assert [each.verdict for each in found] == ["not compared", "not modelled"]
    assert not (tiny / "out").exists()


def test_one_replication_has_no_interval(tiny):
    with pytest.raises(DesignError, match="replications: expected 2 or more, found 1"):
        evaluate(read_targets(tiny / "targets.toml"), replications=1, out=tiny / "out")


def test_the_sizes_of_the_world_are_those_of_the_scenario(tiny):
    asks = check(transformation="per_meeting", committee="board", tier="area", contracts=["dental"])
    world = world_of(asks, place())
    assert world == tr.World(years=1.0, contracts=10, bodies=4, meetings_per_year=24.0)
    assert world_of(check(), place()) == tr.World()


# ---- From measures to an answer -----------------------------------------------------


def test_rows_are_chosen_by_every_column_and_added_up(tiny):
    measures = pd.concat(
        [
            frame([1.0, 2.0], case_type="query"),
            frame([10.0, 20.0], case_type="visit"),
            frame([99.0, 99.0], case_type="query", body="office"),
            frame([99.0, 99.0], case_type="query", period="year 1"),
            frame([99.0, 99.0], case_type="query", role="officer"),
            frame([99.0, 99.0], case_type="query", measure="load"),
            frame([99.0, 99.0]),
        ]
    )
    both = check(value={"measure": "wte", "case_types": ["query", "visit"]})
    assert answer(both, {place(): measures}, 2).tolist() == [11.0, 22.0]


def test_a_replication_without_the_row_and_one_not_reached_are_not_left_out(tiny):
    assert np.isnan(answer(check(), {place(): frame([1.0])}, 2)).tolist() == [False, True]
    parts = [frame([1.0, 1.0], case_type="query"), frame([math.nan, 1.0], case_type="visit")]
    both = check(value={"measure": "wte", "case_types": ["query", "visit"]})
    assert np.isnan(answer(both, {place(): pd.concat(parts)}, 2)).tolist() == [True, False]


def test_an_answer_goes_from_ratio_to_difference_to_unit(tiny):
    ours = pd.concat([frame([6.0, 8.0]), frame([2.0, 2.0], measure="load")])
    theirs = pd.concat([frame([2.0, 2.0]), frame([2.0, 4.0], measure="load")])
    asks = check(
        over={"measure": "load"},
        transformation="ratio",
        versus={"arrangement": "local", "by": "difference"},
        divide_by=0.01,
    )
    measures = {place(): ours, place("local"): theirs}
    assert answer(asks, measures, 2) == pytest.approx([200.0, 350.0])


def test_bodies_are_taken_one_by_one_and_put_together():
    asks = check(scenario="england-2013", each="region", across="spread")
    regions = places(asks, Side("central"))
    assert [each.settings for each in regions] == [
        (f"estate.region={name}",)
        for name in (
            "London",
            "Midlands and East of England",
            "North of England",
            "South of England",
        )
    ]
    measures = {each: frame([float(n), 5.0]) for n, each in enumerate(regions)}
    assert answer(asks, measures, 2).tolist() == [3.0, 0.0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("value", [6.0, 8.0]),
        ("complement", [-5.0, -7.0]),
        ("ratio", [3.0, 2.0]),
        ("per_year", [3.0, 4.0]),
        ("per_contract_year", [0.3, 0.4]),
        ("per_meeting", [0.5, 8.0 / 12.0]),
        ("contracts_per_body", [2.0, 2.0]),
    ],
)
def test_each_transformation(name, expected):
    world = tr.World(years=2.0, contracts=10, bodies=5, meetings_per_year=6.0)
    seen = tr.Seen(np.array([6.0, 8.0]), np.array([2.0, 4.0]), world)
    assert tr.TRANSFORMATIONS[name](seen) == pytest.approx(expected)


def test_every_named_transformation_is_tested_and_there():
    assert set(tr.TRANSFORMATIONS) == set(tr.Transformation.__args__)
    assert set(tr.VERSUS) == set(tr.Versus.__args__)
    assert set(tr.ACROSS) == set(tr.Across.__args__)


def test_change_is_a_share_of_the_other():
    assert tr.change(np.array([3.0, 0.0]), np.array([4.0, 4.0])).tolist() == [-0.25, -1.0]


def test_dividing_by_nothing_is_no_number_and_no_warning():
    ends = tr.divided(np.array([1.0, 0.0]), np.array([0.0, 0.0]))
    assert np.isinf(ends[0])
    assert np.isnan(ends[1])


def test_chance_alone_gives_a_variance_like_the_mean():
    counts = np.random.default_rng(1).poisson(6.0, (4000, 3)).astype(float)
    assert tr.variance_to_mean(counts) == pytest.approx(1.0, abs=0.1)
    assert np.isnan(tr.variance_to_mean(counts[:1])).all()


# ---- Hit or miss ----------------------------------------------------------------------


def test_the_interval_is_a_t_interval():
    found = interval(np.array([1.0, 2.0, 3.0, 6.0]))
    half = student.ppf(0.975, 3) * np.std([1, 2, 3, 6], ddof=1) / 2.0
    assert found == Interval(3.0, pytest.approx(3.0 - half), pytest.approx(3.0 + half))


def test_the_interval_of_equal_values_has_no_width():
    assert interval(np.full(5, 0.1)) == Interval(0.1, 0.1, 0.1)


@given(st.tuples(*[st.integers(-3, 3)] * 4))
def test_a_hit_is_an_overlap(ends):
    low, high = sorted(ends[:2])
    start, end = sorted(ends[2:])
    overlap = bool({*range(low, high + 1)} & {*range(start, end + 1)})
    found = Interval((start + end) / 2, float(start), float(end))
    assert verdict(check(low=low, high=high), found) == ("hit" if overlap else "miss")


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(None, 1.9, "miss"), (None, 2.0, "hit"), (3.0, None, "hit"), (3.1, None, "miss")],
)
def test_an_open_end_is_open(low, high, expected):
    assert verdict(check(low=low, high=high), Interval(2.5, 2.0, 3.0)) == expected


def test_a_hit_by_its_interval_only_says_so():
    asks = check(low=3.0, high=4.0)
    near, inside = (Finding("T", asks, "hit", Interval(m, m - 1, m + 1)) for m in (2.5, 3.5))
    assert verdict_words(near) == "hit, its mean outside"
    assert verdict_words(inside) == "hit"
    assert verdict_words(Finding("T", asks, "miss", Interval(9, 9, 9))) == "miss"


def test_what_was_not_reached_is_neither_hit_nor_miss():
    found = interval(np.array([1.0, math.nan]))
    assert verdict(check(), found) == "cannot be judged"
    assert model(Finding("T", check(), "cannot be judged", found)) == "not reached"


def test_what_never_ends_is_a_miss_unless_the_range_is_open():
    with np.errstate(all="raise"):
        found = interval(np.array([math.inf, math.inf]))
    assert verdict(check(), found) == "miss"
    assert verdict(check(high=None), found) == "hit"


def test_a_time_says_who_cannot_keep_up(tiny):
    asks = check(value={"measure": "decision_wait_days_median"}, low=1, high=50)
    measures = pd.concat(
        [
            frame([10.0, 11.0], measure="decision_wait_days_median"),
            frame([1.2, 1.3], measure="load", body="office", role="officer"),
        ]
    )
    target = read_targets(tiny / "targets.toml")["T1"].model_copy(update={"checks": (asks,)})
    [found] = findings({"T1": target}, {place(): measures}, 2)
    assert found.behind == ("office",)
    assert verdict_words(found) == "hit; office cannot keep up"


# ---- Words ------------------------------------------------------------------------------


def test_the_range_is_said_in_the_unit_of_the_check():
    assert accepted(check(low=0.05, high=None, unit="share")) == "at least 5%"
    assert accepted(check(low=None, high=-0.125, unit="share")) == "at most −12.5%"
    assert accepted(check(low=1, high=1234.5)) == "1 to 1,234.5"
    assert accepted(check(low=None, high=None)) == ""


def test_the_answer_is_said_with_its_interval():
    shares = Finding("T", check(unit="share"), "hit", Interval(0.5, 0.48, 0.52))
    assert model(shares) == "50.0% (48.0% to 52.0%)"
    assert model(Finding("T", check(), "hit", Interval(32.0, 32.0, 32.0))) == "32.0 WTE"


def test_what_is_asked_and_what_it_rests_on_can_be_looked_up(tiny):
    asks = check(versus={"arrangement": "local", "by": "change"}, settings=["run.years=2"])
    assert asked(asks) == "wte; central, change from local; tiny.toml run.years=2, baseline"
    [line] = rests_on(check())
    assert line == "arrangements.central.teams.office.wte = 8 (4 to 12), assumed"


def test_the_terminal_shows_every_row_and_what_it_rests_on(tiny):
    targets = read_targets(tiny / "targets.toml")
    found = evaluate(targets, replications=2, jobs=1, out=tiny / "out", progress=False)
    console = Console(width=100, record=True, file=(tiny / "printed").open("w", encoding="utf-8"))
    console.print(render(targets, found))
    text = re.sub(r"\s+", " ", console.export_text())
    console.file.close()
    for row in (row for target in targets.values() for row in target.rows):
        assert row.what.split(",")[0] in text
    for words in ("32.0 WTE", "−50.0%", "miss", "not modelled", "estate.contracts.gp = 20"):
        assert words in text
    assert "Independent: 1 hit, 1 not modelled." in text
    assert tally(found)[1] == "Input check: 1 miss, 1 not compared."


# ---- Faults of the file -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'measure = "wte"',
            'measure = "wtes"',
            "targets.toml:12: T1.checks[0].value.measure: there is no 'wtes'; did you mean 'wte'?",
        ),
        (
            'arrangement = "central"',
            'arrangement = "centre"',
            "targets.toml:11: T1.checks[0].arrangement: there is no 'centre': "
            "one of central, local; did you mean 'central'?",
        ),
        (
            'label = "independent"',
            'label = "independant"',
            'targets.toml:7: T1.checks[0].label: found "independant", expected independent, '
            "input check or out of scope; did you mean 'independent'?",
        ),
        (
            "unit = ",
            "units = ",
            "targets.toml:13: T1.checks[0].units: unknown key 'units'; did you mean 'unit'?",
        ),
        (
            'sources = ["F70"]',
            'sources = ["F7O"]',
            "there is no 'F7O'; did you mean 'F7",
        ),
        (
            "teams.office.wte",
            "teams.ofice.wte",
            "T1.checks[0].rests_on: there is no 'arrangements.central.teams.ofice.wte'; "
            "did you mean 'arrangements.central.teams.office.wte'?",
        ),
        (
            'transformation = "contracts_per_body"',
            'transformation = "contracts_per_bodies"',
            "did you mean 'contracts_per_body'?",
        ),
        ('tier = "area"', 'tier = "aera"', "did you mean 'area'?"),
        ('tier = "area"\n', "", "'tier' is missing, which 'contracts_per_body' needs"),
        ('"tiny.toml"', '"tinny"', "T1.checks[0].scenario: tinny: there is no such scenario"),
        (
            'value = { measure = "wte" }',
            'value = { measure = "wte", case_types = ["querry"] }',
            "T1.checks[0].value.case_types: there is no 'querry': one of",
        ),
        (
            'value = { measure = "wte" }',
            'value = { measure = "wte", period = "year 2", body = "ofice", role = "oficer" }',
            "T1.checks[0].value.role: there is no 'oficer': one of",
        ),
        ("low = 30", "low = 40", "found 40, expected at most 'high', 34"),
        ("low = 30", 'low = 30\neach = "region"', "'each' and 'across' belong together"),
        ('what = "Vacancies"\n', "", "T2.gaps[0]: 'what' is missing"),
        ("[T1]", "[T1", "not valid TOML"),
    ],
)
def test_a_fault_is_told_with_file_line_key_and_nearest_name(tiny, old, new, message):
    assert message in complaints(tiny, old, new)


def test_all_faults_are_told_at_once(tiny):
    value = 'value = { measure = "wte", period = "year 2", body = "ofice", role = "oficer" }'
    said = complaints(tiny, 'value = { measure = "wte" }', value)
    assert len(said.splitlines()) == 3


def test_a_target_must_say_something(tiny):
    (tiny / "targets.toml").write_text('[T1]\ntitle = "Nothing"\n', encoding="utf-8")
    with pytest.raises(ScenarioError, match="T1: neither checks nor gaps"):
        read_targets(tiny / "targets.toml")


def test_a_file_with_a_mark_of_its_encoding_is_read_and_other_text_refused(tiny):
    path = tiny / "targets.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8-sig")
    assert read_targets(path)
    path.write_text(f"# \N{POUND SIGN}\n{text}", encoding="latin-1")
    with pytest.raises(ScenarioError, match=r"targets\.toml: the file is not UTF-8 text"):
        read_targets(path)


def test_a_file_that_is_not_there(tiny):
    with pytest.raises(ScenarioError, match=r"none\.toml: cannot be read"):
        read_targets(tiny / "none.toml")


# ---- The shipped targets and their page ------------------------------------------------------


@pytest.fixture(scope="module")
def targets():
    return read_targets()


def test_every_target_of_the_evidence_is_there_in_order(targets):
    assert list(targets) == [f"V{number}" for number in range(1, 17)]


def test_every_row_says_what_it_means(targets):
    for name, target in targets.items():
        assert target.title, name
        for row in target.rows:
            assert row.why or row.label == "input check", (name, row.what)
            if isinstance(row, Gap):
                assert bool(row.missing) == (row.label != "out of scope"), (name, row.what)
            else:
                compared = row.low is not None or row.high is not None
                assert compared == (row.label != "out of scope"), (name, row.what)


def test_no_independent_check_rests_only_on_what_the_same_source_set(targets):
    """Otherwise agreement is no evidence."""
    for name, target in targets.items():
        for row in target.checks:
            if row.label == "independent" and row.versus is None and row.across is None:
                known = assumptions(row.scenario, row.settings)
                same = [set(row.sources) & set(known[k].source.split(", ")) for k in row.rests_on]
                assert not all(same), (name, row.what)


def test_the_page_is_what_the_command_writes_but_for_the_simulated_cells(targets):
    """Written anew by ``sim evidence --markdown docs/evidence.md``."""
    page = PAGE.read_text(encoding="utf-8")
    found = [
        Finding(name, row, "miss" if isinstance(row, Check) else "not modelled")
        for name, target in targets.items()
        for row in target.rows
    ]
    [replications] = re.findall(r"; (\d+) replications; ", page)
    assert int(replications) >= 10
    assert without_results(page) == without_results(document(targets, found, int(replications)))


def without_results(page):
    """Drop the simulated cells, and the count of hits and misses."""
    lines = []
    for line in page.splitlines():
        cells = line.split(" | ")
        if len(cells) == len(COLUMNS):
            line = " | ".join(cells[:-2])
        if not re.match(r"- (Independent|Input check|Out of scope): ", line):
            lines.append(line)
    return lines


def test_the_page_is_of_this_version_of_the_model(targets):
    """Written anew by ``sim evidence --markdown docs/evidence.md``."""
    assert f"Model version {MODEL_VERSION}; " in PAGE.read_text(encoding="utf-8")


def test_the_page_counts_what_its_table_holds():
    page = PAGE.read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| V")]
    for label in ("independent", "input check"):
        verdicts = [cells[-1] for cells in rows if cells[2] == label]
        [counted] = re.findall(rf"^- {label.capitalize()}: (.*)\.$", page, flags=re.MULTILINE)
        for word in ("hit", "miss", "not modelled"):
            number = sum(each.startswith(word) for each in verdicts)
            assert (f"{number} {word}" in counted) == bool(number)


# ---- The command -----------------------------------------------------------------------------


@pytest.fixture
def command(capsys):
    def run(*words):
        with pytest.raises(SystemExit) as stop:
            cli.main(["evidence", *map(str, words)])
        return int(stop.value.code or 0), *capsys.readouterr()

    return run


def test_some_targets_from_the_command_line(command, tmp_path):
    page = tmp_path / "page.md"
    code, out, _ = command("--only", "V6", "V10", "--markdown", page, "--out", tmp_path / "out")
    assert code == 0
    assert "Practices for each CCG" in out
    assert f"written: {page}" in re.sub(r"\s+", " ", out)
    text = page.read_text(encoding="utf-8")
    assert [line[:5] for line in text.splitlines() if line.startswith("## V")] == ["## V6", "## V1"]
    assert not (tmp_path / "out").exists()


def test_an_unknown_target_is_answered_with_those_there_are(command, tmp_path):
    code, out, err = command("--only", "V17", "--out", tmp_path)
    assert (code, out) == (2, "")
    assert err.startswith("command line: --only: there is no target 'V17'; there are V1, V2")


def test_a_page_that_cannot_be_written(command, tmp_path):
    code, _, err = command("--only", "V10", "--markdown", tmp_path / "no" / "page.md")
    assert code == 2
    assert "could not write" in err


def test_the_shipped_file_is_in_the_library():
    assert shipped().is_file()
