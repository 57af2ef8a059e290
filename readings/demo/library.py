"""The sample papers: facts of real ones, texts of our own."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("papers.toml")


@dataclass(frozen=True)
class SamplePaper:
    """One paper as the stand-in knows it; ``version`` is the newest one."""

    arxiv_id: str
    version: int
    title: str
    short: str
    authors: tuple[str, ...]
    published: dt.datetime
    updated: dt.datetime
    categories: tuple[str, ...]
    comment: str
    doi: str
    abstract: str
    sections: tuple[tuple[str, str], ...]  # heading and gist
    cites: tuple[str, ...]  # arXiv ids of sample papers and keys of other references


@dataclass(frozen=True)
class Reference:
    """Something cited that is not among the sample papers."""

    authors: str
    title: str
    where: str


@dataclass(frozen=True)
class Library:
    """All sample papers by arXiv id, and what else they cite by key."""

    papers: dict[str, SamplePaper]
    references: dict[str, Reference]

    def reference(self, key: str) -> str:
        """The entry of a reference list for a paper or another reference."""
        if key in self.references:
            other = self.references[key]
            return f"{other.authors.rstrip('.')}. {other.title}. {other.where}."
        paper = self.papers[key]
        names = " and ".join(paper.authors)
        if len(paper.authors) > 3:
            names = f"{', '.join(paper.authors[:3])}, et al."
        return f"{names.rstrip('.')}. {paper.title}. arXiv:{key}, {paper.published.year}."


@cache
def sample_library() -> Library:
    """The library in ``papers.toml``, read once."""
    parsed = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    papers = {
        arxiv_id: SamplePaper(
            arxiv_id=arxiv_id,
            version=fields["version"],
            title=fields["title"],
            short=fields["short"],
            authors=tuple(fields["authors"]),
            published=fields["published"],
            updated=fields.get("updated", fields["published"]),
            categories=tuple(fields["categories"]),
            comment=fields.get("comment", ""),
            doi=fields.get("doi", ""),
            abstract=" ".join(fields["abstract"].split()),
            sections=tuple((heading, gist) for heading, gist in fields["sections"]),
            cites=tuple(fields["cites"]),
        )
        for arxiv_id, fields in parsed["papers"].items()
    }
    references = {key: Reference(**fields) for key, fields in parsed["references"].items()}
    return Library(papers, references)
