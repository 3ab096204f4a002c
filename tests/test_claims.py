"""Claims: read and refused like targets, put to a tiny model, told in words; the shipped file."""

import math
import re
from pathlib import Path

import pytest
from tiny import WORLD

import sim
from sim.evidence import worlds
from sim.evidence.answer_words import amount, every, one
from sim.evidence.answering import answered, standing, turning_point
from sim.evidence.claims import Ask, chosen, ends, read_claims
from sim.evidence.judgement import Interval
from sim.scenario.errors import ScenarioError

ROOT = Path(__file__).parents[1]

CLAIMS = """["S3.1"]
title = "Staff"
claimed = "There are enough."
contradiction = "One page says 30, another 40."
beyond = "Whether they are willing."

[["S3.1".asks]]
what = "Staff of the offices"
scenario = "tiny.toml"
arrangement = "central"
value = { measure = "wte" }
unit = "WTE"
low = 40
turns_on = [
  { key = "arrangements.central.teams.office.wte", words = "the staff of an office" },
  { key = "arrangements.local.teams.office.wte", words = "staff elsewhere", low = 1, high = 2 },
]

[["S3.1".asks]]
what = "Against another with more"
scenario = "tiny.toml"
arrangement = "central"
value = { measure = "wte" }
unit = "WTE"
versus.arrangement = "central"
versus.by = "difference"
versus.settings = ["arrangements.central.teams.office.wte=10"]

["S3.2"]
title = "Offices"
claimed = "Each has five."

[["S3.2".asks]]
what = "Practices for each office"
scenario = "tiny.toml"
arrangement = "central"
transformation = "contracts_per_body"
contracts = ["gp"]
tier = "area"
unit = "practices"
low = 5
high = 5
"""


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Write claims, by default those above, beside the tiny world; return their path."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.toml").write_text(WORLD, encoding="utf-8")
    _forget()

    def write(text=CLAIMS):
        path = tmp_path / "claims.toml"
        path.write_text(text, encoding="utf-8")
        return path

    yield write
    _forget()


def _forget():
    for cached in (worlds.scenario, worlds.estate, worlds.assumptions):
        cached.cache_clear()


def ask(**bounds):
    settings = {"what": "Staff", "scenario": "tiny.toml", "arrangement": "central", "unit": "WTE"}
    return Ask.model_validate({**settings, **bounds})


def test_claims_are_answered_with_what_they_turn_on(written, tmp_path):
    """Four offices of 8 (4 to 12) people have 32 (16 to 48): 40 need 10 in each."""
    found = answered(read_claims(written()), replications=2, out=tmp_path / "out", progress=False)
    enough, more = found["S3.1"].answers
    assert enough.model == Interval(32, 32, 32)
    assert enough.standing == "does not hold"
    own, other = enough.swept
    assert own.sizes == (4, 8, 12)
    assert [each.mean for each in own.answers] == [16, 32, 48]
    assert own.standings == ("does not hold", "does not hold", "holds")
    assert own.turning_point == pytest.approx(10)
    assert (other.sizes, other.turning_point) == ((1, 4, 2), None)
    assert (more.model.mean, more.standing) == (32 - 40, "only shown")
    assert found["S3.2"].answers[0].standing == "holds"


def test_an_answer_says_all_that_was_asked(written, tmp_path):
    found = answered(read_claims(written()), replications=2, out=tmp_path / "out", progress=False)
    text = one(found["S3.1"])
    assert "> **Claimed (S3.1):** There are enough." in text
    assert "**The source contradicts itself.** One page says 30, another 40." in text
    assert "| at least 40 WTE | 32.0 WTE | **does not hold** |" in text
    assert (
        "With the staff of an office at 4 WTE: 16.0, does not hold; at 12 WTE: 48.0, holds. "
        "The claim needs more than about 10 WTE; the model has 8 WTE." in text
    )
    assert "Its mean stays on one side from low to high." in text
    assert text.endswith("- Whether they are willing.")
    rows = every(found.claims.values()).splitlines()[2:]
    assert [row.split(" | ")[3] for row in rows] == [
        "**does not hold**",
        "no test",
        "**holds**",
    ]
    assert "the staff of an office |" in rows[0]


def test_changes_reach_every_question(written, tmp_path):
    change = ["arrangements.central.teams.office.wte=10"]
    found = answered(
        read_claims(written()), settings=change, replications=2, out=tmp_path, progress=False
    )
    enough, more = found["S3.1"].answers
    assert (enough.model.mean, enough.standing) == (40, "holds")
    assert enough.swept[0].sizes == (4, 10, 12)
    assert more.model.mean == 0


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (None, None, "only shown"),
        (1, None, "holds"),
        (None, 3, "holds"),
        (1.5, None, "cannot be told"),
        (None, 0.5, "does not hold"),
        (3.5, None, "does not hold"),
        (0, 2, "cannot be told"),
    ],
)
def test_a_claim_stands_by_the_whole_interval(low, high, said):
    assert standing(ask(low=low, high=high), Interval(2, 1, 3)) == said


def test_nothing_stands_on_what_was_not_reached():
    assert standing(ask(low=1), Interval(math.nan, math.nan, math.nan)) == "cannot be told"


def test_the_turning_point_lies_on_a_straight_line_between_two_answers():
    points = [(3.0, 30.0), (1.0, 10.0), (2.0, 0.0)]
    assert turning_point(ask(low=15), points) == pytest.approx(2.5)
    assert turning_point(ask(high=5), points) == pytest.approx(1.5)
    assert turning_point(ask(low=40), points) is None
    assert turning_point(ask(low=15), [*points[:1], (1.0, math.nan)]) is None


def test_a_share_of_a_whole_is_not_said_to_be_beyond_it():
    whole = ask(unit="share")
    assert amount(whole, Interval(0.9, 0.7, 1.1)) == "90% (70% to 100%)"
    change = ask(unit="share", versus={"arrangement": "local", "by": "change"})
    assert amount(change, Interval(0.9, 0.7, 1.1)) == "90% (70% to 110%)"


@pytest.mark.parametrize(
    ("found", "wrong", "message"),
    [
        ("S3.1", "X3.1", "there is no source 'X3'"),
        ("central.teams.office.wte\", words", "central.teams.ofice.wte\", words", "did you mean"),
        ("low = 1, high = 2", "low = 1", "has no range; 'low' and 'high' are missing"),
        ("wte=10", "wte=ten", "found \"ten\""),
        ('what = "Practices', 'whta = "Practices', "unknown key 'whta'; did you mean 'what'?"),
        ('measure = "wte"', 'measure = "wtee"', "did you mean 'wte'?"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(written, found, wrong, message):
    text = CLAIMS.replace("S3", "S3")
    assert found in text
    with pytest.raises(ScenarioError) as caught:
        read_claims(written(CLAIMS.replace(found, wrong)))
    assert message in str(caught.value)
    assert re.search(r"claims\.toml:\d+: ", str(caught.value))


def test_an_unknown_claim_is_answered_with_the_nearest():
    with pytest.raises(ScenarioError, match=r"no 'S3.44'.*did you mean 'S3.4'"):
        sim.claims("S3.44")


@pytest.fixture(scope="module")
def shipped():
    return read_claims()


def test_the_shipped_claims_can_all_be_put_to_the_model(shipped):
    assert len(shipped) >= 12
    assert any(claim.contradiction for claim in shipped.values())
    for name, claim in shipped.items():
        assert any(each.turns_on for each in claim.asks), name
        assert claim.beyond, name
        for each in claim.asks:
            assert all(ends(each, turn) for turn in each.turns_on)


def test_claims_are_chosen_in_the_order_of_the_file(shipped):
    assert list(chosen(shipped, ("S3.4", "S0.4"))) == ["S0.4", "S3.4"]
    assert chosen(shipped, ()) == shipped


def test_the_notebook_answers_every_claim(shipped):
    text = (ROOT / "notebooks" / "02-the-claims.ipynb").read_text(encoding="utf-8")
    assert set(re.findall(r'answer\(\\"(S\d\.\d+)\\"\)', text)) == set(shipped)
