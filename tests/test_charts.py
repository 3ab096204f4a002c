import os
import re
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from chart_data import (
    CASE_TYPES,
    NAMES,
    PARTS,
    ROLES,
    chart_data,
    measures,
    never_reached,
)
from hypothesis import given
from hypothesis import strategies as st
from laid_out import assert_laid_out
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from sim import charts
from sim.charts import CHARTS, NoDataError, UnknownChartError, draw, drawing, save_all
from sim.charts.data import estimates, select
from sim.charts.over_time import month_ticks
from sim.charts.panels import spread, wrap
from sim.charts.style import WIDTHS_CM, looks
from sim.charts.words import decimals_for, listed, number, quote, unit_of

WIDTHS = tuple(WIDTHS_CM)
LONG = {
    "central": "NHS England central commissioning with area teams",
    "delegated": "Fully delegated to clinical commissioning groups",
    "complaint": "Complaint about a contract holder that needs a clinical opinion from elsewhere",
}


def overloaded(frame):
    """One arrangement never reaches its upper quantiles, another not even its median."""
    frame = never_reached(frame, ["p90"], "central")
    frame = never_reached(frame, ["median"], "central (same money)", replications=[0])
    return never_reached(frame, ["median", "p75", "p90"], "delegated")


CASES = {
    "four": {},
    "two without spread": {"names": NAMES[:2], "spread": 0.0},
    "one": {"names": NAMES[:1]},
    "one replication": {"names": NAMES[:2], "replications": 1},
    "overloaded, long names": {"change": overloaded, "labels": LONG},
    "one year": {"years": 1, "replications": 3},
    "six": {"names": (*NAMES, "hub", "consortia"), "replications": 3, "years": 2},
}
_made = {}


def made(case):
    if case not in _made:
        _made[case] = chart_data(**CASES[case])
    return _made[case]


def drawable(case):
    """The differences need a second arrangement."""
    return [name for name in CHARTS if (name, case) != ("differences", "one")]


@pytest.fixture
def unpainted(monkeypatch):
    """Charts have their numbers and words alone: painting them takes most of the time."""
    monkeypatch.setattr(drawing, "paint", lambda *_: None)


def only_backlog(frame):
    return frame[frame["measure"] == "backlog_cases"]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("case", CASES)
def test_every_text_lies_inside_the_figure_and_none_overlap(case, width):
    for name in drawable(case):
        figure = draw(name, made(case), width).figure
        assert figure.get_size_inches()[0] == pytest.approx(WIDTHS_CM[width] / 2.54)
        assert figure.get_size_inches()[1] * 2.54 < 26
        assert_laid_out(figure, name)


@pytest.mark.parametrize("name", CHARTS)
def test_text_is_at_least_7_points(name, monkeypatch):
    figure = draw(name, made("four")).figure
    FigureCanvasAgg(figure).draw()
    sizes = [t.get_fontsize() for t in figure.findobj(Text) if t.get_text().strip()]
    assert min(sizes) >= 7


def points(figure):
    """Abscissae of single marks, as drawn (the marks that stand for an estimate)."""
    lines = [line for ax in figure.axes for line in ax.lines]
    marked = [line for line in lines if len(line.get_xdata()) == 1 and line.get_marker() != ">"]
    kept = [line for line in marked if line.get_marker() not in ("None", "|", "_")]
    return sorted(float(line.get_xdata()[0]) for line in kept)


def test_backlog_draws_its_table():
    drawn = draw("backlog", made("four"))
    ax = drawn.figure.axes[0]
    assert len(ax.lines) == len(NAMES) == len(ax.collections)
    for line, band, (_, rows) in zip(
        ax.lines, ax.collections, drawn.table.groupby("arrangement", sort=False), strict=True
    ):
        assert list(line.get_ydata()) == list(rows["mean"])
        edge = set(band.get_paths()[0].vertices[:, 1])
        assert edge >= set(rows["low"]) | set(rows["high"])


def test_the_backlog_marks_a_change_within_the_run_and_says_when():
    data = replace(made("four"), changes=["2013-03", "2014-04"])
    plain, marked = draw("backlog", made("four")), draw("backlog", data)
    [ax] = marked.figure.axes
    [line] = [line for line in ax.lines if set(line.get_xdata()) == {11}]  # the end of March 2014
    assert line.get_linestyle() == ":"
    assert "change" in [text.get_text() for text in ax.texts]
    assert "takes the place of another in April 2014." in marked.caption
    assert len(ax.lines) == len(plain.figure.axes[0].lines) + 1
    assert "takes the place" not in plain.caption


def test_coverage_marks_a_change_too():
    data = replace(made("four"), changes=["2014-10"])
    drawn = draw("coverage", data)
    for ax in drawn.figure.axes:
        dotted = [line for line in ax.lines if line.get_linestyle() == ":"]
        assert [1.5, 1.5] in [list(line.get_xdata()) for line in dotted]
    assert "A dotted line marks where one arrangement" in drawn.caption
    assert_laid_out(drawn.figure)


def test_coverage_draws_its_table():
    drawn = draw("coverage", made("four"))
    shown = [bar for ax in drawn.figure.axes for bar in ax.containers]
    groups = drawn.table.groupby(["measure", "arrangement"], sort=False)
    assert len(shown) == 2 * len(NAMES) == len(groups)
    for bar, (_, rows) in zip(shown, groups, strict=True):
        line, _, (stems,) = bar
        assert np.allclose(line.get_ydata(), 100 * rows["mean"])
        ends = np.array([segment[:, 1] for segment in stems.get_segments()])
        assert np.allclose(ends, 100 * rows[["low", "high"]])


def test_utilisation_draws_its_table():
    drawn = draw("utilisation", made("four"))
    assert np.allclose(points(drawn.figure), sorted(100 * drawn.table["mean"]))
    for ax in drawn.figure.axes:
        assert any(list(line.get_xdata()) == [100, 100] for line in ax.lines)


def test_differences_draw_their_table():
    drawn = draw("differences", made("four"))
    scale = {"share": 100, "GBP per year": 1e-3}
    values = drawn.table["difference"] * drawn.table["unit"].map(scale).fillna(1.0)
    assert np.allclose(points(drawn.figure), sorted(values))


def test_response_times_draw_their_medians():
    drawn = draw("response_times", made("overloaded, long names"))
    medians = drawn.table[drawn.table["measure"] == "resolution_days_median"]["mean"]
    assert medians.isna().any()
    assert np.allclose(points(drawn.figure), sorted(medians.dropna()))


def test_elapsed_draws_its_table():
    drawn = draw("elapsed", made("four"))
    bars = [p for ax in drawn.figure.axes for p in ax.patches if isinstance(p, Rectangle)]
    parts = drawn.table[drawn.table["component"] != "total"]
    assert np.allclose([bar.get_width() for bar in bars], parts["mean"])
    by = ["case_type", "arrangement"]
    totals = drawn.table[drawn.table["component"] == "total"].set_index(by)["mean"]
    assert np.allclose(parts.groupby(by)["mean"].sum().sort_index(), totals.sort_index())


@pytest.mark.parametrize("name", CHARTS)
def test_no_mean_without_its_interval(name):
    table = draw(name, made("four")).table
    assert {"low", "high", "replications"} <= set(table.columns)
    assert table[["low", "high"]].notna().all(axis=None)
    assert (table["low"] < table["high"]).all()


def test_estimates_are_t_intervals_by_hand():
    frame = pd.DataFrame({"g": ["a"] * 4, "unit": "days", "value": [1.0, 2.0, 3.0, 6.0]})
    row = estimates(frame, ["g"]).iloc[0]
    half = 3.182446305284263 * 2.160246899469287 / 2
    assert row["mean"] == 3.0
    assert (row["low"], row["high"]) == pytest.approx((3 - half, 3 + half))
    assert (row["replications"], row["missing"]) == (4, 0)


@pytest.mark.parametrize("hole", [np.nan, np.inf])
def test_a_replication_without_a_value_leaves_no_mean(hole):
    frame = pd.DataFrame({"g": ["a"] * 3, "unit": "days", "value": [1.0, hole, 3.0]})
    row = estimates(frame, ["g"]).iloc[0]
    assert np.isnan([row["mean"], row["low"], row["high"]]).all()
    assert row["missing"] == 1


def test_select_takes_the_staffing_that_was_asked_for():
    data = made("four")
    money = replace(data, staffing="same money")
    plain, scaled = (select(d, ["cost_total_gbp"]) for d in (data, money))
    assert list(plain["arrangement"].unique()) == list(scaled["arrangement"].unique())
    central = scaled.loc[scaled["arrangement"] == "central", "value"]
    frame = data.measures
    wanted = (frame["arrangement"] == "central (same money)") & (
        frame["measure"] == "cost_total_gbp"
    )
    assert list(central) == list(frame.loc[wanted, "value"])
    # The base has no variant of its own: it already costs what it costs.
    assert list(plain.query("arrangement == 'pct'")["value"]) == list(
        scaled.query("arrangement == 'pct'")["value"]
    )
    assert "Staffing: as staffed." in draw("backlog", data).caption
    assert "Staffing: same money." in draw("backlog", money).caption


def quoted(value, low, high):
    places = decimals_for(abs(value), (high - low) / 2)
    return number(value, places), f"{number(low, places)} to {number(high, places)}"


def test_the_caption_of_the_backlog_holds_its_numbers():
    drawn = draw("backlog", made("four"))
    last = drawn.table[drawn.table["period"] == "2018-03"].sort_values("mean")
    for place, word in ((-1, "highest Central"), (0, "lowest Place based")):
        row = last.iloc[place]
        mean, ends = quoted(row["mean"], row["low"], row["high"])
        assert f"{word}, {mean} cases" in drawn.caption
        assert ends in drawn.caption
    assert "In March 2018" in drawn.caption
    assert "Line chart" in drawn.alt
    assert "April 2013 to March 2018" in drawn.alt


@pytest.mark.usefixtures("unpainted")
@pytest.mark.parametrize("case", CASES)
def test_every_caption_says_where_its_numbers_come_from(case):
    replications = CASES[case].get("replications", 12)
    for name in drawable(case):
        drawn = draw(name, made(case))
        assert "Scenario: One area, 2013" in drawn.caption
        assert drawn.caption.endswith("Synthetic estate, built from published facts.")
        if replications > 1:
            assert f"Means of {replications} replications with 95% t intervals" in drawn.caption
            assert "simulation error only" in drawn.caption
        else:
            assert "One replication, so no interval can be given." in drawn.caption
            assert "95% interval 0" not in drawn.caption
        assert len(drawn.alt) > 60
        for label in (made(case).label(n) for n in drawn.table["arrangement"].unique()):
            assert label in drawn.alt
        for words in (drawn.caption, drawn.alt):
            assert not re.search(r"\bnan\b|\binf\b|  |\.\.|_", words), words


def test_the_captions_quote_the_winner_and_its_interval():
    data = made("four")
    for name, column, value in (
        ("response_times", "case_type", "practice_query"),
        ("utilisation", "role", "contract_manager"),
        ("elapsed", "case_type", "all"),
    ):
        drawn = draw(name, data)
        kind = {
            "response_times": ("measure", "resolution_days_median", 1, ""),
            "utilisation": ("measure", "utilisation", 100, "%"),
            "elapsed": ("component", "total", 1, ""),
        }[name]
        rows = drawn.table[(drawn.table[column] == value) & (drawn.table[kind[0]] == kind[1])]
        top = rows.loc[rows["mean"].idxmax()]
        numbers = quoted(*(kind[2] * top[c] for c in ("mean", "low", "high")))
        assert f"highest {data.label(top['arrangement'])}, {numbers[0]}{kind[3]}" in drawn.caption
        assert numbers[1].replace(" to ", f"{kind[3]} to ") in drawn.caption


def test_what_is_not_reached_is_said_and_marked():
    drawn = draw("response_times", made("overloaded, long names"))
    arrows = [line for ax in drawn.figure.axes for line in ax.lines if line.get_marker() == ">"]
    unreached = drawn.table[drawn.table["mean"].isna()]
    assert len(arrows) == len(unreached[["case_type", "arrangement"]].drop_duplicates())
    assert "An arrow marks an end that some replication did not reach." in drawn.caption
    assert "median not reached in 12 of 12 replications" in drawn.alt
    assert "90% not reached" in drawn.alt
    said = [t.get_text() for ax in drawn.figure.axes for t in ax.texts]
    assert said.count("median not reached") == drawn.table["case_type"].nunique()
    assert "not reached" not in draw("response_times", made("four")).caption


def test_a_difference_without_a_value_is_said_not_dropped():
    drawn = draw("differences", made("overloaded, long names"))
    said = [t.get_text() for t in drawn.figure.axes[0].texts]
    assert said == ["same money: not reached"] or "same money: not reached" in said
    assert "not reached in 1 of 12 replications" in drawn.alt


def test_overload_is_said():
    caption = draw("utilisation", made("four")).caption
    assert "Staff cannot do the work" in caption
    assert "Contract manager under Central" in caption
    calm = chart_data(names=("pct",), replications=3)
    assert "Staff cannot" not in draw("utilisation", calm).caption


@pytest.mark.parametrize(("width", "shown"), [("one-column", 5), ("two-column", 8)])
def test_the_case_types_with_most_cases_are_chosen(width, shown):
    drawn = draw("response_times", made("four"), width)
    assert list(drawn.table["case_type"].unique()) == list(CASE_TYPES)[:shown]
    left = len(CASE_TYPES) - shown
    which = f"the {shown} case types of which an arrangement opens most cases"
    assert f"{which}; {left} more are not shown" in drawn.caption
    elapsed = draw("elapsed", made("four"), width)
    assert list(elapsed.table["case_type"].unique()) == ["all", *list(CASE_TYPES)[: shown - 1]]
    assert set(elapsed.table["component"]) == {*PARTS, "total"}


def test_the_least_busy_roles_are_left_out_and_counted():
    def more_roles(frame):
        staff = frame[(frame["role"] != "all") & (frame["role"] != "contract_manager")]
        extra = [
            staff.assign(role=staff["role"] + f"_{place}", value=staff["value"] / (place + 2))
            for place in range(2)
        ]
        return pd.concat([frame, *extra], ignore_index=True)

    drawn = draw("utilisation", chart_data(NAMES[:2], change=more_roles, replications=3))
    assert drawn.table["role"].nunique() == 6  # of 10
    assert set(ROLES) <= set(drawn.table["role"])
    assert "The 4 least busy roles are not shown." in drawn.caption


def test_differences_in_time_are_not_drawn_where_overload_would_flatter():
    data = made("four")
    whole = {"measure": "load", "case_type": "all", "period": "all", "unit": "ratio", "value": 1.2}
    load = {**whole, "body": "office", "role": "officer", "arrangement": "central"}
    rows = [{**load, "context": data.shown_context, "replication": n} for n in range(2)]
    full = replace(data, measures=pd.concat([data.measures, pd.DataFrame(rows)]))
    before, after = draw("differences", data), draw("differences", full)
    table = after.table.set_index(["arrangement", "staffing"])
    times = table[table["measure"].str.startswith(("resolution_days", "elapsed"))]
    assert times.loc[("central", "as staffed"), "difference"].isna().all()
    assert times.drop(("central", "as staffed"))["difference"].notna().all()
    others = table[~table["unit"].isin(["calendar days", "working days", "months"])]
    assert others["difference"].notna().all()
    said = [t.get_text() for ax in after.figure.axes for t in ax.texts]
    assert set(said) == {"as staffed: overloaded"}
    assert "Central as staffed not compared" in after.alt
    assert "so times would flatter" in after.caption
    assert "flatter" not in before.caption
    for name in ("response_times", "elapsed"):
        assert "highest" in draw(name, data).caption
        behind = draw(name, full).caption
        assert "highest" not in behind
        assert "Not to be compared: Central is behind with its work, so its times" in behind


def test_times_that_no_row_may_show_leave_their_place_to_other_measures():
    data = made("four")
    whole = {"measure": "load", "case_type": "all", "period": "all", "unit": "ratio", "value": 1.2}
    base = {**whole, "body": "office", "role": "officer", "arrangement": NAMES[0]}
    rows = [{**base, "context": data.shown_context, "replication": n} for n in range(2)]
    full = replace(data, measures=pd.concat([data.measures, pd.DataFrame(rows)]))
    drawn = draw("differences", full)
    assert not drawn.table["overloaded"].any()
    assert "Times are not shown: some arrangements are behind with their work" in drawn.caption
    decides = draw("differences", replace(full, primary="resolution_days_median"))
    assert decides.table["measure"].iloc[0] == "resolution_days_median"
    assert decides.table.iloc[:3]["difference"].isna().all()


def test_the_differences_say_which_measure_decides_and_which_intervals_hold_together():
    data = replace(made("four"), primary="resolution_in_clock_share")
    alone = draw("differences", data).caption
    together = draw("differences", replace(data, together=True)).caption
    assert "The first measure decides; the others are exploratory, one interval at" in alone
    assert "its intervals hold for all arrangements at once; the others are expl" in together


@pytest.mark.usefixtures("unpainted")
@pytest.mark.parametrize("case", CASES)
def test_captions_are_short_enough_to_be_read(case):
    for name in drawable(case):
        caption = draw(name, made(case)).caption
        assert len(caption.split()) <= 140, caption


def test_differences_put_the_primary_measure_first_and_mark_what_is_better():
    data = made("four")
    primary = replace(data, primary="response_days_median")
    drawn = draw("differences", primary)
    assert drawn.table["measure"].iloc[0] == "response_days_median"
    for ax, measure in zip(drawn.figure.axes, drawn.table["measure"].unique(), strict=True):
        label = ax.get_xlabel()
        assert label.startswith("← better") != label.endswith("better →")
        assert label.endswith("better →") == measure.endswith("share")
        low, high = ax.get_xlim()
        assert low < 0 < high
    assert "pct" not in set(drawn.table["arrangement"])
    assert set(drawn.table["staffing"]) == {"as staffed", "same money"}
    assert "costs what PCT costs" in drawn.caption


def test_differences_without_a_headline_show_what_there_is():
    data = chart_data(
        NAMES[:2],
        replications=3,
        change=lambda f: f[f["measure"].isin(["utilisation", "load"])],
    )
    assert set(draw("differences", data).table["measure"]) == {"utilisation"}


def test_an_unknown_chart_names_the_nearest():
    with pytest.raises(UnknownChartError, match=r"nearest name is 'utilisation'.*known: backlog"):
        draw("utilization", made("four"))
    with pytest.raises(UnknownChartError, match="none has a similar name"):
        draw("zzz", made("four"))


def test_a_chart_without_data_says_so_and_is_not_saved(tmp_path):
    bare = chart_data(NAMES[:1], change=only_backlog, replications=2)
    with pytest.raises(NoDataError, match="'coverage' cannot be drawn: the results hold no such"):
        draw("coverage", bare)
    with pytest.raises(NoDataError, match="no differences from the base"):
        draw("differences", bare)
    written = save_all(bare, tmp_path)
    assert {path.stem for path in written} == {"backlog"}


@pytest.mark.slow
def test_files_are_the_same_bytes_in_another_process(tmp_path):
    options = {"names": NAMES[:2], "replications": 3, "years": 2}
    written = save_all(chart_data(**options), tmp_path / "one")
    assert len(written) == 5 * len(CHARTS)
    assert {path.suffix for path in written} == {".svg", ".pdf", ".png", ".csv", ".txt"}
    script = (
        "from chart_data import chart_data; from sim.charts import save_all; import matplotlib;"
        "matplotlib.rcParams['font.size'] = 30; matplotlib.rcParams['lines.linewidth'] = 9;"
        f"save_all(chart_data(**{options!r}), {str(tmp_path / 'two')!r})"
    )
    here = Path(__file__).parent
    paths = os.pathsep.join([str(here), str(here.parent)])
    subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        env={**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": "7"},
    )
    for path in written:
        again = tmp_path / "two" / path.name
        assert path.read_bytes() == again.read_bytes(), path.name


def test_every_format_is_laid_out_alike():
    drawn = draw("utilisation", chart_data(NAMES[:2], replications=2, years=1))
    charts.picture(drawn, "svg")
    before = [ax.get_position().bounds for ax in drawn.figure.axes]
    charts.picture(drawn, "png")
    assert [ax.get_position().bounds for ax in drawn.figure.axes] == before


def test_one_arrangement_and_one_case_type_leave_room_for_the_axes(tmp_path):
    def only_one(frame):
        return frame[frame["case_type"].isin(["all", frame["case_type"].max()])]

    data = chart_data(NAMES[:1], replications=2, years=1, change=only_one)
    for width in ("one-column", "two-column"):
        save_all(data, tmp_path / width, width)  # collapsed axes are a warning, hence an error
        assert (tmp_path / width / "response_times.png").exists()


def test_saved_files_hold_what_was_drawn(tmp_path):
    data = chart_data(NAMES[:2], replications=2, years=1, change=only_backlog)
    save_all(data, tmp_path)
    drawn = draw("backlog", data)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "backlog.csv"), drawn.table)
    words = (tmp_path / "backlog.txt").read_text(encoding="utf-8")
    assert words == f"Caption: {drawn.caption}\n\nAlt text: {drawn.alt}\n"
    svg = (tmp_path / "backlog.svg").read_text(encoding="utf-8")
    assert "<title>Backlog over time</title>" in svg
    assert drawn.alt in svg
    assert "Cases owed at the end of the month" in svg  # text stays text
    assert "DejaVu Sans" in svg
    pdf = (tmp_path / "backlog.pdf").read_bytes()
    assert b"CreationDate" not in pdf
    assert b"/Type3" not in pdf
    assert (tmp_path / "backlog.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_each_context_is_saved_under_its_own_name(tmp_path):
    frames = [
        measures(NAMES[:2], replications=2, years=1, context=context, seed=seed)
        for seed, context in enumerate(("today", "austerity"))
    ]
    one = chart_data(NAMES[:2], replications=2, years=1)
    both = replace(one, measures=only_backlog(pd.concat(frames, ignore_index=True)))
    paths = {path.name for path in save_all(both, tmp_path)}
    assert {"backlog-today.svg", "backlog-austerity.csv"} <= paths
    today, hard = (
        (tmp_path / f"backlog-{context}.txt").read_text(encoding="utf-8")
        for context in ("today", "austerity")
    )
    assert "Context: Today" in today
    assert "Context: Austerity" in hard


def test_a_notebook_shows_the_alt_text_and_the_caption():
    drawn = draw("backlog", made("two without spread"))
    html = drawn._repr_html_()
    assert f'alt="{drawn.alt}"' in html
    assert f"<figcaption>{drawn.caption}</figcaption>" in html


def test_colour_is_never_the_only_code():
    codes = looks([f"a{i}" for i in range(12)]).values()
    assert len({(look.colour, look.marker) for look in codes}) == 12
    few = list(codes)[:4]
    for part in ("colour", "marker", "line", "hatch"):
        assert len({getattr(look, part) for look in few}) == 4


@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=8).map(sorted),
    st.floats(0.1, 12),
)
def test_labels_are_spread_without_overlap_and_within_bounds(wanted, height):
    placed = spread(wanted, [height] * len(wanted), 0, 100)
    assert all(b - a >= height - 1e-9 for a, b in pairwise(placed))
    assert placed[0] >= height / 2 - 1e-9
    assert placed[-1] <= 100 - height / 2 + 1e-9


def test_labels_with_room_stay_where_they_are():
    assert spread([10, 50, 90], [5, 5, 5], 0, 100) == [10, 50, 90]


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(1234.5, 0, "1,234"), (-0.04, 1, "0.0"), (-3.25, 1, "−3.2"), (1e6, 0, "1,000,000")],
)
def test_numbers_in_words(value, decimals, text):
    assert number(value, decimals) == text


@pytest.mark.parametrize(
    ("unit", "largest", "difference", "text"),
    [
        ("share", 0, False, "25.0% (95% interval 20.0% to 30.0%)"),
        ("share", 0, True, "25.0 percentage points (95% interval 20.0 to 30.0)"),
        ("GBP per year", 0.3, False, "£0.250 per year (95% interval £0.200 to £0.300)"),
        ("cases", 0, False, "0.250 cases (95% interval 0.200 to 0.300)"),
    ],
)
def test_units_in_words(unit, largest, difference, text):
    row = pd.Series({"mean": 0.25, "low": 0.2, "high": 0.3})
    row = next(row.to_frame().T.itertuples())
    assert quote(row, unit_of(unit, largest, difference)) == text


def test_sums_of_money_below_zero_begin_with_the_sign():
    columns = ["mean", "low", "high"]
    spread = next(pd.DataFrame([[-4000.0, -5000.0, -3000.0]], columns=columns).itertuples())
    same = next(pd.DataFrame([[-4000.0] * 3], columns=columns).itertuples())
    unit = unit_of("GBP per year", 4000.0)
    said = quote(spread, unit, brief=True)
    assert said == "−£4.0 thousand per year (−£5.0 to −£3.0)"
    assert quote(same, unit) == "−£4.00 thousand per year (no spread)"


def test_large_money_is_in_millions():
    assert unit_of("GBP per year", 4.1e6).name == "£ million per year"
    assert unit_of("GBP per year", 2.5e3).name == "£ thousand per year"
    assert unit_of("GBP", 12).name == "£"


@given(st.floats(1e-3, 1e6), st.floats(1e-6, 1e6))
def test_intervals_are_quoted_to_at_most_three_figures_or_whole_numbers(largest, half):
    places = decimals_for(largest, half)
    assert 0 <= places <= 4
    assert places == 0 or largest < 100


def test_lists_in_words():
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed([]) == ""


def test_labels_are_wrapped_and_cut():
    text = "Performers list application with an interview in another place"
    lines = wrap(text, 20).split("\n")
    assert len(lines) == 2
    assert all(len(line) <= 20 for line in lines)
    assert lines[-1].endswith("…")


def test_ids_are_spelt_out_where_there_is_no_label():
    data = made("four")
    assert data.label("place_based") == "Place based"
    assert data.label("icb_place") == "ICB place"
    assert data.label("pct") == "PCT"


def test_month_ticks_fit():
    months = [str(p) for p in pd.period_range("2013-04", periods=60, freq="M")]
    assert list(month_ticks(months, 8).values()) == ["2014", "2015", "2016", "2017", "2018"]
    assert month_ticks(months[:2], 4) == {0: "Apr\n2013", 1: "May\n2013"}
    assert len(month_ticks(months * 1, 4)) <= 4
