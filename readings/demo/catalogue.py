"""Looking sample papers up as arXiv's API does: by id, or by words in a field."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping, Sequence

from readings.demo.atom import BadQueryError, Query, split_id
from readings.demo.library import Library, SamplePaper

Found = list[tuple[SamplePaper, int]]

_FIELDS: dict[str, Callable[[SamplePaper], str]] = {
    "ti": lambda paper: paper.title,
    "au": lambda paper: " ".join(paper.authors),
    "abs": lambda paper: paper.abstract,
    "co": lambda paper: paper.comment,
    "cat": lambda paper: " ".join(paper.categories),
    "id": lambda paper: paper.arxiv_id,
}
_WORD = re.compile(r"[^\W_]+")
_TERM = re.compile(r'(?:(?P<field>[a-z]+):)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"()]+))')


def parse_query(parameters: Mapping[str, Sequence[str]]) -> Query:
    """The query in the parameters of an address; raises ``BadQueryError`` as arXiv does."""
    return Query(
        search_query=_last(parameters, "search_query"),
        id_list=_last(parameters, "id_list"),
        start=_count(parameters, "start", 0),
        max_results=_count(parameters, "max_results", 10),
    )


def look_up(library: Library, query: Query, withdrawn: Container[str] = ()) -> tuple[Found, int]:
    """One page of papers with their versions, and how many there are in all.

    Unknown ids and versions are left out without a word; an id that is none spoils the whole query
    with ``BadQueryError``.  With ids and words, only those of the ids that match the words.
    """
    if query.ids:
        found = _by_ids(library, query.ids)
    else:
        found = [(paper, paper.version) for paper in library.papers.values()]
    matches = _matcher(query.search_query)
    if not query.ids and not query.search_query:
        found = []
    found = [pair for pair in found if matches(pair[0]) and pair[0].arxiv_id not in withdrawn]
    return found[query.start : query.start + query.max_results], len(found)


def _by_ids(library: Library, ids: Sequence[str]) -> Found:
    found: Found = []
    for arxiv_id, version in [split_id(text) for text in ids]:
        paper = library.papers.get(arxiv_id)
        if paper and (version or 1) <= paper.version:
            found.append((paper, version or paper.version))
    return found


def _matcher(search_query: str) -> Callable[[SamplePaper], bool]:
    """A test for the terms joined by AND; a word without a field may stand anywhere."""
    if search_query.count("(") != search_query.count(")") or search_query.count('"') % 2:
        raise BadQueryError(f"Invalid query string: {search_query!r}")
    terms = [term for term in _TERM.finditer(search_query) if term["word"] not in ("AND", "OR")]

    def matches(paper: SamplePaper) -> bool:
        for term in terms:
            read = _FIELDS.get(term["field"] or "all", _everything)
            sought = (term["phrase"] or term["word"] or "").replace("+", " ")
            if _spaced(sought) not in _spaced(read(paper)):
                return False
        return True

    return matches


def _spaced(text: str) -> str:
    """Words in lower case with single spaces between them: to arXiv nothing else counts."""
    return " ".join(_WORD.findall(text.lower()))


def _everything(paper: SamplePaper) -> str:
    return " ".join(read(paper) for read in _FIELDS.values())


def _last(parameters: Mapping[str, Sequence[str]], name: str) -> str:
    return parameters[name][-1] if parameters.get(name) else ""


def _count(parameters: Mapping[str, Sequence[str]], name: str, default: int) -> int:
    text = _last(parameters, name)
    if not text:
        return default
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise BadQueryError(f"{name} must be an integer")
    if int(text) < 0:
        raise BadQueryError(f"{name} must be non-negative")
    return int(text)
