"""History matching: how implausible a set is, what is held out, and what is ruled out."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from tiny import WORLD

from sim import cli
from sim.evidence.matching import held_out, implausibility, independent
from sim.evidence.reading import read_targets
from sim.evidence.targets import Check

STAFF = "arrangements.central.teams.office.wte"


def ask(low, high):
    return Check.model_construct(low=low, high=high, what=f"{low} to {high}")


def test_implausibility_is_distance_over_all_errors():
    answers = np.array([[[10.0, 10.0]], [[30.0, 34.0]]])
    found = implausibility([ask(8, 12)], answers, 0.1)
    noise = 8.0 / 2 / 2  # variances 0 and 8, their mean, of a mean of two replications
    assert found[:, 0] == pytest.approx([0.0, 22 / math.sqrt(1 + noise + 1)])


def test_beyond_an_open_end_nothing_is_implausible():
    answers = np.array([[[50.0, 50.0]], [[5.0, 5.0]], [[math.nan, 1.0]]])
    found = implausibility([ask(10, None)], answers, 0.1)[:, 0]
    assert found == pytest.approx([0.0, 5.0, math.inf])


def test_half_of_the_independent_targets_are_held_out_whatever_their_order():
    targets = read_targets()
    checks, others = independent(targets)
    assert all(each.label == "independent" for _, each in checks)
    rows = [row for target in targets.values() for row in target.rows]
    assert len(checks) + others == sum(row.label == "independent" for row in rows)
    held = held_out(checks)
    assert sum(held) == len(checks) // 2
    assert held_out(checks[::-1]) == held[::-1]


def test_calibration_rules_out_what_misses_and_says_so(tmp_path, monkeypatch, capsys):
    # Four offices of 4 to 12 whole-time equivalents at 50,000 GBP.
    Path(tmp_path / "tiny.toml").write_text(WORLD.replace('"load"', '"cost_total_gbp"'))
    rows = ""
    for name, low, high in (("V1", 2_200_000, 2_400_000), ("V2", 800_000, 1_000_000)):
        rows += f"""
[{name}]
title = "Cost {name}"
[[{name}.checks]]
what = "Cost of {name}"
label = "independent"
observed = "so much"
sources = ["derived"]
scenario = "tiny.toml"
arrangement = "central"
value = {{ measure = "cost_total_gbp" }}
unit = "GBP"
low = {low}
high = {high}
rests_on = ["{STAFF}"]
"""
    Path(tmp_path / "targets.toml").write_text(rows)
    monkeypatch.chdir(tmp_path)
    words = ["calibrate", "tiny.toml", "--targets", "targets.toml", "--sets", "10", "--jobs", "1"]
    with pytest.raises(SystemExit):
        cli.main([*words, "--discrepancy", "0"])
    text = " ".join(capsys.readouterr().out.split())
    assert "2 independent targets can be run: 1 rule out, 1 are held out" in text
    assert re.search("[12] of 10 sets are not ruled out", text)
    assert "Never met together: V1 (Cost of V1) and V2 (Cost of V2)" in text
    assert "the sets not ruled out meet 0% on average" in text
    assert "The first place survives" in text
