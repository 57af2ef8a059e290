"""Bare material: references as other programs write them, and pastes of links and ids."""

from __future__ import annotations

import pytest

from readings.imports.parsing import parse
from readings.imports.understood import Understood

pytestmark = pytest.mark.once

BIBTEX = r"""% what we read
@inproceedings{attention,
  title     = {Attention Is {All} You Need},
  author    = "Vaswani, Ashish and Noam Shazeer and {The Team} and others",
  booktitle = {NeurIPS},
  year      = 2017,
  eprint    = {1706.03762},
  archivePrefix = {arXiv},
  abstract  = {We propose ...},
  annote    = {Read section 3 first.}
}

@phdthesis{thesis, title={{\"U}ber f\'{e}d{\'e}r{\ae} systems}, school={ETH},
  url={https://x.org/a\_b.pdf}}
@article{twice, title={First}, title={Second}, journal={arXiv preprint arXiv:2310.03714}}
@article{attention, title={Another}, doi={10.1145/3315508.3329973}}
@article{open, title={unclosed
@misc{last, title={Last}, note={Accessed at https://x.org/page}}
"""


def known(understood: Understood) -> list[tuple[str | None, tuple[str, str] | None, int]]:
    return [(entry.title, entry.identity, entry.line) for entry in understood.entries]


def test_bibtex() -> None:
    understood = parse(BIBTEX, filename="list.bib")
    assert understood.format == "bibtex"
    assert known(understood) == [
        ("Attention Is All You Need", ("arxiv", "1706.03762"), 2),
        ("Über fédéræ systems", ("url", "https://x.org/a_b.pdf"), 13),
        ("First", ("arxiv", "2310.03714"), 15),
        ("Another", ("doi", "10.1145/3315508.3329973"), 16),
        ("Last", None, 18),
    ]
    attention, thesis, first, *_ = understood.entries
    assert attention.authors == "Ashish Vaswani, Noam Shazeer, The Team"
    assert (attention.venue, attention.year) == ("NeurIPS", 2017)
    assert attention.annotation == "Read section 3 first."
    assert [link.role for link in thesis.links] == ["thesis"]
    assert first.venue is None
    assert [(one.line, one.severity) for one in understood.problems] == [
        (15, "warning"),
        (16, "warning"),
        (17, "error"),
    ]


def test_ris() -> None:
    understood = parse(
        "TY  - JOUR\nAU  - Vaswani, Ashish\nAU  - Shazeer, Noam\nT1  - Attention\nJO  - NIPS\n"
        "PY  - 2017/06/12/\nUR  - http://arxiv.org/abs/1706.03762\nN1  - Ours.\nAB  - No.\n"
        "ER  - \n\nTY - CONF\nTI - TVM\nT2 - OSDI\nDO - 10.5555/3291168.3291211\nL1 - https://x.org/t.pdf\n"
    )
    assert understood.format == "ris"
    assert known(understood) == [
        ("Attention", ("arxiv", "1706.03762"), 1),
        ("TVM", ("doi", "10.5555/3291168.3291211"), 12),
    ]
    first, second = understood.entries
    assert (first.authors, first.venue, first.year, first.annotation) == (
        "Ashish Vaswani, Noam Shazeer", "NIPS", 2017, "Ours.",
    )  # fmt: skip
    assert [(link.role, link.url) for link in second.links] == [("pdf", "https://x.org/t.pdf")]


def test_csl_json() -> None:
    understood = parse(
        '[\n{"id": "a", "type": "paper-conference", "title": "TVM",\n'
        '"author": [{"family": "Chen", "given": "Tianqi"}, {"literal": "The Team"}],\n'
        '"container-title": "OSDI", "issued": {"date-parts": [[2018, 10]]},\n'
        '"URL": "https://arxiv.org/abs/1802.04799"},\n'
        '{"id": "b", "type": "article", "title": "Relay", "number": "arXiv:1904.08368"}\n]'
    )
    assert understood.format == "csl-json"
    assert known(understood) == [
        ("TVM", ("arxiv", "1802.04799"), 2),
        ("Relay", ("arxiv", "1904.08368"), 6),
    ]
    tvm = understood.entries[0]
    assert (tvm.authors, tvm.venue, tvm.year) == ("Tianqi Chen, The Team", "OSDI", 2018)
    broken = parse('[{"title": "TVM", "DOI": \n]')
    assert [(one.line, one.severity) for one in broken.problems] == [(2, "error")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2310.03714, 1706.03762", ["2310.03714", "1706.03762"]),
        ("2310.03714v2 1706.03762\ncs/0112017", ["2310.03714", "1706.03762", "cs/0112017"]),
        ("10.1145/3315508.3329973", ["10.1145/3315508.3329973"]),
        ("https://doi.org/10.1145/3315508.3329973", ["10.1145/3315508.3329973"]),
        ("arXiv:2310.03714 arxiv.org/abs/1706.03762", ["2310.03714", "1706.03762"]),
        ("https://x.org/a.pdf", ["https://x.org/a.pdf"]),
    ],
)
def test_ids_and_links_in_a_paste(text: str, found: list[str]) -> None:
    understood = parse(text)
    assert understood.format == "links"
    assert [entry.identity and entry.identity[1] for entry in understood.entries] == found
    assert all(entry.links for entry in understood.entries)


def test_words_beside_links_and_above_them() -> None:
    understood = parse(
        "Compilers\nhttps://arxiv.org/abs/1802.04799\nhttps://arxiv.org/abs/1904.08368\n\n"
        "DSPy: arXiv:2310.03714 (read sections 1-3)\n"
        "Attention is all you need\nhttps://arxiv.org/pdf/1706.03762.pdf\n"
    )
    assert [(entry.title, entry.section, entry.annotation) for entry in understood.entries] == [
        (None, ["Compilers"], ""),
        (None, ["Compilers"], ""),
        ("DSPy", ["Compilers"], "read sections 1-3"),
        ("Attention is all you need", ["Compilers"], ""),
    ]


def test_a_listing_of_arxiv() -> None:
    understood = parse(
        "[1] arXiv:2401.12345 [pdf, ps, other]\nTitle: Receivers that are\n Robust\n"
        "Authors: Ann Lee, Bo Park\nComments: 13 pages\nSubjects: Signal Processing (eess.SP)\n"
        "[2] arXiv:2401.12346 (cross-list from cs.LG) [pdf, other]\nTitle: Another\n"
        "Authors: Cy\nJournal-ref: OSDI 2024\n"
    )
    assert known(understood) == [
        ("Receivers that are Robust", ("arxiv", "2401.12345"), 1),
        ("Another", ("arxiv", "2401.12346"), 7),
    ]
    first, second = understood.entries
    assert (first.authors, first.annotation) == ("Ann Lee, Bo Park", "13 pages")
    assert (second.venue, second.year) == ("OSDI 2024", 2024)
