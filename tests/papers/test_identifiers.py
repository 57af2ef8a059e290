"""Every spelling of a work leads to one name, and nothing else does."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readings.papers.identifiers import (
    Identifier,
    IdentifierKind,
    canonical_url,
    find_identifiers,
    parse_identifier,
)
from tests.shared import shared

ARXIV, DOI, URL = IdentifierKind.ARXIV, IdentifierKind.DOI, IdentifierKind.URL


@pytest.mark.parametrize(
    "spelling",
    [
        "1409.1556",
        "arXiv:1409.1556",
        "ARXIV: 1409.1556",
        "arXiv 1409.1556",
        "arXiv:1409.1556 [cs.CV]",
        "(arXiv:1409.1556).",
        "https://arxiv.org/abs/1409.1556",
        "http://arxiv.org/abs/1409.1556/",
        "https://arxiv.org/pdf/1409.1556",
        "https://arxiv.org/pdf/1409.1556.pdf",
        "https://arxiv.org/pdf/1409.1556.pdf.",
        "https://arxiv.org/format/1409.1556",
        "https://arxiv.org/abs/arXiv:1409.1556",
        "https://www.arxiv.org/abs/1409.1556",
        "https://export.arxiv.org/abs/1409.1556",
        "https://browse.arxiv.org/pdf/1409.1556.pdf",
        "https://de.arxiv.org/abs/1409.1556",
        "https://ar5iv.org/abs/1409.1556",
        "https://ar5iv.labs.arxiv.org/html/1409.1556",
        "https://www.alphaxiv.org/abs/1409.1556",
        "https://alphaxiv.org/overview/1409.1556",
        "https://huggingface.co/papers/1409.1556",
        "https://arxiv.org/ftp/arxiv/papers/1409/1409.1556.pdf",
        "https://arxiv.org/abs/1409.1556?fbclid=IwAR0",
        "https://arxiv.org/pdf/1409.1556.pdf?utm_source=plus.google.com&utm_medium=social",
        "https://arxiv.org/abs/1409.1556#comments",
        "HTTPS://ArXiv.org:443/abs/1409.1556",
        "arxiv.org/abs/1409.1556",
        "www.arxiv.org/pdf/1409.1556",
        "<https://arxiv.org/abs/1409.1556>",
        "\ufeff https://arxiv.org/abs/1409.1556\u00a0",
        "https://doi.org/10.48550/arXiv.1409.1556",
        "doi:10.48550/ARXIV.1409.1556",
    ],
)
def test_every_spelling_of_an_arxiv_id_is_one_work(spelling: str) -> None:
    assert parse_identifier(spelling) == Identifier(ARXIV, "1409.1556")


@pytest.mark.parametrize(
    ("spelling", "version"),
    [
        ("1409.1556v6", 6),
        ("https://arxiv.org/abs/1409.1556V2", 2),
        ("https://arxiv.org/html/1409.1556v1", 1),
        ("https://arxiv.org/html/1409.1556v1#S2.SS1", 1),
        ("https://arxiv.org/html/1409.1556v3/x1.png", 3),
        ("https://arxiv.org/pdf/1409.1556v12.pdf", 12),
        ("10.48550/arXiv.1409.1556v4", 4),
        ("https://arxiv.org/abs/1409.1556v0", None),
    ],
)
def test_the_version_is_kept_beside_the_id(spelling: str, version: int | None) -> None:
    identifier = parse_identifier(spelling)
    assert identifier == Identifier(ARXIV, "1409.1556", version)
    assert identifier.key == (ARXIV, "1409.1556")


@pytest.mark.parametrize(
    ("spelling", "value"),
    [
        ("cs/0112017", "cs/0112017"),
        ("math.GT/0309136", "math/0309136"),
        ("arXiv:hep-th/9901001v3", "hep-th/9901001"),
        ("https://arxiv.org/abs/math.GT/0309136v1", "math/0309136"),
        ("https://arxiv.org/pdf/cs%2F0112017", "cs/0112017"),
        ("https://arxiv.org/ftp/cs/papers/0112/0112017.pdf", "cs/0112017"),
        ("http://xxx.lanl.gov/abs/hep-th/9901001", "hep-th/9901001"),
    ],
)
def test_old_ids_lose_their_subject_class(spelling: str, value: str) -> None:
    identifier = parse_identifier(spelling)
    assert identifier is not None
    assert identifier.key == (ARXIV, value)


@pytest.mark.parametrize(
    "spelling",
    [
        "10.1145/3620665.3640366",
        "doi:10.1145/3620665.3640366",
        "DOI: 10.1145/3620665.3640366.",
        "https://doi.org/10.1145/3620665.3640366",
        "http://dx.doi.org/10.1145/3620665.3640366",
        "doi.org/10.1145/3620665.3640366",
        "https://dl.acm.org/doi/10.1145/3620665.3640366",
        "https://dl.acm.org/doi/abs/10.1145/3620665.3640366,",
        "https://dl.acm.org/doi/pdf/10.1145/3620665.3640366?download=true",
        "https://dl.acm.org/doi/full/10.1145/3620665.3640366",
        "https://dl.acm.org/doi/fullHtml/10.1145/3620665.3640366",
        "https://dl.acm.org/doi/epdf/10.1145/3620665.3640366",
        "(https://dl.acm.org/doi/10.1145/3620665.3640366)",
    ],
)
def test_every_spelling_of_a_doi_is_one_work(spelling: str) -> None:
    assert parse_identifier(spelling) == Identifier(DOI, "10.1145/3620665.3640366")


@pytest.mark.parametrize(
    ("spelling", "value"),
    [
        ("10.1016/0004-3702(94)90045-0", "10.1016/0004-3702(94)90045-0"),
        ("(10.1016/0004-3702(94)90045-0)", "10.1016/0004-3702(94)90045-0"),
        ("https://link.springer.com/article/10.1007/BF01386390", "10.1007/bf01386390"),
        ("https://link.springer.com/content/pdf/10.1007/BF01386390.pdf", "10.1007/bf01386390"),
        ("https://onlinelibrary.wiley.com/doi/full/10.1002/Spe.4380", "10.1002/spe.4380"),
    ],
)
def test_dois_with_brackets_and_at_publishers(spelling: str, value: str) -> None:
    assert parse_identifier(spelling) == Identifier(DOI, value)


def test_what_acm_numbers_without_a_doi_is_linked_where_it_lives() -> None:
    identifier = parse_identifier("https://dl.acm.org/doi/abs/10.5555/3314872.3314894")
    assert identifier == Identifier(DOI, "10.5555/3314872.3314894")
    assert canonical_url(identifier) == "https://dl.acm.org/doi/10.5555/3314872.3314894"


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("HTTPS://Example.ORG", "https://example.org/"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("http://example.org:80/a", "http://example.org/a"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("https://example.org/a/../b/./c", "https://example.org/b/c"),
        ("https://example.org/a?utm_source=x&q=1&fbclid=2#top", "https://example.org/a?q=1"),
        ("https://example.org/a?gclid=1", "https://example.org/a"),
        ("https://example.org/Wiki/Foo_(bar)", "https://example.org/Wiki/Foo_(bar)"),
        ("https://example.org/wiki/图", "https://example.org/wiki/%E5%9B%BE"),
        ("https://example.org/%e5%9b%be", "https://example.org/%E5%9B%BE"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
        ("www.example.org/paper.pdf", "https://www.example.org/paper.pdf"),
        ("https://example.org/search?q=a=b&flag", "https://example.org/search?q=a=b&flag"),
        ("https://arxiv.org/list/cs.CL/recent", "https://arxiv.org/list/cs.CL/recent"),
    ],
)
def test_other_addresses_are_canonical(address: str, canonical: str) -> None:
    assert parse_identifier(address) == Identifier(URL, canonical)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "Relay",
        "2310",
        "12.5",
        "2413.12345",  # there is no thirteenth month
        "0613.1234",
        "week 3",
        "12/0112017",
        "abc/0112017",
        "javascript:alert(1)",
        "ftp://example.org/a.pdf",
        "file:///etc/passwd",
        "mailto:alice@example.org",
        "https://alice:secret@example.org/",
        "https://arxiv.org@example.org/abs/1409.1556",
        "https://",
        "https:///abs/1409.1556",
        "https://exa mple.org/",
        "https://example.org:99999/",
        "https://[::1/",
        "https://[::1]/",
        "https://-/",
        "slides/week3.pdf",
        "./notes.md",
        "see arXiv:1409.1556 for more",
        "https://example.org/" + "a" * 1000,
        "10.1145/" + "a" * 200,
        "\x00",
    ],
)
def test_what_names_no_work(text: str) -> None:
    assert parse_identifier(text) is None


def test_a_malformed_id_at_arxiv_is_still_an_address() -> None:
    identifier = parse_identifier("https://arxiv.org/abs/12345")
    assert identifier == Identifier(URL, "https://arxiv.org/abs/12345")


def test_ids_in_running_text_are_found_where_they_stand() -> None:
    text = (
        "As in arXiv:1409.1556v2 (and [this](https://arxiv.org/pdf/2001.00001.pdf)[too]"
        "(https://example.org/x)), see doi:10.1145/3620665.3640366; "
        "见https://arxiv.org/abs/2001.00002，并见 cs/0112017. Cost: 1409.1556 dollars."
    )
    found = find_identifiers(text)
    assert [str(one.identifier) for one in found] == [
        "arXiv:1409.1556v2",
        "arXiv:2001.00001",
        "doi:10.1145/3620665.3640366",
        "arXiv:2001.00002",
        "arXiv:cs/0112017",
    ]
    assert [text[one.start : one.end] for one in found] == [
        "arXiv:1409.1556v2",
        "https://arxiv.org/pdf/2001.00001.pdf",
        "10.1145/3620665.3640366",
        "https://arxiv.org/abs/2001.00002",
        "cs/0112017",
    ]


def test_other_addresses_in_running_text_are_found_on_request() -> None:
    text = (
        "Both (https://example.org/a_(b)) and <https://example.org/c?d=1>, “https://图.example/”."
    )
    assert [one.identifier.value for one in find_identifiers(text, urls=True)] == [
        "https://example.org/a_(b)",
        "https://example.org/c?d=1",
        "https://xn--wcs.example/",
    ]
    assert find_identifiers(text) == []


def test_finding_is_linear() -> None:
    hostile = ["https://" * 60_000, "(" * 500_000, "arxiv:" * 80_000, "10.1145/)" * 50_000]
    for text in hostile:
        started = time.process_time()
        find_identifiers(text, urls=True)
        parse_identifier(text)
        assert time.process_time() - started < 5


new_ids = st.builds(
    "{:02d}{:02d}.{:05d}".format,
    st.integers(15, 99),
    st.integers(1, 12),
    st.integers(0, 99999),
)
old_ids = st.builds(
    "{}/{:07d}".format,
    st.sampled_from(["cs", "math", "hep-th", "cond-mat", "quant-ph"]),
    st.integers(0, 9_999_999),
)
arxiv_identifiers = st.builds(
    Identifier,
    st.just(ARXIV),
    new_ids | old_ids,
    st.none() | st.integers(1, 99),
)


@given(arxiv_identifiers)
def test_an_arxiv_identifier_survives_every_spelling(identifier: Identifier) -> None:
    version = f"v{identifier.version}" if identifier.version else ""
    written = f"{identifier.value}{version}"
    assert parse_identifier(canonical_url(identifier)) == identifier
    assert parse_identifier(str(identifier)) == identifier
    for spelling in (
        written,
        f"https://arxiv.org/pdf/{written}.pdf",
        f"http://www.arxiv.org/abs/{written}?context=cs",
        f"https://ar5iv.labs.arxiv.org/html/{written}",
        f"https://doi.org/10.48550/arXiv.{written}",
    ):
        assert parse_identifier(spelling) == identifier
    (found,) = find_identifiers(f"(see https://arxiv.org/abs/{written}, please)")
    assert found.identifier == identifier


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40))
def test_a_doi_survives_its_address(suffix: str) -> None:
    identifier = parse_identifier(f"10.1145/{suffix}")
    if identifier is not None:
        assert parse_identifier(canonical_url(identifier)) == identifier


path_characters = st.characters(min_codepoint=33, max_codepoint=0x4FF)


@settings(deadline=None, max_examples=300)
@given(st.text(path_characters, max_size=60), st.sampled_from(["http", "HTTPS"]))
def test_an_address_is_canonical_once_and_for_all(rest: str, scheme: str) -> None:
    identifier = parse_identifier(f"{scheme}://Example.org/{rest}")
    if identifier is None:
        return
    assert parse_identifier(canonical_url(identifier)) == identifier
    assert canonical_url(identifier).isascii()


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=80))
def test_no_text_breaks_the_reading_of_it(text: str) -> None:
    parse_identifier(text)
    for found in find_identifiers(f"arXiv:2001.00001 {text} doi:10.1145/1", urls=True):
        assert 0 <= found.start < found.end
    assert find_identifiers(f"{text}\narXiv:2001.00001")[-1].identifier.value == "2001.00001"


def test_links_of_real_documents_have_the_ids_that_were_counted() -> None:
    links = json.loads(shared("data", "seed_links.json").read_text())
    assert len(links) == 253
    for link in links:
        identifier = parse_identifier(link["url"])
        assert identifier is not None, link["url"]
        assert parse_identifier(canonical_url(identifier)) == identifier
        expected = (
            (ARXIV, link["arxiv_id"])
            if link.get("arxiv_id")
            else (DOI, link["doi"].lower())
            if link.get("doi")
            else (URL, identifier.value)
        )
        assert identifier.key == expected


def test_running_through_real_documents_finds_the_counted_ids() -> None:
    counted = json.loads(shared("data", "truth.json").read_text())
    for name, truth in counted.items():
        expected = truth.get("arxiv_ids_distinct", truth.get("distinct_arxiv"))
        folder = () if name.startswith("seeds") else ("data",)
        text = shared(*folder, name).read_text()
        found = {
            one.identifier.value
            for one in find_identifiers(text)
            if "arxiv" in str(one.identifier).lower() and "arxiv.org" in text[one.start : one.end]
        }
        assert len(found) == expected, name
