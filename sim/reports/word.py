"""A report as a Word document, to be pasted from: real headings, captions and tables."""

from __future__ import annotations

import datetime as dt
import math
from io import BytesIO
from typing import TYPE_CHECKING, Any

from sim.nhs import MissingExtraError
from sim.reports.parts import Heading, Items, Part, Picture, Report, Table, Text

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

LANGUAGE = "en-GB"
WIDTH_CM = 16.0
"""Between the margins of an upright A4 page."""

SMALL = 8
"""Points of the letters in tables."""

LETTER_CM, PADDING_CM, LONGEST_CM = 0.17, 0.45, 6.5
"""Width of such a letter, of the space around a cell's text, of the longest word kept whole."""


def render(report: Report) -> bytes:
    """Return the document as a file. Raises ``MissingExtraError``."""
    document = _blank(report)
    document.add_heading(report.title, level=0)
    document.add_paragraph(report.lead)
    for part in report.parts:
        _add(document, part)
    document.sections[0].footer.paragraphs[0].text = report.foot
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _blank(report: Report) -> Document:
    """Return an empty A4 document that says what it is and in which language."""
    try:
        import docx
        from docx.oxml.ns import qn
        from docx.shared import Cm, Pt, RGBColor
    except ImportError as error:
        raise MissingExtraError() from error
    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.left_margin = page.right_margin = Cm((21.0 - WIDTH_CM) / 2)
    for name in ("Normal", "Caption", "Title", *(f"Heading {level}" for level in range(1, 4))):
        font = document.styles[name].font
        font.name = "Arial"
        fonts = document.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)  # a theme's font would win over Arial
        if name != "Normal":
            font.color.rgb = RGBColor(0x21, 0x2B, 0x32)
    document.styles["Normal"].font.size = Pt(10)
    document.styles["Title"].font.size = Pt(20)
    _speak(document)
    about = document.core_properties
    about.title, about.author, about.language = report.title, "commissioning-sim", LANGUAGE
    about.comments, about.created = "", dt.datetime(2013, 4, 1, tzinfo=dt.UTC)
    return document


def _speak(document: Document) -> None:
    """Set the language in which screen readers read and spelling is checked."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    properties = document.styles["Normal"].element.get_or_add_rPr()
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), LANGUAGE)
    properties.append(language)


def _add(document: Document, part: Part) -> None:
    match part:
        case Heading():
            document.add_heading(part.text, part.level)
        case Text():
            run = document.add_paragraph().add_run(part.text)
            run.bold = part.weight
        case Items():
            for item in part.items:
                document.add_paragraph(item, style="List Bullet")
        case Table():
            _table(document, part)
        case Picture():
            _picture(document, part)


def _picture(document: Document, part: Picture) -> None:
    from docx.shared import Cm, Pt

    document.add_picture(BytesIO(part.png), width=Cm(WIDTH_CM))
    shape = document.inline_shapes[-1]._inline.docPr
    shape.set("descr", part.alt)
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    _caption(document, "Figure", part.caption).paragraph_format.keep_with_next = True
    document.add_paragraph().add_run(part.note).font.size = Pt(SMALL)


def _caption(document: Document, kind: str, text: str) -> Paragraph:
    """Add a caption with Word's own counter, so that lists of figures and tables find it."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    paragraph = document.add_paragraph(f"{kind} ", style="Caption")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), f"SEQ {kind} \\* ARABIC")
    count = sum(
        f"SEQ {kind} " in each.get(qn("w:instr"), "")
        for each in document.element.body.iter(qn("w:fldSimple"))
    )
    run, number = OxmlElement("w:r"), OxmlElement("w:t")
    number.text = str(count + 1)
    run.append(number)
    field.append(run)
    paragraph._p.append(field)
    paragraph.add_run(f". {text}")
    return paragraph


def _table(document: Document, part: Table) -> None:
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement
    from docx.shared import Cm

    _caption(document, "Table", part.caption).paragraph_format.keep_with_next = True
    table = document.add_table(rows=1 + len(part.rows), cols=len(part.columns), style="Table Grid")
    widths = [Cm(width) for width in column_widths(part)]
    for grid, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
        grid.w = width
    for place, (row, cells) in enumerate(zip(table.rows, [part.columns, *part.rows], strict=True)):
        whole = row._tr.get_or_add_trPr()
        whole.append(OxmlElement("w:cantSplit"))
        if place == 0:
            whole.append(OxmlElement("w:tblHeader"))
        for column, (cell, text) in enumerate(zip(row._tr.tc_lst, cells, strict=True)):
            cell.width = widths[column]
            bold = place == 0 or (part.marked != "" and text == part.marked)
            _fill(cell, text, bold, column in part.numbers)
    properties = table._tbl.tblPr
    about = OxmlElement("w:tblDescription")
    about.set(qn("w:val"), part.caption)
    properties.append(about)
    document.add_paragraph()


def column_widths(part: Table) -> list[float]:
    """Share the width of a page out between columns, in cm: room for each one's longest word first.

    What is left goes to those with long texts. A word longer than ``LONGEST_CM`` is broken.
    """
    columns = list(zip(part.columns, *part.rows, strict=True))
    words = [max(len(word) for text in each for word in text.split() or [""]) for each in columns]
    least = [min(LETTER_CM * length + PADDING_CM, LONGEST_CM) for length in words]
    long = [math.sqrt(max(map(len, each))) for each in columns]
    rest = max(WIDTH_CM - sum(least), 0.0)
    widths = [room + rest * share / sum(long) for room, share in zip(least, long, strict=True)]
    return [width * WIDTH_CM / sum(widths) for width in widths]


def _fill(cell: Any, text: str, bold: bool, number: bool) -> None:  # noqa: ANN401 - untyped XML
    """Write the text of a cell; by way of its XML, because registers are long."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt
    from docx.text.paragraph import Paragraph

    paragraph = Paragraph(cell.p_lst[0], cell)
    paragraph.paragraph_format.space_after = Pt(0)
    if number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(SMALL), bold
