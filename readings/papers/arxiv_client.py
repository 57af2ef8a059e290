"""Asking arXiv: what papers are, and for their PDFs.  The only module that imports ``arxiv``.

The library builds the queries and reads the answers.  What it leaves out is done here: requests
have limits of time and size and honour Retry-After, all workers share one queue, and an answer that
is cut off or is no feed is an error and not an empty list.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from urllib.parse import quote
from xml.parsers import expat

import arxiv
import requests
from django.conf import settings
from requests.adapters import BaseAdapter

from readings.core.http import Fetched, Passing, Rejected, fetch, origin_of
from readings.papers.identifiers import IdentifierKind, parse_identifier
from readings.papers.pacing import hold_back, wait_for_turn

MAX_BATCH = 100
SERVICE = "arxiv"
UNNAMED_WAIT_SECONDS = 30.0  # for whoever says "slow down" and not for how long

_MAX_FEED_BYTES = 20 * 1024 * 1024
_MAX_BISECTIONS = 40
_ATOM = "http://www.w3.org/2005/Atom"
_OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")  # nothing that means something in a query
_FEW_WORDS = 3
_MANY_WORDS = 10  # of which one may be spelt otherwise
# arXiv marks a paragraph by an indented line; other line ends are where a line was full.
_PARAGRAPH = re.compile(r"\n\s*\n|\n[ \t]{2,}")


@dataclass(frozen=True)
class PaperMetadata:
    """What arXiv says of one version of a paper; texts are free of line ends, formulas are TeX."""

    arxiv_id: str  # canonical, without version
    version: int
    title: str
    authors: tuple[str, ...]
    abstract: str  # paragraphs are separated by an empty line
    published_at: dt.datetime  # of the first version
    updated_at: dt.datetime  # of this version
    primary_category: str
    categories: tuple[str, ...]
    comment: str
    journal_ref: str
    doi: str


@dataclass(frozen=True)
class MetadataAnswer:
    """The answer to a batch: every id asked for is in exactly one of the three."""

    found: dict[str, PaperMetadata] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    malformed: frozenset[str] = frozenset()

    def __or__(self, other: MetadataAnswer) -> MetadataAnswer:
        return MetadataAnswer(
            self.found | other.found,
            self.unknown | other.unknown,
            self.malformed | other.malformed,
        )


def fetch_metadata(arxiv_ids: Sequence[str]) -> MetadataAnswer:
    """What arXiv knows of up to 100 canonical ids, newest versions, in one request.

    Entries are matched by id, whatever their order or version.  arXiv refuses a whole batch for one
    malformed id; the batch is then halved until that one is alone.

    Raises ``Passing`` when arXiv cannot be reached, asks to wait, or answers with something that
    is not a complete feed; ``NotYet`` when the queue is long; other ``FetchError`` for good.
    """
    asked = list(dict.fromkeys(arxiv_ids))
    if len(asked) > MAX_BATCH:
        raise ValueError(f"at most {MAX_BATCH} ids in one request")
    answer = MetadataAnswer()
    batches = [asked] if asked else []
    for _ in range(_MAX_BISECTIONS):
        if not batches:
            return answer
        batch = batches.pop()
        try:
            answer |= _ask(batch)
        except Rejected as refusal:
            if refusal.status != 400:
                raise
            if len(batch) == 1:
                answer |= MetadataAnswer(malformed=frozenset(batch))
            else:
                middle = len(batch) // 2
                batches += [batch[:middle], batch[middle:]]
    raise Passing("arXiv refuses every question")


def search_by_title(
    title: str, *, author: str = "", loosely: bool = False, limit: int = 10
) -> list[PaperMetadata]:
    """Papers with the words of ``title``, in that order, in theirs; the likeliest first.

    ``loosely``: its longer words, in any order.  ``author`` is a surname; it helps a title that is
    too short to be searched for alone.  One request, which raises as that of ``fetch_metadata``
    does, and ``Rejected`` where arXiv does not take the question.
    """
    words = _WORD.findall(title)
    if not words:
        return []
    if loosely:
        longer = [word for word in words if len(word) > _FEW_WORDS][:_MANY_WORDS]
        terms = [f"ti:{word}" for word in longer or words]
    else:
        terms = [f'ti:"{" ".join(words)}"']
    if author and len(words) <= _FEW_WORDS:
        terms.append(f'au:"{author}"')
    transport = _Transport(max_results=limit)
    search = arxiv.Search(query=" AND ".join(terms), max_results=limit)
    return _read_all(transport, search)


def download_pdf(arxiv_id: str, version: int, *, into: BinaryIO, max_bytes: int) -> Fetched:
    """Write the PDF of one version into ``into``; raises what ``fetch`` raises, and ``NotYet``."""
    url = f"{settings.ARXIV_PDF_URL}{quote(arxiv_id)}v{version}"
    return _fetch_in_turn(url, into=into, max_bytes=max_bytes, accept="application/pdf")


def _ask(arxiv_ids: Sequence[str]) -> MetadataAnswer:
    """One request."""
    transport = _Transport(max_results=len(arxiv_ids))
    search = arxiv.Search(id_list=list(arxiv_ids), max_results=len(arxiv_ids))
    read = _read_all(transport, search)
    by_id = {metadata.arxiv_id: metadata for metadata in read}
    found = {arxiv_id: by_id[arxiv_id] for arxiv_id in arxiv_ids if arxiv_id in by_id}
    return MetadataAnswer(found, frozenset(arxiv_ids) - frozenset(found))


def _read_all(transport: _Transport, search: arxiv.Search) -> list[PaperMetadata]:
    read = [_read(result) for result in _client(transport).results(search)]
    if len(read) != transport.entries:
        raise Passing("arXiv's answer could not be read in full")
    return read


def _read(result: arxiv.Result) -> PaperMetadata:
    identifier = parse_identifier(result.entry_id)
    if identifier is None or identifier.kind is not IdentifierKind.ARXIV:
        raise Passing(f"arXiv's answer has an entry without an id ({result.entry_id[:60]})")
    return PaperMetadata(
        arxiv_id=identifier.value,
        version=identifier.version or 1,
        title=_one_line(result.title),
        authors=tuple(_one_line(author.name) for author in result.authors if author.name.strip()),
        abstract="\n\n".join(
            filter(None, map(_one_line, _PARAGRAPH.split(result.summary.strip())))
        ),
        published_at=result.published,
        updated_at=result.updated,
        primary_category=result.primary_category,
        categories=tuple(result.categories),
        comment=_one_line(result.comment or ""),
        journal_ref=_one_line(result.journal_ref or ""),
        doi=_one_line(result.doi or ""),
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _fetch_in_turn(url: str, *, into: BinaryIO, max_bytes: int, accept: str) -> Fetched:
    """``fetch`` as the next in arXiv's queue; the whole queue waits when arXiv says so."""
    wait_for_turn(SERVICE, gap_seconds=settings.ARXIV_DELAY_SECONDS)
    try:
        return fetch(
            url,
            into=into,
            max_bytes=max_bytes,
            # The address is the installation's own choice, so it may be a private one.
            trusted_origin=origin_of(url),
            accept=accept,
            called="arXiv",
        )
    except Passing as passing:
        wait = passing.retry_after or (UNNAMED_WAIT_SECONDS if passing.status == 429 else 0.0)
        if wait:
            hold_back(SERVICE, seconds=wait)
        raise


def _client(transport: _Transport) -> arxiv.Client:
    """The library's client on our transport: no waiting and no retries of its own."""
    client = arxiv.Client(page_size=transport.max_results, delay_seconds=0.0, num_retries=0)
    client.query_url_format = f"{settings.ARXIV_API_URL}?{{}}"
    client._session = requests.Session()
    client._session.trust_env = False
    for scheme in ("http://", "https://"):
        client._session.mount(scheme, transport)
    return client


class _Transport(BaseAdapter):
    """Carries a request of the library by ``fetch`` and hands on nothing but whole feeds."""

    def __init__(self, max_results: int) -> None:
        super().__init__()
        self.max_results = max_results
        self.entries = 0  # in the answer

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """The answer to ``request``, checked; raises what ``fetch`` raises."""
        body = io.BytesIO()
        _fetch_in_turn(
            str(request.url),
            into=body,
            max_bytes=_MAX_FEED_BYTES,
            accept="application/atom+xml",
        )
        feed = _read_feed(body.getvalue())
        # The library takes a broken feed for an empty one, so a paper would seem unknown.
        if feed.total is None or feed.entries < min(feed.total, self.max_results):
            raise Passing("arXiv's answer was incomplete")
        self.entries = min(feed.entries, self.max_results)
        response = requests.Response()
        response.status_code = requests.codes.ok
        response.request = request
        response.url = str(request.url)
        body.seek(0)
        response.raw = body
        return response

    def close(self) -> None:
        """Nothing is kept open."""


@dataclass
class _Feed:
    """What the outside of a feed says."""

    entries: int = 0
    total: int | None = None


def _read_feed(body: bytes) -> _Feed:
    """Count the entries of a whole, well-formed feed; raises ``Passing`` for anything else."""
    feed = _Feed()
    path: list[str] = []
    text: list[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def begin(name: str, _attributes: dict[str, str]) -> None:
        path.append(name)
        text.clear()
        if len(path) == 1 and name != f"{_ATOM} feed":
            raise Passing("arXiv answered with something that is not a feed")
        if path[1:] == [f"{_ATOM} entry"]:
            feed.entries += 1

    def end(_name: str) -> None:
        words = "".join(text).strip()
        if path[1:] == [f"{_OPENSEARCH} totalResults"] and words.isdecimal():
            feed.total = int(words)
        if path[1:] == [f"{_ATOM} entry", f"{_ATOM} id"] and "/api/errors" in words:
            raise Passing("arXiv answered with an error")
        path.pop()
        text.clear()

    def refuse_entities(*_: Any) -> None:
        raise Passing("arXiv answered with something that is not a feed")

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text.append
    parser.EntityDeclHandler = refuse_entities
    try:
        parser.Parse(body, True)  # noqa: FBT003 (isfinal has no keyword)
    except expat.ExpatError:
        raise Passing("arXiv's answer was cut off or is not a feed") from None
    return feed
