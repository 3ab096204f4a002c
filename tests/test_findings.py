"""What a notebook shows: sentences that intervals support, a small table, before and after."""

import io
import json
import math
import re
import warnings
from dataclasses import replace

import joblib
import pandas as pd
import pytest
from rich.console import Console
from small_scenario import changed
from test_table import OVERLOADED, PRIMARY, made_up, printed
from tiny import WORLD

import sim
from sim.experiment import execute, findings, summary
from sim.experiment.against import against
from sim.experiment.comparison import choose
from sim.experiment.errors import DesignError
from sim.experiment.findings import verdict

LOCAL = "Local"


def said(results, staffing="as staffed"):
    return findings.sentences(choose(results, staffing))


def shown(results, staffing="as staffed"):
    return summary.tabulate(choose(results, staffing))


# Verdicts


@pytest.mark.parametrize(
    ("low", "high", "sign", "expected"),
    [
        (0.06, 0.08, 1.0, "That is better, and enough to matter."),
        (-0.08, -0.06, 1.0, "That is worse, and enough to matter."),
        (-0.08, -0.06, -1.0, "That is better, and enough to matter."),
        (0.03, 0.08, 1.0, "That is better, and may be enough to matter."),
        (0.01, 0.02, -1.0, "That is worse, but too little to matter."),
        (-0.01, 0.08, 1.0, "The runs do not show which does better."),
        (
            -0.01,
            0.02,
            1.0,
            "The runs do not show which does better; either way the difference is too small to "
            "matter.",
        ),
        (0.0, 0.08, 1.0, "The runs do not show which does better."),
        (math.nan, math.nan, 1.0, "No interval can be given, so it is open which does better."),
        (0.06, 0.08, math.nan, ""),
    ],
)
def test_a_verdict_says_no_more_than_the_interval(low, high, sign, expected):
    assert verdict({"low": low, "high": high}, sign, 0.05) == expected


def test_without_a_smallest_difference_nothing_is_said_of_its_size():
    assert verdict({"low": 1.0, "high": 2.0}, 1.0, 0.0) == "That is better."
    assert (
        verdict({"low": -1.0, "high": 2.0}, 1.0, 0.0) == "The runs do not show which does better."
    )


# Sentences


def test_a_clear_difference_is_quoted_with_its_interval():
    results = made_up(local={"resolution_in_clock_share": 0.4})
    (sentence,) = said(results)
    row = results.compare().query(
        "measure == 'resolution_in_clock_share' and context == 'now' and staffing == 'as staffed'"
    )
    low, high = (100 * float(row[end].iloc[0]) for end in ("low", "high"))
    quoted = re.search(r"interval (\S+) to (\S+)\. ", sentence)
    ends = [float(end.replace("−", "-")) for end in quoted.groups()]
    assert ends == pytest.approx([low, high], abs=0.05)
    assert re.match(
        r"Cases resolved in time: \S+% with Local, against \S+% with Central\. ", sentence
    )
    assert sentence.endswith("That is worse, and enough to matter.")


def test_who_cannot_keep_up_is_told_with_the_staff_that_cannot():
    text = " ".join(said(made_up(local={**OVERLOADED, "clearance": math.inf}, noise=0.0)))
    assert "Local cannot keep up: one group of staff has at least as much work as time." in text
    assert "The highest load is 1.20: officer, in: office." in text
    assert "Cases owed grow by 12.3 a month" in text
    assert "Central cannot keep up" not in text


def test_where_less_is_owed_each_month_nobody_is_said_not_to_keep_up():
    caught = {**OVERLOADED, "backlog_growth_per_month": -8.3}
    text = " ".join(said(made_up(local={**caught, "clearance": math.inf}, noise=0.0)))
    assert "Local keeps up in part only: one group of staff has at least as much work as" in text
    assert "Cases owed fall by 8.3 a month; but new work takes all the time of the staff" in text
    text = " ".join(said(made_up(local={**caught, "clearance": 6.0}, noise=0.0)))
    assert "Local is still catching up: " in text
    assert "Cases owed fall by 8.3 a month; what is owed would be cleared by " in text
    assert "cannot keep up" not in text


def three(**shares):
    """Results of three arrangements with these shares resolved in time."""
    arrangements = PRIMARY.model_dump(mode="json", by_alias=True)["arrangements"]
    third = {**arrangements, "third": {**arrangements["local"], "title": "Third"}}
    scenario = changed("arrangements", third).model_copy(update={"compare": PRIMARY.compare})
    values = {name: {"resolution_in_clock_share": share} for name, share in shares.items()}
    return made_up(scenario, **values)


def test_the_best_of_several_comes_first():
    first = said(three(central=0.5, local=0.9, third=0.6))[0]
    assert first.startswith("As staffed, the primary measure is best with Local (cases resolved")
    assert "no interval of a difference includes zero" in first


def test_those_that_cannot_be_told_from_the_best_are_named():
    results = three(central=0.5, local=0.9, third=0.9)
    assert "These runs cannot tell it from" in said(results)[0]
    assert "Central" not in said(results)[0]


def test_nobody_is_best_where_a_value_was_not_reached():
    sentences = said(three(central=0.5, local=math.nan, third=0.9))
    assert not any("best with" in sentence for sentence in sentences)
    assert "not reached with Local" in sentences[0]


def test_times_that_overload_would_flatter_are_not_compared():
    timed = changed("compare", {"base": "central", "primary": "resolution_days_median"})
    assert "with Local" in said(made_up(timed, local={"resolution_days_median": 1.0}))[0]
    flattered = said(made_up(timed, local={**OVERLOADED, "resolution_days_median": 1.0}))
    assert all("cannot keep up" in sentence for sentence in flattered)


# The table


def test_the_table_has_titles_means_and_differences():
    found = shown(made_up(local={"cases_open": 150.0}))
    assert list(found.frame) == ["Central (base)", LOCAL]
    mean, difference = found.frame.loc["Cases still open", LOCAL].split("\n")
    assert mean.startswith("15")
    assert re.fullmatch(r"\+\d\S* \(\+\S+ to \+\S+\)", difference)
    assert "\n" not in found.frame.loc["Cases still open", "Central (base)"]


def test_equal_costs_are_no_difference():
    found = shown(made_up(noise=0.0))
    assert found.frame.loc["Total cost (£ per year)", LOCAL] == "£2,000,000\nno difference"


def test_overload_hides_times_and_is_told():
    found = shown(made_up(local=OVERLOADED))
    assert list(found.frame.loc["Every group of staff keeps up"]) == ["yes", "no"]
    assert found.frame.loc["Median time to resolution (calendar days)", LOCAL] == "overloaded"


def test_same_money_says_whose():
    assert shown(made_up()).title == "As staffed"
    assert shown(made_up(), "same money").title.endswith(
        "costs as much as Central (staff, overheads and committees)"
    )


def test_html_is_escaped_and_explains_every_measure():
    found = replace(shown(made_up()), title="a < b")
    html = found._repr_html_()
    assert "a &lt; b" in html
    assert html.count("<tr>") == len(found.frame) + 1
    assert html.count("<dt>") == len(found.meanings) == len(found.frame) - 2
    assert "simulation error only" in html
    assert "smallest difference that matters is 5 percentage points" in html


# Before and after


def after_change(**changes):
    """Results of a run whose local arrangement has other staff."""
    local = json.loads(PRIMARY.arrangements["local"].model_dump_json())
    local["teams"]["office"]["wte"] = {"central": 12.0}
    content = json.loads(PRIMARY.model_dump_json(by_alias=True))
    content["arrangements"]["local"] = local
    return made_up(type(PRIMARY).model_validate(content), local=changes)


def test_an_arrangement_is_compared_with_itself_before_the_change():
    found = against(after_change(cases_open=60.0), made_up(), "local")
    assert set(found.measures["arrangement"]) == {"before", "after"}
    assert found.base == "before"
    rows = found.compare().query("measure == 'cases_open' and context == 'now'")
    assert list(rows["arrangement"]) == ["after"]
    assert float(rows["difference"].iloc[0]) == pytest.approx(-40, rel=0.02)
    assert "with Local after the change, against" in said(found)[0]
    assert list(shown(found).frame) == ["Local before the change (base)", "Local after the change"]


def test_no_change_is_exactly_no_difference():
    found = against(made_up(), made_up(), "local").comparisons
    assert (found["difference"] == 0).all()


def test_before_and_after_are_printed_without_same_money():
    text = printed(against(after_change(), made_up(), "local"))
    assert "As staffed" in text
    assert "Same money" not in text


def test_runs_of_other_models_are_refused():
    other = made_up()
    other = replace(other, manifest={**other.manifest, "model_version": "0"})
    with pytest.raises(DesignError, match="did not have the same luck: model_version differ"):
        against(other, made_up(), "local")


@pytest.mark.parametrize(("name", "value"), [("seed", 8), ("years", 2.0), ("replications", 3)])
def test_runs_with_other_luck_are_refused(name, value):
    run = PRIMARY.run.model_copy(update={name: value})
    other = made_up(PRIMARY.model_copy(update={"run": run}))
    with pytest.raises(DesignError, match=f"did not have the same luck: {name} differ"):
        against(other, made_up(), "local")


def test_an_unknown_arrangement_is_refused():
    with pytest.raises(DesignError, match="no arrangement 'nobody'"):
        against(made_up(), made_up(), "nobody")


# The Python interface


FAST = ["run.years=0.1", "run.warm_up_months=0", "run.replications=2"]


def test_the_interface_offers_them(tmp_path):
    scenario = sim.load("textbook", FAST)
    name = next(iter(scenario.scenario.arrangements))
    change = f"arrangements.{name}.teams.servers.wte=30"
    changed_scenario = sim.load("textbook", [*FAST, change])
    before, after = (
        sim.run(each, jobs=1, out=tmp_path, progress=False) for each in (scenario, changed_scenario)
    )
    pair = after.against(before, name)
    assert isinstance(pair, sim.Results)
    assert pair.sentences()
    assert isinstance(pair.table().frame, pd.DataFrame)
    assert "before the change" in pair.chart("backlog").caption
    assert pair.save().is_dir()
    pair.show(Console(file=io.StringIO()))
    assert sim.diff(scenario, changed_scenario)
    assert sim.diff(scenario, scenario) == []


def test_a_scenario_is_described_in_markdown():
    text = sim.describe("one-area-2013")
    scenario = sim.load("one-area-2013").scenario
    assert text.startswith(f"**{scenario.title}**")
    assert f"- **{scenario.arrangements['pct'].title}** (base): " in text
    assert all(each.description in text for each in scenario.arrangements.values())
    assert "a synthetic estate built from published facts" in text
    assert re.search(r"\d+ of the \d+ values that should rest on evidence are assumed\.$", text)


def test_a_process_that_is_replaced_is_no_news(monkeypatch):
    def parallel(**options):
        def run(calls):
            for call in calls:
                warnings.warn("A worker stopped while some jobs were given", stacklevel=1)
                function, arguments, named = call
                yield function(*arguments, **named)

        return run

    monkeypatch.setattr(joblib, "Parallel", parallel)
    assert list(execute.in_parallel(map(joblib.delayed(abs), (-1, 2)), 2)) == [1, 2]
    with pytest.warns(UserWarning, match="something else"):
        warnings.warn("something else", stacklevel=1)


# A copy with other staff


COPY = """
[arrangements.more]
like = "central"
title = "Central with more"

[arrangements.more.teams.office]
wte = 12
"""


def test_what_the_same_money_takes_away_is_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "copy.toml"
    path.write_text(WORLD + COPY, encoding="utf-8")
    found = sim.run(sim.load(path), progress=False, jobs=1)
    note = "Central with more differs from Central in how many staff it has and in nothing else"
    assert [*findings.undone(choose(found, "as staffed"))] == []
    (said_once,) = findings.undone(choose(found, "same money"))
    assert said_once.startswith(note)
    assert printed(found).count("see it as staffed") == 1
