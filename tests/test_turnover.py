"""Who holds a post when: leaving, vacancies, successors, and what they have to learn."""

from dataclasses import replace

import numpy as np
import pytest
import toy
from engines import engines
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain import plain, plain_document, query, with_cases, with_shifts, work
from sameness import same
from toy import Person, measured
from worlds import NAME, from_the_first_day, worlds

from sim.model.arrays import NEVER
from sim.model.rng import Streams, uids
from sim.model.roster import roster, shifts
from sim.model.turnover import INCUMBENT, Holding, Spells, Turnover
from sim.outcomes.hours import hours
from sim.outcomes.measures import measure
from sim.outcomes.tally import tallied
from sim.outcomes.view import View
from sim.scenario.arrangement import Workforce
from sim.scenario.errors import ScenarioError
from sim.scenario.files import load
from sim.scenario.units import DAY, HOUR, SESSION

ROLES = {"roles": {"officer": {"annual_cost_gbp": 50_000}}}
YEAR = 500
"""Half-day sessions."""

examples = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def turnover(years=1.0, seed=1, **workforce):
    force = Workforce.model_validate({**ROLES, **workforce})
    return Turnover(force, round(YEAR * years), years, Streams(seed, 0))


def posts(count):
    return uids([f"post {number}" for number in range(count)])


# ---- Stays and vacancies


def test_without_turnover_or_vacancies_there_is_nothing_to_draw():
    silent = turnover(recruitment_weeks=18, full_productivity_months=9)
    assert silent.holding(posts(3)) is None


def test_stays_and_vacancies_follow_each_other():
    found = turnover(
        years=3, turnover_per_year=6, recruitment_weeks=4, vacant_at_start_share=0.5
    ).spells(posts(200))
    again = found.post[1:] == found.post[:-1]
    assert again.sum() > 1000
    assert (found.joined[1:] >= found.left[:-1])[again].all()
    assert (found.left >= found.joined).all()
    assert (found.left <= 3 * YEAR).all()
    first = np.flatnonzero(np.append(True, ~again))
    assert abs((found.joined[first] == INCUMBENT).mean() - 0.5) < 4 * np.sqrt(0.25 / 200)


def filled(drawn, count):
    return drawn.holding(posts(count)).filled


def test_vacancies_settle_where_leaving_and_recruiting_balance():
    """At a rate of 2 a year and 13 weeks (about 1/4 year) 2/4 / (1 + 2/4) = 1/3 are vacant."""
    drawn = turnover(years=4, turnover_per_year=2, recruitment_weeks=365.25 / 28)
    late = 1 - filled(drawn, 3000)[:, 3 * YEAR :: YEAR // 2].mean()
    assert abs(late - 1 / 3) < 4 * np.sqrt(2 / 9 / 3000)


def test_leavers_of_a_year_over_staff_in_post_are_the_turnover():
    """With successors at once 11% of 5,000 posts change hands in a year: 550."""
    found = turnover(turnover_per_year=0.11).spells(posts(5000))
    assert abs((found.joined >= 0).sum() - 550) < 4 * np.sqrt(550)


def test_the_first_year_may_have_a_rate_of_its_own():
    """Of 5,000 posts 950 change hands in the first year at 19%, and 550 in the second at 11%."""
    drawn = turnover(years=2, turnover_per_year=0.11, first_year_turnover_per_year=0.19)
    joined = drawn.spells(posts(5000)).joined
    for year, expected in ((0, 950), (1, 550)):
        here = (joined >= year * YEAR) & (joined < (year + 1) * YEAR)
        assert abs(here.sum() - expected) < 4 * np.sqrt(expected)


def test_nobody_leaves_after_the_first_year_if_that_is_the_rate():
    drawn = turnover(years=3, first_year_turnover_per_year=2.0)
    assert 0 <= drawn.spells(posts(300)).joined.max() <= YEAR


def test_the_share_vacant_at_the_start_is_filled_in_the_time_to_recruit():
    """After the mean time 1/e of the vacancies of the first day are left."""
    vacant = 1 - filled(turnover(vacant_at_start_share=0.2, recruitment_weeks=26), 5000)
    mean = round(26 / (365.25 / 7) * YEAR)
    assert abs(vacant[:, 0].mean() - 0.2) < 4 * np.sqrt(0.16 / 5000)
    assert abs(vacant[:, mean].sum() / vacant[:, 0].sum() - np.exp(-1)) < 4 * np.sqrt(0.25 / 1000)


def test_other_rates_move_no_other_draw():
    """The first to leave stays the first, at half the time where people leave twice as fast."""
    slow, fast = (turnover(years=5, turnover_per_year=rate).spells(posts(50)) for rate in (1, 2))
    first = [np.array([s.left[s.post == post][0] for post in range(50)]) for s in (slow, fast)]
    seen = first[0] < 5 * YEAR
    assert seen.sum() > 40
    assert (np.abs(first[0] - 2 * first[1])[seen] <= 2).all()
    more = turnover(years=5, turnover_per_year=1, recruitment_weeks=9, vacant_at_start_share=0.1)
    there = more.spells(posts(50))
    same_start = [p for p in range(50) if there.joined[there.post == p][0] == INCUMBENT]
    assert len(same_start) > 35
    for post in same_start:
        assert there.left[there.post == post][0] == first[0][post]


def test_a_person_added_to_a_list_of_posts_moves_no_other():
    drawn = turnover(turnover_per_year=3, recruitment_weeks=5)
    few, many = drawn.spells(posts(5)), drawn.spells(posts(9))
    here = many.post < 5
    assert same(few, type(few)(many.post[here], many.joined[here], many.left[here]))


def test_a_joiner_works_at_half_speed_and_learns_in_a_straight_line():
    """In 12 months of 250 days: 1/0.5 = 2 at first, 1/0.75 after 125 days, 1 at the end."""
    drawn = turnover(
        years=2, vacant_at_start_share=1, full_productivity_months=12, joiner_productivity_share=0.5
    )
    assert drawn.slowness(np.array([0, 125, 250, 300])).tolist() == [2.0, 1 / 0.75, 1.0, 1.0]
    post = drawn.held(Spells(np.array([0]), np.array([100]), np.array([700])), 1)
    assert not post.filled[0, :100].any()
    assert not post.filled[0, 700:].any()
    assert post.filled[0, 100:700].all()
    assert (post.since[0, 100:700] == 100 * SESSION).all()
    assert post.effort[0, [99, 100, 101, 350, 351, 600]].tolist() == [
        1,
        2,
        2,
        1 / 0.75,
        1 / 0.75,
        1,
    ]


def test_a_joiner_who_never_does_anything_is_refused(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(
        'extends = "one-area-2013"\n[arrangements.pct.workforce]\njoiner_productivity_share = 0\n'
    )
    with pytest.raises(ScenarioError, match="found 0, expected a share above 0"):
        load(file)


# ---- Shifts


def test_shifts_are_cut_where_the_post_changes_hands():
    sessions = np.array([[False] * 5, [True, True, True, False, True]])
    breaks = np.array([[False] * 6, [False, False, True, True, False, False]])
    person, start, end = shifts(sessions, breaks)
    assert person.tolist() == [1, 1, 1]
    assert [*zip(start.tolist(), end.tolist(), strict=True)] == [(0, 2), (2, 3), (4, 5)]


def test_a_roster_of_a_leaver_a_vacancy_and_a_successor():
    """Gone after session 2, vacant for 2, a slow joiner who is quicker from session 5 on."""
    here = np.ones((1, 6), dtype=bool)
    since = np.array([[NEVER] * 4 + [4 * SESSION] * 2])
    post = Holding(np.array([[1, 1, 0, 0, 1, 1]], bool), since, np.array([[1, 1, 1, 1, 2.0, 1.5]]))
    found = roster([(here, post), (~here, post)])
    assert found["first_shift"].tolist() == [0, 3, 3]
    assert (found["shift_start"] // SESSION).tolist() == [0, 4, 5]
    assert (found["shift_end"] // SESSION).tolist() == [2, 5, 6]
    assert found["shift_since"].tolist() == [NEVER, 4 * SESSION, 4 * SESSION]
    assert found["shift_effort"].tolist() == [1.0, 2.0, 1.5]
    assert found["vacant_post"].tolist() == [0, 1]
    assert (found["vacant_start"] // SESSION).tolist() == [2, 2]
    assert (found["vacant_end"] // SESSION).tolist() == [4, 4]


@examples
@given(world=worlds())
def test_turnover_takes_presence_away_and_never_adds_any(world):
    """Who is there on a half day would be there without turnover too, at the same times."""

    def settled(document):
        for name in ("turnover_per_year", "vacant_at_start_share"):
            document["arrangements"][NAME]["workforce"].pop(name)
        document["arrangements"][NAME]["workforce"].pop("first_year_turnover_per_year")

    ours, theirs = (
        half_days(world.changed(change).model()) for change in (lambda _: None, settled)
    )
    assert not (ours & ~theirs).any()
    vacant = world.model().staff
    away = np.zeros_like(ours)
    for post, start, end in zip(
        vacant.vacant_post, vacant.vacant_start, vacant.vacant_end, strict=True
    ):
        away[post, start // SESSION : end // SESSION] = True
    assert np.array_equal(ours, theirs & ~away)


def half_days(model):
    staff = model.staff
    there = np.zeros((len(staff.team), model.clock.horizon // SESSION), dtype=bool)
    person = np.repeat(np.arange(len(staff.team)), np.diff(staff.first_shift))
    for who, start, end in zip(person, staff.shift_start, staff.shift_end, strict=True):
        assert not there[who, start // SESSION : end // SESSION].any()
        there[who, start // SESSION : end // SESSION] = True
    return there


# ---- At work, worked out by hand


def desk(*shift_times, since, effort=None, opens=(0,), officers=1.0, stages=None, **blocks):
    """One officer a shift time list; cases of one hour; returns the model."""
    document = plain_document(officers=officers)
    document["arrangements"][NAME] |= blocks
    if stages:
        document["pathways"]["case_types"]["query"] = query(stages=stages)
    model = with_cases(plain(document).model(), opens)
    model = with_shifts(model, *[(0, 1)] * len(model.staff.team))
    start, end = (np.array(edge) * HOUR for edge in zip(*shift_times, strict=True))
    columns = {
        "first_shift": np.array([0, len(start)]),
        "shift_start": start.astype(np.int64),
        "shift_end": end.astype(np.int64),
        "shift_since": np.array(since, dtype=np.int64),
        "shift_effort": np.ones(len(start)) if effort is None else np.array(effort),
        "turnover": True,
    }
    return replace(model, staff=replace(model.staff, **columns))


@engines
def test_work_of_a_joiner_takes_as_long_as_he_is_slow(run):
    """Hours of 1 by who was there, then 2 and 1.5 by the joiner; 1.5 of them are learning."""
    model = desk(
        (0, 4),
        (4, 8),
        (8, 12),
        since=[NEVER, 4 * HOUR, 4 * HOUR],
        effort=[1.0, 2.0, 1.5],
        opens=[0, 4 * HOUR, 8 * HOUR],
    )
    log = run(model)
    assert (log.cases.effort / HOUR).tolist() == [1.0, 2.0, 1.5]
    assert (log.cases.relearn / HOUR).tolist() == [0.0, 1.0, 0.5]


KNOWN = {"unknown_effort_multiplier": 2.0, "half_life_months": 1e6, "retained_share": 0.0}


@engines
def test_a_leaver_takes_own_knowledge_along(run):
    """Unknown 2 h, then known 1 h; the successor starts at 2 h again, and then knows: 1 h."""
    model = desk(
        (0, 10),
        (10, 20),
        since=[NEVER, 10 * HOUR],
        opens=[0, 5 * HOUR, 10 * HOUR, 15 * HOUR],
        knowledge=KNOWN,
    )
    log = run(model)
    assert np.allclose(log.cases.effort / HOUR, [2.0, 1.0, 2.0, 1.0], atol=1e-3)
    assert np.allclose(log.cases.relearn / HOUR, [1.0, 0.0, 1.0, 0.0], atol=1e-3)


@engines
def test_what_the_team_remembers_stays(run):
    """Half of what the predecessor did is in the files: 1.5 h for the successor's first case."""
    model = desk(
        (0, 10),
        (10, 20),
        since=[NEVER, 10 * HOUR],
        opens=[0, 10 * HOUR],
        knowledge={**KNOWN, "team_memory_share": 0.5},
    )
    assert np.allclose(run(model).cases.effort / HOUR, [2.0, 1.5], atol=1e-3)


@engines
@pytest.mark.parametrize(("since", "expected"), [(NEVER, 1.0), (0, 2.0)])
def test_only_who_was_there_at_the_start_knows_the_contracts_of_before(run, since, expected):
    model = desk((0, 10), since=[since], knowledge={**KNOWN, "retained_share": 1.0})
    model.teams.named[:] = 0
    assert np.allclose(run(model).cases.effort / HOUR, [expected], atol=1e-3)


@engines
def test_a_joiner_owes_no_time_for_the_overrun_of_a_predecessor(run):
    """A packet of 3 h ends 2 h after the shift. The same person takes the 2 h back; another not."""
    long = [work(hours=3.0)]
    for since, starts in ((NEVER, [0, 7.0]), (5 * HOUR, [0, 5.0])):
        model = desk((0, 1), (5, 20), since=[NEVER, since], opens=[0, 4 * HOUR], stages=long)
        log = run(model)
        mine = log.work.case >= 0
        assert (log.work.start[mine] / HOUR).tolist() == starts
        assert (~mine).sum() == (since == NEVER)


@engines
def test_a_successor_ends_the_packet_in_hand_and_owes_nothing_for_it(run):
    """6 h of work from 0 to 6, over a leaver's last hour and a successor's first three."""
    model = desk(
        (0, 1),
        (3, 4),
        (8, 20),
        since=[NEVER, 3 * HOUR, 3 * HOUR],
        opens=[0, 7 * HOUR],
        stages=[work(hours=6.0)],
    )
    log = run(model)
    rows = zip(log.work.case.tolist(), log.work.start / HOUR, log.work.end / HOUR, strict=True)
    assert [*rows] == [(0, 0, 6), (-1, 8, 10), (1, 10, 16)]  # after the own shift: from 4 to 6


@engines
def test_a_team_of_two_loses_half(run):
    """With one of two posts vacant eight one-hour cases take eight hours in place of four."""
    document = plain_document(officers=2)
    found = {}
    force = document["arrangements"][NAME]["workforce"]
    force |= {"vacant_at_start_share": 0.5, "recruitment_weeks": 1e9}
    for replication in range(20):
        model = with_cases(plain(document).model(replication), [0] * 8)
        found[len(model.staff.vacant_post)] = int(run(model).cases.closed.max()) / HOUR
    assert found == {0: 4.0, 1: 8.0, 2: -1 / HOUR}


@engines
def test_all_posts_vacant_at_the_start_and_nobody_to_be_found(run):
    document = plain_document(officers=2)
    document["arrangements"][NAME]["workforce"] |= {
        "vacant_at_start_share": 1,
        "recruitment_weeks": 1e9,
    }
    model = plain(document).model()
    assert len(model.staff.shift_start) == 0
    log = run(model)
    assert not len(log.work.case)
    table = measure(model, log)
    assert measured(table, "vacant_share") == 1.0
    assert measured(table, "cost_vacant_gbp") == measured(table, "cost_staff_gbp") == 100_000


# ---- Neutral values


@engines
@examples
@given(world=worlds(), weeks=st.sampled_from([0.0, 18.0]), share=st.sampled_from([0.5, 1.0]))
def test_without_leavers_and_vacancies_there_is_no_effect(run, world, weeks, share):
    def never(document):
        from_the_first_day(document)
        document["arrangements"][NAME]["workforce"] |= {
            "turnover_per_year": 0,
            "first_year_turnover_per_year": 0,
            "vacant_at_start_share": 0,
            "recruitment_weeks": weeks,
            "full_productivity_months": 9,
            "joiner_productivity_share": share,
        }

    def unsaid(document):
        never(document)
        for name in [key for key in document["arrangements"][NAME]["workforce"] if key in SAID]:
            document["arrangements"][NAME]["workforce"].pop(name)

    said, silent = world.changed(never).model(), world.changed(unsaid).model()
    assert same(said, silent)
    assert not said.staff.turnover
    assert said.staff.shift_since.strides == said.staff.shift_effort.strides == (0,)
    assert same(run(said), run(silent))


SAID = (
    "turnover_per_year",
    "first_year_turnover_per_year",
    "vacant_at_start_share",
    "recruitment_weeks",
    "full_productivity_months",
    "joiner_productivity_share",
)


@engines
@examples
@given(world=worlds())
def test_nobody_is_busier_than_there_is_time(run, world):
    model = world.model()
    time = hours(View(tallied(model, run(model))))
    assert (time.busy <= time.available).all()


# ---- Measures


def vacancies(**staff):
    people = [Person(), Person(wte=0.5), Person(role=1)]
    model = toy.model(people=people, roles=("officer", "manager"), years=2)
    return toy.changed(model, staff=staff)


def test_vacant_posts_by_role_and_year():
    """Of 1.5 WTE of officers half a post is vacant for one year of two: 0.5 / 3, and of 2.5 WTE."""
    model = vacancies(
        vacant_post=np.array([1]),
        vacant_start=np.array([365 * DAY]),
        vacant_end=np.array([730 * DAY]),
    )
    table = measure(model, toy.log(model, [None]))
    assert measured(table, "vacant_share", role="officer") == pytest.approx(0.5 / 3)
    assert measured(table, "vacant_share", role="manager") == 0
    assert measured(table, "vacant_share") == pytest.approx(0.5 / 5)
    assert measured(table, "vacant_share", period="year 1") == 0
    officers = {"role": "officer", "body": "area", "period": "year 2"}
    assert measured(table, "vacant_share", **officers) == pytest.approx(0.5 / 1.5)
    pay = measured(table, "cost_vacant_gbp", role="officer")
    assert pay == pytest.approx(75_000 * 0.5 / 3)
    assert measured(table, "cost_vacant_gbp") == pay
    assert measured(table, "cost_staff_gbp") == 125_000, "established posts, filled or not"


def test_leavers_by_role_and_year():
    """One post of an officer is left in the second year; the other was vacant from the start."""
    model = vacancies(
        vacant_post=np.array([0, 1]),
        vacant_start=np.array([0, 400 * DAY]),
        vacant_end=np.array([100 * DAY, 500 * DAY]),
    )
    table = measure(model, toy.log(model, [None]))
    assert measured(table, "leavers_share", period="year 1") == 0
    assert measured(table, "leavers_share", period="year 2") == pytest.approx(0.5 / 2.5)
    assert measured(table, "leavers_share", period="year 2", role="officer") == pytest.approx(1 / 3)
    assert measured(table, "leavers_share") == pytest.approx(0.5 / 2.5 / 2)


def test_where_posts_cannot_change_hands_vacancies_are_not_measured():
    model = vacancies(turnover=False)
    found = set(measure(model, toy.log(model, [None]))["measure"])
    assert not {"vacant_share", "leavers_share", "cost_vacant_gbp"} & found


# ---- Posts that begin with a change of the arrangement


def test_posts_of_an_arrangement_that_takes_over_are_as_on_a_first_day():
    """Who begins 100 sessions late has the stays of a run that is as much shorter, moved."""
    rules = {
        "turnover_per_year": 2.0,
        "first_year_turnover_per_year": 5.0,
        "recruitment_weeks": 6.0,
        "vacant_at_start_share": 0.3,
    }
    late = replace(turnover(years=1.0, **rules), begins=100).spells(posts(300))
    soon = turnover(years=0.8, **rules).spells(posts(300))
    there = soon.joined != INCUMBENT
    assert 0 < there.mean() < 1
    assert late.post.tolist() == soon.post.tolist()
    assert late.joined.tolist() == np.where(there, soon.joined + 100, INCUMBENT).tolist()
    assert late.left.tolist() == (soon.left + 100).tolist()
