"""The estate: published counts, tiers that partition, sub-areas that are part of England."""

import csv
import dataclasses
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario.errors import ScenarioError
from sim.scenario.estate_areas import EstateError
from sim.scenario.estate_tiers import label
from sim.scenario.estates import build, land
from sim.scenario.pathway import CONTRACT_TYPES
from sim.scenario.schema import EstateChoice, Tier, Travel
from sim.scenario.travel import travel_minutes

FACTS = Path(__file__).parent.parent / "scenarios" / "estates"
COUNTS = {"pharmacy": 11_600, "dental": 9_500, "optical": 8_941}
TIERS = {"pct": 152, "pct_cluster": 50, "place": 175, "pcn": 1250, "consortium": 500, "icb": 42}
TRAVEL = {
    "distance_km": [0, 7.9, 12.5, 14.3, 27, 34, 47, 67],
    "minutes": [0, 15, 24, 26, 44, 51, 64, 82],
    "rural_speed_factor": 0.8,
    "rural_land_share": 0.85,
}

# NHS Payments to General Practice 2014/15: contracts held in the year, by area team
PUBLISHED = {
    "Cheshire, Warrington and Wirral": 174,
    "Durham, Darlington and Tees": 173,
    "Greater Manchester": 503,
    "Lancashire": 234,
    "Merseyside": 236,
    "Cumbria, Northumberland, Tyne and Wear": 304,
    "North Yorkshire and Humber": 236,
    "South Yorkshire and Bassetlaw": 216,
    "West Yorkshire": 332,
    "Arden, Herefordshire and Worcestershire": 235,
    "Birmingham and the Black Country": 460,
    "Derbyshire and Nottinghamshire": 278,
    "East Anglia": 291,
    "Essex": 268,
    "Hertfordshire and the South Midlands": 317,
    "Leicestershire and Lincolnshire": 248,
    "Shropshire and Staffordshire": 244,
    "Bath, Gloucestershire, Swindon and Wiltshire": 198,
    "Bristol, North Somerset, Somerset and South Gloucestershire": 181,
    "Devon, Cornwall and Isles of Scilly": 232,
    "Kent and Medway": 262,
    "Surrey and Sussex": 335,
    "Thames Valley": 242,
    "Wessex": 323,
    "London": 1437,
}


def choose(facts="england-2014-15", counts=COUNTS, tiers=TIERS, **more):
    return EstateChoice.model_validate(
        {
            "source": "facts",
            "facts": facts,
            "contracts": counts,
            "tiers": {name: {"bodies": n} for name, n in tiers.items()},
            "travel": TRAVEL,
            **more,
        },
    )


@pytest.fixture(scope="module")
def england():
    return build(choose())


@pytest.fixture(scope="module")
def england_2023():
    return build(choose("england-2023", {"optical": 6_100}, {"place": 175}))


def gp(estate):
    return estate.contract_type == CONTRACT_TYPES.index("gp")


# --- England 2014/15 ---------------------------------------------------------


def test_thirty_eight_thousand_contracts(england):
    assert len(england.ids) == 38_000
    assert np.bincount(england.contract_type).tolist() == [7_959, 9_500, 11_600, 8_941]
    assert england.inside.all()
    assert england.synthetic


def test_ids_are_unique_and_speak(england):
    assert len(set(england.ids)) == len(england.ids)
    assert "GP-03V-GMS-001" in england.ids
    assert {name.split("-")[0] for name in england.ids} == {"GP", "DEN", "PHA", "OPT"}


def test_practices_per_area_team_are_the_published_ones(england):
    teams = england.tiers["area_team"]
    counts = np.bincount(teams.body_of[gp(england)])
    assert dict(zip(teams.names, counts.tolist(), strict=True)) == PUBLISHED


def test_contract_types_and_patients_are_the_published_totals(england):
    kinds = Counter(name.split("-")[2] for name in england.ids if name.startswith("GP"))
    assert kinds == {"GMS": 4_480, "PMS": 3_190, "APMS": 289}
    assert england.patients[gp(england)].sum() == 56_633_982 == england.population.sum()
    assert england.rural[gp(england)].sum() == 1_118


def test_one_area_by_hand(england):
    team = england.tiers["area_team"]
    here = team.body_of == team.names.index("Leicestershire and Lincolnshire")
    assert england.patients[here & gp(england)].sum() == 1_838_361
    ccgs = england.tiers["ccg"]
    assert {ccgs.names[i] for i in ccgs.body_of[here]} == {
        "Lincolnshire East",
        "Lincolnshire West",
        "South Lincolnshire",
        "South West Lincolnshire",
        "Leicester City",
        "West Leicestershire",
        "East Leicestershire and Rutland",
    }


def test_list_sizes_have_the_published_distribution(england):
    lists = england.patients[gp(england)]
    published = [2_401, 3_747, 6_284, 9_646, 12_781]
    made = np.quantile(lists, [0.1, 0.25, 0.5, 0.75, 0.9])
    assert np.abs(made / published - 1).max() < 0.06
    assert 70 <= (lists > 20_000).sum() <= 90  # published: 85


def test_other_contracts_follow_the_population(england):
    cells = england.tiers["ccg"].body_of
    for number, national in enumerate(np.bincount(england.contract_type)):
        if number:
            counts = np.bincount(cells[england.contract_type == number])
            expected = national * england.population / england.population.sum()
            assert np.abs(counts - expected).max() < 1
            served = np.bincount(
                cells, np.where(england.contract_type == number, england.patients, 0)
            )
            assert (served == england.population).all()


def test_rural_contracts_go_with_dispensing_practices(england):
    cells = england.tiers["ccg"].body_of
    share_of_gp = np.bincount(cells, england.rural & gp(england)) / np.bincount(cells, gp(england))
    others = ~gp(england)
    share_of_rest = np.bincount(cells, england.rural & others) / np.bincount(cells, others)
    assert np.abs(share_of_gp - share_of_rest).max() < 0.05
    assert share_of_gp[england.tiers["ccg"].names.index("Lincolnshire East")] > 0.5


def test_every_fact_names_publisher_date_and_licence(england, england_2023):
    for fact in england.facts + england_2023.facts:
        assert fact.publisher
        assert fact.date
        assert "Open Government Licence" in fact.licence


# --- Tiers -------------------------------------------------------------------


def test_tiers_partition_the_contracts(england, england_2023):
    for estate in (england, england_2023):
        for name, tier in estate.tiers.items():
            assert tier.body_of.shape == (len(estate.ids),), name
            assert set(tier.body_of) == set(range(len(tier.names))), name
            assert len(set(tier.names)) == len(tier.names), name
            assert set(tier.body_of[gp(estate)]) == set(range(len(tier.names))), name


def test_tiers_say_whether_they_are_synthetic(england, england_2023):
    real = {name for name, tier in england.tiers.items() if not tier.synthetic}
    assert real == {"nation", "region", "area_team", "ccg"}
    assert {name: len(tier.names) for name, tier in england.tiers.items()} == TIERS | {
        "nation": 1,
        "region": 4,
        "area_team": 25,
        "ccg": 211,
    }
    assert {name for name, tier in england_2023.tiers.items() if not tier.synthetic} == {
        "nation",
        "region",
        "icb",
        "icb_cluster",
    }
    assert "stated rule" in england.tiers["pct"].source
    assert "assumption" in england.tiers["pct"].source
    assert "London's three" in england.tiers["area_team"].source


@pytest.mark.parametrize("tier", ["pct", "place", "pcn", "consortium"])
def test_synthetic_bodies_are_alike_and_stay_within_their_parent(england, tier):
    made, teams = england.tiers[tier], england.tiers["area_team"]
    parents = np.array([teams.body_of[made.body_of == b][0] for b in range(len(made.names))])
    assert (parents[made.body_of] == teams.body_of).all()
    people = np.bincount(made.body_of, np.where(gp(england), england.patients, 0))
    assert people.max() < 2 * people.mean()
    assert people.min() > 0.5 * people.mean()
    for body in (0, len(made.names) - 1):
        assert made.names[body].endswith(f"of {teams.names[parents[body]]}")


def test_synthetic_bodies_hold_every_contract_type(england):
    for tier in ("pct", "place"):
        made = england.tiers[tier]
        table = np.zeros((len(made.names), len(CONTRACT_TYPES)))
        np.add.at(table, (made.body_of, england.contract_type), 1)
        people = np.bincount(made.body_of, np.where(gp(england), england.patients, 0))
        expected = np.outer(people / people.sum(), np.bincount(england.contract_type))[:, 1:]
        assert (np.abs(table[:, 1:] / expected - 1) < 0.35).all()


def test_fewer_bodies_than_area_teams_group_neighbours():
    estate = build(choose(tiers={"sub_region": 14, "pct": 25}))
    teams, groups = estate.tiers["area_team"], estate.tiers["sub_region"]
    assert len(groups.names) == 14
    assert groups.names[0] == "Sub region 1 of England"
    for team in range(25):
        assert len(set(groups.body_of[teams.body_of == team])) == 1
    assert estate.tiers["pct"].names[0].startswith("PCT")


def test_names_of_bodies():
    assert label("pct_cluster") == "PCT cluster"
    assert label("place") == "Place"
    assert build(choose(tiers={"pct": 25})).tiers["pct"].names[0] == "PCT of London"


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 1500))
def test_any_number_of_bodies_is_met(bodies):
    made = build(choose(tiers={"pod": bodies})).tiers["pod"]
    assert len(made.names) == bodies
    assert set(made.body_of) == set(range(bodies))


def test_a_known_tier_may_be_repeated_but_not_changed():
    assert len(build(choose(tiers={"ccg": 211})).tiers["ccg"].names) == 211
    with pytest.raises(EstateError, match=r"tiers.ccg.bodies: found 100, but the facts .* 211"):
        build(choose(tiers={"ccg": 100}))


def test_too_many_bodies():
    with pytest.raises(EstateError, match="GP contracts of London"):
        build(choose(tiers={"pcn": 9_000}))


# --- Sub-areas ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "practices"),
    [
        ("area_team", "Leicestershire and Lincolnshire", 248),
        ("area_team", "Q59", 248),
        ("area_team", "leicestershire and lincolnshire", 248),
        ("ccgs", ["00C", "Leicester City"], 11 + 63),
        ("region", "London", 1_437),
        ("icb", "ICB 2 of Essex", None),
    ],
)
def test_a_sub_area_is_part_of_england(england, key, value, practices):
    if value == "ICB 2 of Essex" and value not in england.tiers["icb"].names:
        value = england.tiers["icb"].names[0]
    part = build(choose(**{key: value}))
    for field in dataclasses.fields(part):
        ours, theirs = getattr(part, field.name), getattr(england, field.name)
        if isinstance(ours, np.ndarray) and field.name != "inside":
            assert (ours == theirs).all(), field.name
    assert part.ids == england.ids
    assert 0 < part.inside.sum() < len(part.ids)
    if practices:
        assert (part.inside & gp(part)).sum() == practices


def test_other_national_counts_leave_ids_of_the_rest_alone(england):
    fewer = build(choose(counts=COUNTS | {"dental": 9_000}))
    assert set(fewer.ids) < set(england.ids)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"area_team": "Leicester and Lincoln"}, "did you mean 'Leicestershire and Lincolnshire'?"),
        (
            {"area_team": None, "facts": "england-2023", "icb": "Susex"},
            "did you mean 'NHS Sussex ICB'?",
        ),
        ({"ccgs": ["Leicester Cty"]}, "expected a CCG; did you mean 'Leicester City'?"),
        ({"facts": "england-2015"}, "facts: found 'england-2015', expected the facts of a year"),
        ({"region": "London", "icb": "x"}, "choose one of icb or region, not several"),
        ({"tiers": {}, "icb": "QK1"}, "icb: this estate has no tier 'icb' to choose from"),
        ({"contracts": {"dentist": 3}}, "contracts.dentist: found 'dentist', expected gp, dental"),
        ({"contracts": {"dental": 3}}, "expected the national number of pharmacy contracts"),
        ({"contracts": COUNTS | {"gp": 8_044}}, "found 8,044, but the facts hold 7,959"),
        ({"facts": None}, "this estate needs 'facts'"),
        ({"source": "file"}, "this estate needs 'file'"),
    ],
)
def test_faults_are_told_like_those_of_a_scenario(more, message):
    with pytest.raises(ScenarioError) as caught:
        build(choose(**more))
    assert message in str(caught.value)


# --- England 2023 ------------------------------------------------------------


def test_2023_has_the_published_counts(england_2023):
    with (FACTS / "england-2023" / "icb_contracts.csv").open(encoding="utf-8") as file:
        rows = {row["icb"]: row for row in csv.DictReader(file)}
    icbs = england_2023.tiers["icb"]
    assert set(icbs.names) == set(rows)
    for body, name in enumerate(icbs.names):
        here = icbs.body_of == body
        table = np.bincount(england_2023.contract_type[here], minlength=4)
        row = rows[name]
        practices = sum(int(row[kind]) for kind in ("gms", "pms", "apms", "unknown"))
        assert table[:3].tolist() == [practices, int(row["dental"]), int(row["pharmacy"])]
        assert england_2023.patients[here & gp(england_2023)].sum() == int(row["patients"])
        assert england_2023.rural[here & gp(england_2023)].sum() == int(row["dispensing"])
        pcns = england_2023.tiers["pcn"].body_of[here]
        assert len(set(pcns)) == int(row["pcns"])
    assert np.bincount(england_2023.contract_type)[3] == 6_100
    assert len(england_2023.population) == 106


def test_2023_takes_other_counts_and_an_icb():
    for name in ("QK1", "Leicester, Leicestershire and Rutland"):
        estate = build(choose("england-2023", {"optical": 6_100, "dental": 7_500}, {}, icb=name))
        assert np.bincount(estate.contract_type)[1] == 7_500
        assert (estate.inside & gp(estate)).sum() == 134


# --- Uniform -----------------------------------------------------------------


def test_uniform_contracts_are_all_alike():
    choice = EstateChoice(
        source="uniform", contracts={"gp": 60, "dental": 30}, tiers={"place": Tier(bodies=3)}
    )
    estate = build(choice)
    assert set(estate.patients) == {10_000}
    assert not estate.rural.any()
    assert estate.population.tolist() == [900_000]
    assert estate.cell_tier == "nation"
    table = np.zeros((3, 2))
    np.add.at(table, (estate.tiers["place"].body_of, estate.contract_type), 1)
    assert table.tolist() == [[20, 10]] * 3
    assert estate.land_km2.sum() == pytest.approx(130_279)


@pytest.mark.parametrize(
    ("contracts", "message"), [({}, "needs contracts"), ({"gp": 2}, "3 bodies for 2 contracts")]
)
def test_uniform_estates_that_cannot_be(contracts, message):
    choice = EstateChoice(source="uniform", contracts=contracts, tiers={"place": Tier(bodies=3)})
    with pytest.raises(EstateError, match=message):
        build(choice)


# --- Land and travel ---------------------------------------------------------


@given(st.lists(st.booleans(), min_size=1, max_size=50), st.floats(0, 1))
def test_the_land_is_shared_out_whole(rural, share):
    travel = Travel.model_validate({"rural_land_share": share})
    km2 = land(np.array(rural), travel)
    assert km2.sum() == pytest.approx(130_279)
    assert (km2 >= 0).all()


def test_journeys_are_near_the_evidence(england):
    """Evidence section 13: one-way minutes, derived from land area and bodies alone."""
    evidence = {"ccg": 24, "place": 24, "pct": 26, "icb": 44, "area_team": 51, "consortium": 15}
    for tier, minutes in evidence.items():
        mean = travel_minutes(england, choose().travel, tier).mean()
        assert mean == pytest.approx(minutes, rel=0.1), tier


def test_a_journey_by_hand(england):
    travel = Travel.model_validate(
        {"distance_km": [0, 100], "minutes": [0, 100], "rural_speed_factor": 0.5}
    )
    minutes = travel_minutes(england, travel, "nation")
    km = 2 / 3 * np.sqrt(130_279 / np.pi) * 1.3
    assert minutes[~england.rural] == pytest.approx(min(km, 100))
    assert minutes[england.rural] == pytest.approx(min(km, 100) / 0.5)


def test_a_smaller_footprint_is_a_shorter_journey(england):
    tiers = ("pcn", "consortium", "place", "pct_cluster", "area_team", "region", "nation")
    means = [travel_minutes(england, choose().travel, tier).mean() for tier in tiers]
    assert means == sorted(means)


# --- Bodies that several ICBs share -------------------------------------------


@pytest.mark.parametrize(("tier", "bodies"), [("icb_cluster", 26), ("pod_hub", 8)])
def test_groups_of_icbs_are_made_of_whole_icbs(england_2023, tier, bodies):
    groups, icbs = england_2023.tiers[tier], england_2023.tiers["icb"]
    pairs = set(zip(icbs.body_of.tolist(), groups.body_of.tolist(), strict=True))
    assert len(pairs) == len(icbs.names) == 42
    assert len(groups.names) == bodies


def test_leicester_and_northamptonshire_share_a_cluster(england_2023):
    groups, icbs = england_2023.tiers["icb_cluster"], england_2023.tiers["icb"]
    here = groups.body_of[icbs.body_of == icbs.names.index("NHS Northamptonshire ICB")][0]
    names = {icbs.names[i] for i in icbs.body_of[groups.body_of == here]}
    assert names == {
        "NHS Leicester, Leicestershire and Rutland ICB",
        "NHS Northamptonshire ICB",
    }
    assert not groups.synthetic


def test_six_icbs_share_the_hub_of_the_west_midlands(england_2023):
    hubs, icbs = england_2023.tiers["pod_hub"], england_2023.tiers["icb"]
    here = hubs.body_of == hubs.names.index("POD hub of the West Midlands")
    assert len(set(icbs.body_of[here].tolist())) == 6
    assert hubs.synthetic


def test_no_two_tiers_have_a_body_of_the_same_name(england_2023):
    names = [name for tier in england_2023.tiers.values() for name in tier.names]
    assert len(names) == len(set(names))
