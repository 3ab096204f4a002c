"""A report as one self-contained page in the NHS design system."""

from __future__ import annotations

import re
from base64 import b64encode
from html import escape
from itertools import count

from sim.nhs import environment, page
from sim.reports.parts import Heading, Report

STYLE = """
.sim-report figure { margin: 0 0 2em; }
.sim-report figure img { width: 100%; max-width: 60em; height: auto; background: #fff; }
.sim-report figcaption { font-size: 0.875em; line-height: 1.5; margin-top: 0.5em; max-width: 52em; }
.sim-report table { font-size: 0.875em; background: #fff; }
.sim-report th, .sim-report td { vertical-align: top; padding: 0.4em 0.5em; }
.sim-report td.sim-number, .sim-report th.sim-number { text-align: right; }
.sim-report td.sim-number span { white-space: nowrap; }
@media print { .sim-report figure, .sim-report tr { break-inside: avoid; }
  .sim-report h2, .sim-report h3, .sim-report h4 { break-after: avoid; }
  .sim-report th[scope=row] { min-width: 10em; } }
.sim-report .sim-keys th[scope=row] { min-width: 17em; font-weight: 400; }
"""


def render(report: Report) -> str:
    """Return the whole document. Raises ``MissingExtraError``."""
    places = count(1)
    ids = [
        f"part-{next(places)}" if isinstance(part, Heading) and part.level == 1 else ""
        for part in report.parts
    ]
    template = environment("sim.reports").get_template("report.html")
    parts = list(zip(ids, report.parts, strict=True))
    body = template.render(parts=parts, source=_source, breakable=_breakable)
    return page(report.title, body, lead=report.lead, style=STYLE, foot=report.foot)


def _breakable(key: str) -> str:
    """Return a key path as HTML that may go on in the next line after a dot or a dash."""
    return re.sub(r"([._])", r"\1<wbr>", escape(key))


def _source(svg: bytes) -> str:
    """Return a picture inside the page, where its ids and styles meet no other's."""
    return f"data:image/svg+xml;base64,{b64encode(svg).decode('ascii')}"
