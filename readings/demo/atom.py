"""Answers in the format of arXiv's API as it stands in 2026, element by element.

Described at https://info.arxiv.org/help/api/user-manual.html; order, namespaces and spacing are
those of recorded answers.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from readings.demo.library import SamplePaper

CONTENT_TYPE = "application/atom+xml; charset=utf-8"

_OPENING = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"'
    ' xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">\n'
)
_NEW_ID = r"\d{4}\.\d{4,5}"
_OLD_ID = r"[a-z-]+(?:\.[A-Z]{2})?/\d{7}"
_ID = re.compile(rf"(?P<id>{_NEW_ID}|{_OLD_ID})(?:v(?P<version>[1-9]\d{{0,2}}))?", re.ASCII)


class BadQueryError(ValueError):
    """What arXiv answers with HTTP 400; the text is the summary of its error feed."""


@dataclass(frozen=True)
class Query:
    """The parameters of ``/api/query`` that count."""

    search_query: str = ""
    id_list: str = ""
    start: int = 0
    max_results: int = 10

    @property
    def ids(self) -> list[str]:
        """The ids asked for, as they were written."""
        return [text.strip() for text in self.id_list.split(",") if text.strip()]


def split_id(text: str) -> tuple[str, int | None]:
    """``1706.03762v5`` as its id and version; raises ``BadQueryError`` when it is no arXiv id."""
    match = _ID.fullmatch(text)
    if match is None:
        raise BadQueryError(f"incorrect id format for {text}")
    return match["id"], int(match["version"]) if match["version"] else None


def feed(
    query: Query, entries: Sequence[tuple[SamplePaper, int]], total: int, now: dt.datetime
) -> bytes:
    """An answer with ``entries`` (paper and version) out of ``total`` that match."""
    spelt = (
        f"search_query={query.search_query}&id_list={query.id_list}"
        f"&start={query.start}&max_results={query.max_results}"
    )
    address = (
        f"https://arxiv.org/api/query?search_query={query.search_query}"
        f"&start={query.start}&max_results={query.max_results}&id_list={query.id_list}"
    )
    digest = hashlib.sha1(spelt.encode(), usedforsecurity=False).digest()
    lines = [
        f"  <id>https://arxiv.org/api/{base64.b64encode(digest).decode().rstrip('=')}</id>",
        f"  <title>arXiv Query: {escape(spelt)}</title>",
        f"  <updated>{_moment(now)}</updated>",
        f'  <link href={quoteattr(address)} type="application/atom+xml"/>',
        *_counts(query.max_results, total, query.start),
    ]
    for paper, version in entries:
        lines += _entry(paper, version)
    return _closed(lines)


def error_feed(summary: str, now: dt.datetime) -> bytes:
    """The body that comes with HTTP 400."""
    address = "https://arxiv.org/api/errors#" + re.sub(r"\W+", "_", summary)
    return _closed(
        [
            "  <id>https://arxiv.org/</id>",
            "  <title>arXiv Search Results</title>",
            f"  <updated>{_moment(now)}</updated>",
            *_counts(1, 1, 0),
            "  <entry>",
            f"    <id>{escape(address)}</id>",
            "    <title>Error</title>",
            f"    <updated>{_moment(now)}</updated>",
            f'    <link href={quoteattr(address)} rel="alternate" type="text/html"/>',
            f"    <summary>{escape(summary)}</summary>",
            "    <author>",
            "      <name>arXiv api core</name>",
            "    </author>",
            "  </entry>",
        ]
    )


def _entry(paper: SamplePaper, version: int) -> Iterable[str]:
    name = f"{paper.arxiv_id}v{version}"
    updated = paper.updated if version == paper.version else paper.published
    yield "  <entry>"
    yield f"    <id>http://arxiv.org/abs/{name}</id>"
    yield f"    <title>{escape(paper.title)}</title>"
    yield f"    <updated>{_moment(updated)}</updated>"
    yield f'    <link href="https://arxiv.org/abs/{name}" rel="alternate" type="text/html"/>'
    yield (
        f'    <link href="https://arxiv.org/pdf/{name}" rel="related" type="application/pdf"'
        ' title="pdf"/>'
    )
    yield f"    <summary>{escape(paper.abstract)}</summary>"
    for category in paper.categories:
        yield f'    <category term="{category}" scheme="http://arxiv.org/schemas/atom"/>'
    yield f"    <published>{_moment(paper.published)}</published>"
    if paper.comment:
        yield f"    <arxiv:comment>{escape(paper.comment)}</arxiv:comment>"
    yield f'    <arxiv:primary_category term="{paper.categories[0]}"/>'
    for author in paper.authors:
        yield "    <author>"
        yield f"      <name>{escape(author)}</name>"
        yield "    </author>"
    if paper.doi:
        yield f"    <arxiv:doi>{escape(paper.doi)}</arxiv:doi>"
        address = quoteattr(f"https://doi.org/{paper.doi}")
        yield f'    <link rel="related" href={address} title="doi"/>'
    yield "  </entry>"


def _counts(per_page: int, total: int, start: int) -> list[str]:
    return [
        f"  <opensearch:itemsPerPage>{per_page}</opensearch:itemsPerPage>",
        f"  <opensearch:totalResults>{total}</opensearch:totalResults>",
        f"  <opensearch:startIndex>{start}</opensearch:startIndex>",
    ]


def _closed(lines: Iterable[str]) -> bytes:
    return (_OPENING + "\n".join(lines) + "\n</feed>\n").encode()


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
