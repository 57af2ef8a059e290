"""Reading PDFs in a subprocess: real files, broken files, greedy files."""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from readings.papers.extraction import Limits, Unreadable, read_pdf, recognise
from readings.papers.text import storable
from tests.papers.pdf_samples import (
    page_saying,
    page_that_burns_memory,
    page_that_burns_time,
    raw_pdf,
)
from tests.shared import shared

DAMAGED = "is damaged, or made in a way we cannot read"
NO_TEXT = "has no text (a scan?)"
LOCKED = "is encrypted and needs a password"

# file: pages (None: cannot be opened), headings in the outline, words of it, problem
EXPECTED: dict[str, tuple[int | None, int, str, str]] = {
    "1111.2011v2": (8, 11, "", ""),
    "1706.03762": (15, 22, "sequence transduction models", ""),
    "1803.02999": (15, 14, "meta-learning", ""),
    "1910.02054": (24, 41, "Zero Redundancy Optimizer", ""),
    "2205.14135": (34, 31, "IO-Awareness", ""),
    "cse598_triton_slides": (24, 0, "Triton", ""),
    "osdi18-chen": (17, 0, "TVM", ""),
    "osdi18-xiao": (17, 0, "Gandiva", "has a page (5) whose text could not be read"),
    "pdfjs_PDFBOX-3148-2-fuzzed": (None, 0, "", DAMAGED),
    "pdfjs_Pages-tree-refs": (None, 0, "", DAMAGED),
    "pdfjs_bomb_giant": (1, 0, "", DAMAGED),
    "pdfjs_bug1606566": (None, 0, "", "is not a PDF"),  # it has no header at all
    "pdfjs_bug900822": (1, 0, "", ""),  # encrypted, opens without a password
    "pdfjs_filled-background": (None, 0, "", DAMAGED),
    "pdfjs_issue19484_2": (None, 0, "", DAMAGED),
    "pdfjs_issue3371": (None, 0, "", LOCKED),
    "pdfjs_issue9105_other": (None, 0, "", DAMAGED),
    "pdfjs_javauninstall-7r": (1, 0, "", ""),
    "pdfjs_labelled_pages": (11, 11, "", NO_TEXT),
    "pdfjs_poppler-395-0-fuzzed": (1, 0, "", DAMAGED),
    "pdfjs_poppler-90-0-fuzzed": (16, 0, "", DAMAGED),
    "pdfjs_tracemonkey": (14, 0, "Trace-based", ""),
    "pwl_a-hundred-impossibility-proofs-for-distributed-computing": (30, 0, "", NO_TEXT),
    "sample_GeoTopo-komprimiert": (117, 35, "Topologie", ""),
    "sample_habibi": (1, 0, "حَبيبي", ""),
    "sample_libreoffice-writer-password": (None, 0, "", LOCKED),
    "sample_multicolumn": (3, 0, "", ""),
    "sample_pdflatex-outline": (4, 9, "", ""),
    "thesisuestc_example_zh": (24, 41, "电子科技大学", ""),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_each_real_pdf_has_its_outcome(name: str) -> None:
    page_count, headings, words, problem = EXPECTED[name]
    read = read_pdf(shared("data", "pdfs", f"{name}.pdf"))
    assert (read.page_count, len(read.outline), read.problem) == (page_count, headings, problem)
    assert words in "\n".join(read.pages)
    assert read.has_text == (page_count is not None and problem not in (DAMAGED, NO_TEXT))
    for page in read.pages:
        page.encode("utf-8")  # no halves of characters, which no database takes
        assert "\x00" not in page
    for heading in read.outline:
        assert heading["title"]
        assert heading["page"] is None or 1 <= heading["page"] <= (page_count or 0)


def test_the_table_names_every_real_pdf() -> None:
    assert {path.stem for path in shared("data", "pdfs").glob("*.pdf")} == set(EXPECTED)


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    return tmp_path / "paper.pdf"


def test_pages_and_outline_come_in_order(pdf: Path) -> None:
    canvas = Canvas(str(pdf))
    for number, title in enumerate(["1 Introduction", "1.1 Why", "2 Results"]):
        canvas.bookmarkPage(title)
        canvas.addOutlineEntry(title, title, level=1 if "." in title else 0)
        canvas.drawString(90, 700, f"page number {number + 1}")
        canvas.showPage()
    canvas.save()
    read = read_pdf(pdf)
    assert read.pages == ("page number 1", "page number 2", "page number 3")
    assert [(h["level"], h["title"], h["page"]) for h in read.outline] == [
        (0, "1 Introduction", 1),
        (1, "1.1 Why", 2),
        (0, "2 Results", 3),
    ]
    assert (read.page_count, read.problem, read.has_text) == (3, "", True)


def test_an_encrypted_pdf_says_that_it_needs_a_password(pdf: Path) -> None:
    canvas = Canvas(str(pdf), encrypt=StandardEncryption("secret", strength=128))
    canvas.drawString(90, 700, "locked")
    canvas.save()
    assert read_pdf(pdf).problem == Unreadable.ENCRYPTED


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", Unreadable.EMPTY),
        (b"<!DOCTYPE html><title>403 Forbidden</title>", Unreadable.WEB_PAGE),
        (b"\xef\xbb\xbf\r\n  <HTML><body>Just a moment...", Unreadable.WEB_PAGE),
        (b"PK\x03\x04 a zip", Unreadable.NOT_PDF),
        (b"%PDF-1.7\n", Unreadable.DAMAGED),
        (raw_pdf(page_saying("half"))[:200], Unreadable.DAMAGED),
        (raw_pdf(b"0 0 m 100 100 l S"), Unreadable.NO_TEXT),
    ],
)
def test_what_cannot_be_read_says_why(pdf: Path, body: bytes, problem: str) -> None:
    pdf.write_bytes(body)
    read = read_pdf(pdf)
    assert read.problem == problem
    assert not read.has_text


def test_junk_before_the_header_is_passed_over(pdf: Path) -> None:
    pdf.write_bytes(b"HTTP/1.1 200 OK\r\n\r\n" + raw_pdf(page_saying("hello")))
    assert read_pdf(pdf).pages == ("hello",)


def test_a_page_that_takes_too_long_costs_the_pages_after_it_only(pdf: Path) -> None:
    pdf.write_bytes(raw_pdf(page_saying("first"), page_that_burns_time(), page_saying("last")))
    for limits in (Limits(cpu_seconds=1), Limits(wall_seconds=1.5)):
        begun = time.monotonic()
        read = read_pdf(pdf, limits)
        assert time.monotonic() - begun < 10
        assert read.pages == ("first",)
        assert read.page_count == 3
        assert read.problem == (
            "took too long to read: only the first 1 of 3 pages have their text"
        )


def test_a_pdf_that_takes_too_long_at_once_has_no_pages(pdf: Path) -> None:
    pdf.write_bytes(raw_pdf(page_that_burns_time()))
    read = read_pdf(pdf, Limits(cpu_seconds=1))
    assert (read.page_count, read.pages, read.problem) == (1, (), "took too long to read")


def test_a_page_that_unpacks_to_too_much_is_stopped_by_the_memory_limit(pdf: Path) -> None:
    pdf.write_bytes(raw_pdf(page_saying("first"), page_that_burns_memory()))
    assert pdf.stat().st_size < 100_000
    read = read_pdf(pdf, Limits(memory_bytes=120 * 1024 * 1024))
    assert read.pages == ("first",)
    assert read.problem.startswith("needs too much memory to read")


def test_a_text_without_end_is_cut_after_a_page(pdf: Path) -> None:
    pdf.write_bytes(raw_pdf(*[page_saying("x" * 300)] * 9))
    read = read_pdf(pdf, Limits(output_bytes=1500))
    assert read.pages == ("x" * 300,) * 4
    assert read.problem == "is very long: only the first 4 of 9 pages have their text"


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs Linux's /proc")
def test_the_reader_sees_no_secret_of_the_environment(
    pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever takes the reader over finds neither keys nor passwords in its environment."""
    monkeypatch.setenv("SECRET_KEY", "sesame-in-the-environment")
    pdf.write_bytes(raw_pdf(page_saying("first"), page_that_burns_time()))
    seen: list[bytes] = []
    reading = threading.Thread(target=read_pdf, args=(pdf, Limits(wall_seconds=2)))
    reading.start()
    while not seen and reading.is_alive():
        for command in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                if str(pdf).encode() in command.read_bytes():
                    seen.append((command.parent / "environ").read_bytes())
    reading.join()
    assert seen
    assert b"sesame" not in seen[0]


def test_recognising_looks_no_further_than_a_kilobyte() -> None:
    assert recognise(b" " * 2000 + b"%PDF-1.4") is Unreadable.NOT_PDF
    assert recognise(b" " * 900 + b"%PDF-1.4") is None


@settings(max_examples=80)
@given(st.text(alphabet=st.characters() | st.characters(categories=["Cs", "Cc"])))
def test_any_text_becomes_storable(text: str) -> None:
    clean = storable(text)
    clean.encode("utf-8")
    assert "\x00" not in clean
    assert storable(clean) == clean


def test_halves_of_a_character_are_joined_and_lone_ones_marked() -> None:
    assert storable("\ud835\udc34 x\ud835 \x00y\r\nz") == "\U0001d434 x\ufffd y\nz"
