"""What every figure must hold to: no word cut off or on another, no panel empty or nameless."""

from itertools import combinations
from unittest.mock import patch

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from sim.charts.style import house_style


def texts_drawn(figure):
    """Every text that really is put on the figure, with its box in pixels."""
    seen = []
    plain = Text.draw

    def draw(text, *arguments, **options):
        seen.append(text)
        plain(text, *arguments, **options)

    with patch.object(Text, "draw", draw), house_style():
        FigureCanvasAgg(figure).draw()
    written = {id(t): t for t in seen if t.get_visible() and t.get_text().strip()}
    return [(t, Text.get_window_extent(t)) for t in written.values()]


def assert_laid_out(figure, what=""):
    """Look at a figure as it is drawn; ``what`` says in a message which one it is."""
    boxes = texts_drawn(figure)
    for text, box in boxes:
        beyond = (-box.x0, -box.y0, box.x1 - figure.bbox.x1, box.y1 - figure.bbox.y1)
        assert max(beyond) <= 0, (what, "cut off", text.get_text())
        assert text.get_fontsize() >= 7, (what, "too small", text.get_text())
    for (one, a), (other, b) in combinations(boxes, 2):
        wide = min(a.x1, b.x1) - max(a.x0, b.x0)
        high = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert wide <= 0 or high <= 1, (what, "overlap", one.get_text(), other.get_text())
    for ax in figure.axes:
        assert ax.has_data() or ax.images, (what, "empty panel", ax.get_title("left"))
    assert all(map(named, figure.axes)) or figure.get_supylabel(), (what, "no name or unit")


def named(ax):
    """Whether a panel says what it shows."""
    return bool(ax.get_title("left") or ax.get_xlabel() or ax.get_ylabel() or not ax.axison)
