"""Stand-in PDFs: papers of several pages with an outline and a reference list, and slides."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import partial
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import LETTER, landscape
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer

from readings.demo.library import Library, SamplePaper
from readings.demo.prose import plain, sections_of

NOTE = "Stand-in text made for trying Seminar without a network. It is not the paper."

_TITLE = ParagraphStyle(
    "title", fontName="Times-Bold", fontSize=17, leading=21, alignment=TA_CENTER
)
_AUTHORS = ParagraphStyle(
    "authors", fontName="Times-Roman", fontSize=11, leading=14, alignment=TA_CENTER
)
_HEADING = ParagraphStyle(
    "heading",
    fontName="Times-Bold",
    fontSize=13,
    leading=16,
    spaceBefore=12,
    spaceAfter=5,
    keepWithNext=True,
)
_BODY = ParagraphStyle(
    "body", fontName="Times-Roman", fontSize=10.5, leading=13.5, alignment=TA_JUSTIFY, spaceAfter=6
)
_REFERENCE = ParagraphStyle(
    "reference", parent=_BODY, leftIndent=22, firstLineIndent=-22, spaceAfter=4
)

_SLIDE_TITLE = ParagraphStyle("slide title", fontName="Helvetica-Bold", fontSize=30, leading=36)
_SLIDE_LINE = ParagraphStyle(
    "slide line", fontName="Helvetica", fontSize=20, leading=27, spaceAfter=12
)


class _Heading(Paragraph):
    """A heading that also stands in the PDF's outline."""

    def __init__(self, text: str) -> None:
        super().__init__(escape(text), _HEADING)
        self._words = text

    def draw(self) -> None:
        """Put the entry where the heading is drawn."""
        self.canv.bookmarkPage(self._words)
        self.canv.addOutlineEntry(self._words, self._words, level=0)
        super().draw()


def make_pdf(
    paper: SamplePaper, library: Library, *, version: int, password: str | None = None
) -> bytes:
    """The PDF of one version, byte for byte the same every time; 4 to 12 pages.

    With ``password`` it is encrypted and opens for nobody who lacks it.
    """
    body = io.BytesIO()
    document = SimpleDocTemplate(
        body,
        pagesize=LETTER,
        leftMargin=1.1 * inch,
        rightMargin=1.1 * inch,
        topMargin=inch,
        bottomMargin=inch,
        title=paper.title,
        author=", ".join(paper.authors),
        subject=NOTE,
        creator="Seminar's offline stand-in for arXiv",
        invariant=1,
        encrypt=StandardEncryption(password, strength=128) if password else None,
    )
    name = f"arXiv:{paper.arxiv_id}v{version}  [{paper.categories[0]}]"
    decorate = partial(_decorate, name=name)
    document.build(_story(paper, library), onFirstPage=decorate, onLaterPages=decorate)
    return body.getvalue()


def make_slides(title: str, author: str, pages: Sequence[Sequence[str]]) -> bytes:
    """Slides of a talk: a title, and pages of a heading with some lines below it."""
    body = io.BytesIO()
    document = SimpleDocTemplate(
        body,
        pagesize=landscape(LETTER),
        leftMargin=inch,
        rightMargin=inch,
        topMargin=1.2 * inch,
        bottomMargin=inch,
        title=title,
        author=author,
        invariant=1,
    )
    story: list[Flowable] = [
        Spacer(1, 1.6 * inch),
        Paragraph(escape(title), _SLIDE_TITLE),
        Spacer(1, 14),
        Paragraph(escape(author), _SLIDE_LINE),
    ]
    for heading, *lines in pages:
        story += [PageBreak(), Paragraph(escape(heading), _SLIDE_TITLE), Spacer(1, 14)]
        story += [Paragraph(escape(line), _SLIDE_LINE) for line in lines]
    document.build(story)
    return body.getvalue()


def _story(paper: SamplePaper, library: Library) -> list[Flowable]:
    story: list[Flowable] = [
        Paragraph(escape(paper.title), _TITLE),
        Spacer(1, 8),
        Paragraph(escape(", ".join(paper.authors)), _AUTHORS),
        Spacer(1, 10),
        _Heading("Abstract"),
        Paragraph(escape(plain(paper.abstract)), _BODY),
    ]
    for heading, paragraphs in sections_of(paper, library):
        story.append(_Heading(heading))
        story += [Paragraph(escape(paragraph), _BODY) for paragraph in paragraphs]
    story.append(_Heading("References"))
    for number, key in enumerate(paper.cites, start=1):
        entry = f"[{number}] {library.reference(key)}"
        story.append(Paragraph(escape(entry), _REFERENCE))
    return story


def _decorate(canvas: Canvas, document: SimpleDocTemplate, *, name: str) -> None:
    """What stands on every page: what it is, and where the paper would be."""
    canvas.saveState()
    canvas.setFont("Times-Italic", 9)
    width, height = LETTER
    canvas.drawCentredString(width / 2, height - 0.6 * inch, NOTE)
    canvas.setFont("Times-Roman", 9)
    canvas.drawString(1.1 * inch, 0.6 * inch, name)
    canvas.drawRightString(width - 1.1 * inch, 0.6 * inch, str(document.page))
    canvas.restoreState()
