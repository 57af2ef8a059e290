"""The sample papers: complete, possible in time, and with PDFs worth reading."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader

from readings.demo.library import sample_library
from readings.demo.pdfs import NOTE, make_pdf
from tests.shared import shared

LIBRARY = sample_library()


def test_every_arxiv_paper_of_the_seed_courses_is_known() -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in shared("seeds").glob("*.txt"))
    ids = set(re.findall(r"arxiv\.org/(?:abs|pdf|html)/(\d{4}\.\d{4,5})", written))
    assert len(ids) == 42
    assert ids == set(LIBRARY.papers)


def test_papers_cite_only_what_was_there_before_their_newest_version() -> None:
    for paper in LIBRARY.papers.values():
        assert paper.cites
        assert len(set(paper.cites)) == len(paper.cites)
        for key in paper.cites:
            if key in LIBRARY.papers:
                assert LIBRARY.papers[key].published < paper.updated, (paper.arxiv_id, key)
            else:
                year = re.search(r"\b(19|20)\d\d\b", LIBRARY.references[key].where)
                assert year
                assert int(year[0]) <= paper.updated.year, (paper.arxiv_id, key)


def test_every_paper_has_what_arxiv_says_of_one() -> None:
    for paper in LIBRARY.papers.values():
        assert paper.title
        assert paper.authors
        assert paper.categories
        assert paper.version >= 1
        assert paper.updated >= paper.published
        assert paper.published.tzinfo is not None
        assert 150 < len(paper.abstract) < 900
        assert paper.abstract.count("$") % 2 == 0
        assert len(paper.sections) >= 3


def test_some_abstracts_have_formulas() -> None:
    assert sum("$" in paper.abstract for paper in LIBRARY.papers.values()) >= 8


@pytest.mark.parametrize("arxiv_id", ["2006.06762", "2205.14135", "2403.06931", "2507.19457"])
def test_a_pdf_has_pages_headings_and_a_reference_list(arxiv_id: str) -> None:
    paper = LIBRARY.papers[arxiv_id]
    reader = PdfReader(io.BytesIO(make_pdf(paper, LIBRARY, version=paper.version)))
    pages = [page.extract_text() for page in reader.pages]
    text = " ".join(" ".join(pages).split())
    assert 4 <= len(pages) <= 12
    assert all(NOTE in page for page in pages)
    assert all(f"arXiv:{arxiv_id}v{paper.version}" in page for page in pages)
    headings = [entry.title for entry in reader.outline if not isinstance(entry, list)]
    assert headings[:2] == ["Abstract", "1 Introduction"]
    assert headings[-1] == "References"
    assert len(headings) >= 8
    for number, key in enumerate(paper.cites, start=1):
        assert f"[{number}]" in text
        title = (LIBRARY.papers.get(key) or LIBRARY.references[key]).title
        assert title.partition(":")[0] in text.partition("References")[2].join(text.split())
    assert reader.metadata is not None
    assert reader.metadata.title == paper.title
    assert reader.metadata.author == ", ".join(paper.authors)


def test_the_reference_list_of_ansor_names_tvm_by_its_id() -> None:
    ansor = LIBRARY.papers["2006.06762"]
    reader = PdfReader(io.BytesIO(make_pdf(ansor, LIBRARY, version=5)))
    last = " ".join(reader.pages[-1].extract_text().split())
    assert "TVM: An Automated End-to-End Optimizing Compiler for Deep Learning." in last
    assert "arXiv:1802.04799, 2018." in last


def test_a_pdf_is_the_same_every_time_and_another_for_another_version() -> None:
    paper = LIBRARY.papers["2405.08965"]
    assert make_pdf(paper, LIBRARY, version=6) == make_pdf(paper, LIBRARY, version=6)
    assert make_pdf(paper, LIBRARY, version=6) != make_pdf(paper, LIBRARY, version=5)
