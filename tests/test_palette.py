"""The colours of charts: told apart with any colour vision, and seen on white."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_hex

from sim.charts import committees, cost_per_head, month_of_team, stages, turning, who_gains
from sim.charts.heatmap import SHADES
from sim.charts.style import COLOURS, INK, looks

# Full loss of one kind of cone, on linear RGB: Machado, Oliveira and Fernandes (2009), table 1.
DEFICIENCIES = {
    "none": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(colour):
    """Linear RGB of a colour such as #12436D."""
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIELAB of linear RGB (D65)."""
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = np.cbrt(to_xyz @ np.clip(rgb, 1e-6, 1) / np.array([0.95047, 1, 1.08883]))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("colour", COLOURS)
def test_colours_stand_out_from_white(colour):
    luminance = linear(colour) @ [0.2126, 0.7152, 0.0722]
    assert 1.05 / (luminance + 0.05) >= 3


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_the_first_five_colours_stay_apart(deficiency):
    seen = [lab(DEFICIENCIES[deficiency] @ linear(colour)) for colour in COLOURS[:5]]
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > 20
    # With up to four arrangements, the usual number, further still.
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen[:4], 2)) > 25


def contrast(one, other):
    """Contrast ratio of two colours (WCAG 2.2)."""
    first, second = (linear(colour) @ [0.2126, 0.7152, 0.0722] + 0.05 for colour in (one, other))
    return max(first, second) / min(first, second)


def test_contrast_is_that_of_the_guidelines():
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21.0)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)  # the well-known grey


@pytest.mark.parametrize("at", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_words_are_easy_to_read_on_white_and_on_every_shade(at):
    assert contrast(INK, to_hex(SHADES(at))) >= 4.5


def test_shades_are_told_apart_by_their_lightness():
    steps = [lab(linear(to_hex(SHADES(at))))[0] for at in np.linspace(0, 1, 6)]
    assert (np.diff(steps) < -5).all()


PARTS = {
    "committees": [(hatch, colour) for _, hatch, colour in committees.PARTS.values()],
    "stages": [(hatch, colour) for _, hatch, colour in stages.PARTS.values()],
    "who gains": [(hatch, colour) for _, hatch, colour in who_gains._LOOKS.values()],
    "turning": [(hatch, colour) for _, hatch, colour in turning._WAYS.values()],
    "month": [*month_of_team._LOOKS, month_of_team._OTHERS, ("", month_of_team._LIGHT)],
    "cost": [(look.hatch, look.colour) for look in cost_per_head._LOOKS.values()],
    "bars of arrangements": [(look.hatch, look.colour) for look in looks("abcd").values()],
}


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize("chart", PARTS)
def test_parts_of_bars_differ_in_hatch_or_clearly_in_colour(chart, deficiency):
    for (hatch, one), (other_hatch, other) in combinations(PARTS[chart], 2):
        seen = [lab(DEFICIENCIES[deficiency] @ linear(colour)) for colour in (one, other)]
        assert hatch != other_hatch or np.linalg.norm(seen[0] - seen[1]) > 20


@pytest.mark.parametrize("chart", PARTS)
def test_parts_of_bars_stand_out_from_white(chart):
    light = {"#D9D9D9", month_of_team._LIGHT}  # what is nothing to look at: unchanged, idle
    assert all(
        contrast(colour, "#FFFFFF") >= 3 for _, colour in PARTS[chart] if colour not in light
    )
