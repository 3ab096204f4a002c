"""A part that any arrangement can use, and files laid over one another in a list."""

import pytest

from sim.engine import compiled
from sim.model.build import build
from sim.outcomes.measures import measure
from sim.scenario.authority import resolve
from sim.scenario.errors import ScenarioError
from sim.scenario.estate_of import estate_of
from sim.scenario.files import load

LOCAL = {
    "one-area-2013": ("pct", "delegated", "place_based"),
    "consortia-2010": ("pct_cluster", "consortia"),
    "co-commissioning-2015": ("split", "joint"),
    "place-2022": ("icb", "place_pcn", "place_board", "place_federation"),
}
"""Local arrangements of the library, with a scenario whose estate has their tiers."""

PAIRS = [(scenario, name) for scenario, names in LOCAL.items() for name in names]
TASKS = {"check_declaration", "request", "settle", "tender"}


def supported(tmp_path, scenario, name, *more):
    """Load a planner's scenario with the two lines that add a support unit."""
    file = tmp_path / "mine.toml"
    lines = (
        f'extends = "{scenario}"',
        "[arrangements.supported]",
        f'use = ["{name}", "support_unit"]',
        *more,
    )
    file.write_text("\n".join(lines), "utf-8")
    return load(file, ["run.years=0.1"])


@pytest.mark.parametrize(("scenario", "name"), PAIRS)
def test_two_lines_give_any_local_arrangement_a_support_unit(tmp_path, scenario, name):
    loaded = supported(tmp_path, scenario, name)
    plain, ours = (loaded.scenario.arrangements[one] for one in (name, "supported"))
    before, after = (resolve(one, loaded.scenario.pathways) for one in (plain, ours))
    # The failure of a body is work only for arrangements with hard budgets, which "ours" has not.
    usual = [key for key in before if key[0] != "body_failure"]
    moved = {key for key in usual if before[key] != after[key]}
    assert {stage for _, _, stage in moved} == TASKS
    assert {after[key].team for key in moved} == {"support_unit"}
    assert ours.teams == {**plain.teams, "support_unit": ours.teams["support_unit"]}


@pytest.mark.parametrize(("scenario", "name"), [PAIRS[0], PAIRS[4], PAIRS[-1]])
def test_a_supported_arrangement_runs(tmp_path, scenario, name):
    loaded = supported(tmp_path, scenario, name)
    model = build(loaded.scenario, estate_of(loaded), "supported", "baseline", 0)
    found = measure(model, compiled.run(model))
    whole = found[(found["role"] == "all") & (found["period"] == "all")]
    rows = whole[(whole["measure"] == "utilisation") & (whole["body"] == "support_unit")]
    assert 0 < rows["value"].iloc[0] <= 1


def test_later_files_go_over_earlier_ones_and_the_table_over_all(tmp_path):
    lines = ("[arrangements.supported.teams.support_unit]", "wte = 6")
    loaded = supported(tmp_path, "one-area-2013", "pct", *lines)
    unit = loaded.scenario.arrangements["supported"].teams["support_unit"]
    assert (unit.wte.central, unit.wte.grade, unit.tier) == (6, "assumed", "region")


def test_extends_takes_several_as_well(tmp_path):
    (tmp_path / "arrangements").mkdir()
    part = tmp_path / "arrangements" / "ours.toml"
    part.write_text('extends = ["delegated", "support_unit"]\ntitle = "Ours"\n', "utf-8")
    file = tmp_path / "mine.toml"
    file.write_text('extends = "one-area-2013"\n[arrangements.ours]\nuse = "ours"\n', "utf-8")
    ours = load(file).scenario.arrangements["ours"]
    assert ours.title == "Ours"
    assert set(ours.teams) == {"ccg", "pod", "region", "support_unit"}


def test_each_name_in_a_list_is_looked_for(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(
        'extends = "one-area-2013"\n[arrangements.x]\nuse = ["pctt", "suport_unit"]\n', "utf-8"
    )
    with pytest.raises(ScenarioError) as caught:
        load(file)
    faults = caught.value.faults
    assert [(f.line, f.key, f.nearest) for f in faults[:2]] == [
        (3, "arrangements.x.use", "pct"),
        (3, "arrangements.x.use", "support_unit"),
    ]
