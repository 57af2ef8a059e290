"""The stand-in's answers, byte for byte in the format of recorded ones."""

from __future__ import annotations

import datetime as dt
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readings.demo.atom import BadQueryError, Query, error_feed, feed, split_id
from readings.demo.catalogue import look_up, parse_query
from readings.demo.library import SamplePaper, sample_library
from tests.shared import shared

NOW = dt.datetime(2026, 4, 12, 22, 59, 6, tzinfo=dt.UTC)
LIBRARY = sample_library()
ATOM = "{http://www.w3.org/2005/Atom}"


def recorded(name: str) -> bytes:
    return shared("data", "arxiv_atom", "lukasschwab_2026", f"{name}.xml").read_bytes().rstrip()


def test_an_error_is_the_recorded_one() -> None:
    assert error_feed("incorrect id format for abc", NOW).rstrip() == recorded(
        "id_abc_s0_m100_b79c8dcf6bc3"
    )


def without_hash(body: bytes) -> str:
    """A feed without its own id and time, which nobody can foretell."""
    text = re.sub(r"<id>https://arxiv.org/api/[^<]+</id>", "<id/>", body.decode(), count=1)
    return re.sub(r"<updated>[^<]+</updated>", "<updated/>", text, count=1).rstrip()


def test_an_empty_answer_is_the_recorded_one() -> None:
    query = Query(id_list="0000.0000", max_results=100)
    ours = feed(query, [], 0, NOW)
    assert without_hash(ours) == without_hash(recorded("id_0000.0000_s0_m100_8b51d9633a68"))


def test_an_entry_is_the_recorded_one() -> None:
    body = recorded("id_quant-ph_0201082v1_s0_m100_86989fe779ef")
    summary = re.search(r"<summary>(.*?)</summary>", body.decode(), re.DOTALL)
    assert summary
    submitted = dt.datetime(2002, 1, 18, 15, 8, 5, tzinfo=dt.UTC)
    paper = SamplePaper(
        arxiv_id="quant-ph/0201082",
        version=1,
        title="Quantum Computers and Quantum Computer Languages: Quantum Assembly Language"
        " and Quantum C Language",
        short="",
        authors=("Stephen Blaha",),
        published=submitted,
        updated=submitted,
        categories=("quant-ph", "cs.PL"),
        comment="32 pages",
        doi="",
        abstract=summary[1],
        sections=(),
        cites=(),
    )
    ours = feed(Query(id_list="quant-ph/0201082v1", max_results=100), [(paper, 1)], 1, NOW)
    assert without_hash(ours) == without_hash(body)


def test_a_doi_stands_where_arxiv_puts_it() -> None:
    body = shared("data", "arxiv_atom", "malkreide_2026_08", "all_glacier_2.xml").read_bytes()
    recorded_entry = ElementTree.fromstring(body).find(f"{ATOM}entry")  # noqa: S314 (our own file)
    relay = LIBRARY.papers["1810.00952"]
    entry = ElementTree.fromstring(feed(Query(), [(relay, 1)], 1, NOW)).find(f"{ATOM}entry")  # noqa: S314
    assert recorded_entry is not None
    assert entry is not None

    def shape(of: ElementTree.Element) -> list[tuple[str, tuple[str, ...]]]:
        tags = [(child.tag, tuple(child.attrib)) for child in of]
        return [tag for i, tag in enumerate(tags) if i == 0 or tags[i - 1] != tag]

    # What only one of the two papers has.
    only_one = {
        "{http://arxiv.org/schemas/atom}comment",
        "{http://arxiv.org/schemas/atom}journal_ref",
    }
    ours = [tag for tag in shape(entry) if tag[0] not in only_one]
    theirs = [tag for tag in shape(recorded_entry) if tag[0] not in only_one]
    assert ours == theirs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1706.03762", ("1706.03762", None)),
        ("1706.03762v5", ("1706.03762", 5)),
        ("0808.05394", ("0808.05394", None)),
        ("hep-ex/0307015", ("hep-ex/0307015", None)),
        ("math.GT/0309136v2", ("math.GT/0309136", 2)),
    ],
)
def test_ids_are_split_from_their_versions(text: str, expected: tuple[str, int | None]) -> None:
    assert split_id(text) == expected


@pytest.mark.parametrize("text", ["abc", "1706.037", "1706.03762v0", "1706.03762v", "../etc", ""])
def test_what_is_no_id_is_called_so(text: str) -> None:
    with pytest.raises(BadQueryError, match=f"incorrect id format for {re.escape(text)}"):
        split_id(text)


def find(**parameters: str) -> list[str]:
    found, _total = look_up(LIBRARY, parse_query({k: [v] for k, v in parameters.items()}))
    return [f"{paper.arxiv_id}v{version}" for paper, version in found]


def test_ids_answer_with_their_newest_version_or_the_one_asked_for() -> None:
    assert find(id_list="2310.03714,1802.04799v2,2507.19457") == [
        "2310.03714v1",
        "1802.04799v2",
        "2507.19457v2",
    ]


def test_unknown_ids_and_versions_are_left_out_without_a_word() -> None:
    assert find(id_list="9999.99999,1802.04799v9,2310.03714") == ["2310.03714v1"]


def test_a_malformed_id_spoils_the_query() -> None:
    with pytest.raises(BadQueryError, match="incorrect id format for abc"):
        find(id_list="2310.03714,abc")


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("ti:relay", {"1810.00952v1", "1904.08368v2"}),
        ("ti:relay AND cat:stat.ML", {"1904.08368v2"}),
        ('ti:"operator fusion"', {"2301.13062v1"}),
        ("au:Dao", {"2205.14135v2", "2307.08691v1", "2407.08608v2"}),
        ("all:dtw", {"2403.06931v1"}),
        ("all:nothingofthesort", set()),
    ],
)
def test_words_are_sought_in_their_field(search: str, expected: set[str]) -> None:
    assert set(find(search_query=search, max_results="50")) == expected


def test_start_and_max_results_cut_a_page() -> None:
    whole = find(search_query="cat:cs.PL", max_results="50")
    assert len(whole) > 6
    assert find(search_query="cat:cs.PL", start="2", max_results="3") == whole[2:5]
    assert len(find(search_query="cat:cs.PL")) == 10  # arXiv's default


@pytest.mark.parametrize(
    "parameters",
    [{"max_results": "many"}, {"start": "-1"}, {"search_query": "( ( )"}, {"search_query": '"a'}],
)
def test_a_bad_query_is_refused(parameters: dict[str, str]) -> None:
    with pytest.raises(BadQueryError):
        find(**parameters)


@settings(max_examples=50)
@given(st.text(max_size=50), st.text(max_size=50))
def test_any_query_gives_well_formed_xml(search: str, ids: str) -> None:
    printable = st_printable(search), st_printable(ids)
    query = Query(search_query=printable[0], id_list=printable[1])
    root = ElementTree.fromstring(feed(query, [], 0, NOW))  # noqa: S314 (our own text)
    assert root.tag == f"{ATOM}feed"


def st_printable(text: str) -> str:
    """What can come out of an address and stand in XML."""
    return "".join(character for character in text if character.isprintable())
