"""What stands behind a link: said by its words, else by its address."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from readings.imports.understood import Identifiers
from readings.papers.identifiers import Identifier, IdentifierKind, parse_identifier

# Words by which a link says what it is; a label made only of them is no name.
_ROLE_WORDS = {
    "notes": r"notes?|vibe log|summar(?:y|ies)|minutes",
    "slides": r"slides?|deck|pptx?|presentation",
    "video": r"video|recording|youtube|watch|livestream|zoom recording",
    "code": r"code|repo(?:sitory)?|github|implementation",
    "pdf": r"pdf",
    "paper": r"paper|abs(?:tract)?|arxiv|doi|acm|ieee|link|url|here|read(?:ing)?|openreview|html",
    "post": r"blog(?: ?post)?|post|article",
    "thesis": r"thesis|dissertation",
    "docs": r"docs?|documentation|manual",
    "course": r"course(?: page)?",
    "book": r"book|chapter",
    "forum": r"forum|discussion|thread|piazza|reviews?",
}
_ONLY_ROLE = {
    role: re.compile(rf"\W*(?:the\s+)?(?:{words})\W*(?:\d{{1,2}}\W*)?", re.IGNORECASE)
    for role, words in _ROLE_WORDS.items()
}
_NAMED_ROLES = ("notes", "slides", "video", "code", "pdf", "thesis")
_ENDS_IN_ROLE = {
    role: re.compile(rf"[\s:(\[–-]+(?:{_ROLE_WORDS[role]})[\s)\]]*$", re.IGNORECASE)
    for role in _NAMED_ROLES
}
_BEGINS_WITH_ROLE = {
    role: re.compile(rf"^(?:{_ROLE_WORDS[role]})(?:\s*:\s*|\s+(?:for|on|of|–|-)\s+)", re.IGNORECASE)
    for role in _NAMED_ROLES
}

_SITES = {
    "youtube.com": "video",
    "youtu.be": "video",
    "vimeo.com": "video",
    "bilibili.com": "video",
    "github.com": "code",
    "gitlab.com": "code",
    "gist.github.com": "code",
    "openreview.net": "paper",
    "usenix.org": "paper",
    "aclanthology.org": "paper",
    "proceedings.mlr.press": "paper",
    "proceedings.neurips.cc": "paper",
    "papers.nips.cc": "paper",
    "openaccess.thecvf.com": "paper",
    "semanticscholar.org": "paper",
    "dl.acm.org": "paper",
    "ieeexplore.ieee.org": "paper",
    "medium.com": "post",
    "substack.com": "post",
    "piazza.com": "forum",
    "reddit.com": "forum",
    "news.ycombinator.com": "forum",
}
_ENDINGS = {
    ".pdf": "pdf",
    ".pptx": "slides",
    ".ppt": "slides",
    ".key": "slides",
    ".mp4": "video",
    ".ipynb": "code",
}
_NOT_ALNUM = re.compile(r"[\W_]+")

#: Roles of links that accompany a reading rather than being it.
COMPANIONS = frozenset({"notes", "slides", "video", "code"})


def role_of(label: str, url: str, *, otherwise: str = "other") -> str:
    """The role of a link (``schedule.models.LinkRole``), ``otherwise`` where nothing tells."""
    said = role_said(label)
    identifier = parse_identifier(url)
    if identifier is not None and identifier.kind is not IdentifierKind.URL:
        # "Notes on Intersection Theory" is a paper; "[slides]" of a DOI are slides.
        return said if said and said in COMPANIONS and is_only_role(label) else "paper"
    return said or _role_of_address(url) or otherwise


@lru_cache(maxsize=1024)
def role_said(label: str) -> str | None:
    """The role that the words of a link say: "slides", "DSPy Notes", "Code for Relay"."""
    for role, pattern in _ONLY_ROLE.items():
        if pattern.fullmatch(label):
            return role
    for role in _NAMED_ROLES:
        if _ENDS_IN_ROLE[role].search(label) or _BEGINS_WITH_ROLE[role].search(label):
            return role
    return None


@lru_cache(maxsize=1024)
def is_only_role(label: str) -> bool:
    """Whether the words of a link say nothing but its role, as "[pdf]" does."""
    return not label.strip("[]() ") or any(
        pattern.fullmatch(label) for pattern in _ONLY_ROLE.values()
    )


def name_in(label: str) -> str:
    """What a link is about: ``DSPy`` for "DSPy Notes"; empty where only the role is said."""
    if is_only_role(label):
        return ""
    for role in _NAMED_ROLES:
        shorter = _BEGINS_WITH_ROLE[role].sub("", _ENDS_IN_ROLE[role].sub("", label))
        if shorter != label:
            return shorter
    return label


def same_name(text: str) -> str:
    """What two spellings of a name have in common: no case, no punctuation."""
    return _NOT_ALNUM.sub("", text).casefold()


def identifiers_of(identifier: Identifier) -> Identifiers:
    """The identifier as it stands in the JSON."""
    found: Identifiers = {identifier.kind.value: identifier.value}
    if identifier.version:
        found["arxiv_version"] = identifier.version
    return found


def _role_of_address(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    path = parts.path.lower()
    if host == "docs.google.com" and path.startswith("/presentation"):
        return "slides"
    for ending, role in _ENDINGS.items():
        if path.endswith(ending):
            return role
    while "." in host:
        if host in _SITES:
            return _SITES[host]
        host = host.partition(".")[2]
    return "post" if "blog" in url.lower() else None
