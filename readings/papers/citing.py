"""How a paper is cited: a short line of authors, a BibTeX entry with a stable key."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from readings.papers.models import Paper

_STOP_WORDS = frozenset({"a", "an", "and", "for", "in", "of", "on", "the", "to", "with"})
_SPECIAL = str.maketrans({c: f"\\{c}" for c in "&%#_"} | {"~": "{\\textasciitilde}"})


def surname(name: str) -> str:
    """The last word of a name; a name without spaces is its own surname."""
    words = name.split()
    return words[-1] if words else ""


def short_authors(authors: Sequence[str], *, limit: int = 3) -> str:
    """``Chen, Moreau, Jiang and 9 more``: surnames, at most ``limit`` of them."""
    names = [surname(name) for name in authors]
    if len(names) > limit + 1:
        return f"{', '.join(names[:limit])} and {len(names) - limit} more"
    if len(names) > 1:
        return f"{', '.join(names[:-1])} and {names[-1]}"
    return "".join(names)


def cite_key(paper: Paper) -> str:
    """``chen2018tvm``: first author, year, first word of the title, in ASCII.

    It depends on the paper's own fields alone, so that it is the same in every export.
    """
    words = [word for word in _ascii_words(paper.title) if word not in _STOP_WORDS]
    author = "".join(_ascii_words(surname(paper.authors[0]))) if paper.authors else ""
    key = f"{author}{paper.year or ''}{words[0] if words else ''}"
    return key or re.sub(r"[^0-9a-z]+", "", paper.identifier.lower())


def bibtex(paper: Paper, *, title: str = "") -> str:
    """A BibTeX entry; an arXiv paper is ``@misc`` with ``eprint``, as arXiv's own are.

    ``title`` is what a course calls a paper that has no title of its own.
    """
    fields: dict[str, str] = {"title": f"{{{_escaped(paper.title or title)}}}"}
    if paper.authors:
        fields["author"] = _escaped(" and ".join(paper.authors))
    if paper.year:
        fields["year"] = str(paper.year)
    if paper.venue:
        fields["howpublished"] = _escaped(paper.venue)
    if paper.arxiv_id:
        fields |= {"eprint": paper.arxiv_id, "archiveprefix": "arXiv"}
        if paper.primary_category:
            fields["primaryclass"] = paper.primary_category
    if paper.doi:
        fields["doi"] = paper.doi
    if paper.source_url:
        fields["url"] = paper.source_url
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{{cite_key(paper)},\n{lines}\n}}\n"


def _ascii_words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.findall(r"[a-z0-9]+", plain)


def _escaped(text: str) -> str:
    """Text for a BibTeX value: TeX's special characters escaped, formulas left alone."""
    parts = re.split(r"(\$[^$]*\$)", text.replace("{", "").replace("}", ""))
    return "".join(
        part if part.startswith("$") and part.endswith("$") else part.translate(_SPECIAL)
        for part in parts
    )
