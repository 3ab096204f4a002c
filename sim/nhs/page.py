"""One layout for every page: NHS design system, nothing fetched from elsewhere.

The stylesheet is that of nhsuk-frontend, kept unchanged under ``assets``; the templates of its
components come with the package nhsuk-frontend-jinja. The pages are not by the NHS: they carry
the name of this project and not the NHS logo, and letters fall back to Arial, because the NHS
typeface is licensed for NHS sites only.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

PROJECT = "commissioning-sim"
STYLES = Path(__file__).with_name("assets") / "nhsuk-frontend-10.6.1" / "nhsuk-frontend.min.css"
_FONT_FACE = re.compile(r"@font-face\{[^}]*\}")
_FETCHED = re.compile(r"url\((?!data:)[^)]*\)")
_MAP = re.compile(r"/\*# sourceMappingURL=[^*]*\*/")


class MissingExtraError(Exception):
    """Packages that pages and reports need are not installed; it says how to get them."""

    def __init__(self, extra: str = "reports") -> None:
        super().__init__(
            "pages and reports need packages that are not installed: "
            f"pip install 'commissioning-sim[{extra}]' "
            f"(in a checkout: pip install -e '.[{extra}]')"
        )


def page(
    title: str, body: str, *, lead: str = "", style: str = "", script: str = "", foot: str = ""
) -> str:
    """Return one whole HTML document in the NHS layout.

    ``title`` is plain text: the document's title and its one first-level heading, under which
    stands ``lead``, plain text as well. ``body`` is trusted HTML for the main part, whose
    headings start at the second level; ``foot`` is plain text for the end of the page.
    ``style`` and ``script`` are CSS and JavaScript of the page's own, put in as they are. Wide
    tables scroll sideways inside ``<div class="sim-wide" tabindex="0" role="region"
    aria-label="...">``.

    Raises ``MissingExtraError`` where the extra ``reports`` is not installed.
    """
    layout = environment("sim.nhs").get_template("page.html")
    return layout.render(
        project=PROJECT,
        title=title,
        lead=lead,
        body=body,
        style=stylesheet() + style,
        script=script,
        foot=foot,
    )


def environment(package: str) -> Environment:
    """Return where templates are found: ``package/templates``, the layout's, the NHS components.

    What is put into a template is escaped unless it is marked as safe. Raises
    ``MissingExtraError``.
    """
    try:
        import jinja2

        loaders = [jinja2.PackageLoader(name) for name in (package, "nhsuk_frontend_jinja")]
    except (ImportError, ValueError) as error:
        raise MissingExtraError() from error
    return jinja2.Environment(
        loader=jinja2.ChoiceLoader(loaders),
        undefined=jinja2.ChainableUndefined,  # as the NHS components ask for
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@functools.cache
def stylesheet() -> str:
    """Return the NHS stylesheet without what a browser would fetch: fonts, icons, its map."""
    text = STYLES.read_text(encoding="utf-8")
    for pattern, instead in ((_FONT_FACE, ""), (_FETCHED, "none"), (_MAP, "")):
        text = pattern.sub(instead, text)
    return text
