"""Where the title of a bullet ends and what follows it begins.  Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from readings.imports.parsers.markdown_inline import (
    BOLD,
    BOLD_END,
    CODE,
    CODE_END,
    EMPHASIS,
    EMPHASIS_END,
    HARD_BREAK,
    LINK_PATTERN,
    Inline,
)
from readings.imports.wording.citations import (
    NO_CITATION,
    Citation,
    leading_citation,
    read_citation,
    trailing_citation,
)

_MARK = f"[{BOLD}{BOLD_END}{CODE}{CODE_END}{EMPHASIS}{EMPHASIS_END}]"
_MARKS = re.compile(_MARK)
EDGES = " \t\n:：-–—|,，、;；/·.。~"
_OPENING = "[(（【〔「"
_CLOSING = "])）】〕」"
# "[ICML'20]", "**`[2018]`**", "(OSDI 2018)", "【CVPR 2021】", "`2016`" before a title.
_TAG = re.compile(
    rf"\s*{_MARK}*(?:[\[(（【〔]\s*{_MARK}*(?P<tag>[^\[\]()（）【】〔〕\n]{{1,60}}?){_MARK}*\s*[\])）】〕]"
    rf"|{CODE}(?P<code>[^{CODE_END}\n]{{1,60}}){CODE_END}"
    rf"|{BOLD}(?P<bold>[^{BOLD_END}\n]{{1,30}}){BOLD_END}(?=\s*[|:：–-])"
    rf"){_MARK}*\s*[|:：–-]?\s*"
)
_NUMBER = re.compile(r"\W*(?:\d{1,4}|[a-z])\W*", re.IGNORECASE)
_BOLD = re.compile(rf"{BOLD}(?P<title>[^{BOLD_END}]+){BOLD_END}(?P<rest>.*)", re.DOTALL)
_EMPHASISED = re.compile(
    rf"{EMPHASIS}(?P<title>[^{EMPHASIS_END}]+){EMPHASIS_END}(?P<rest>.*)", re.DOTALL
)
_WIKI = re.compile(r"\[\[(?P<title>[^\[\]|]+)(?:\|[^\[\]]*)?\]\](?P<rest>.*)", re.DOTALL)
_QUOTED = re.compile(
    r"(?P<before>[^\"“«]*)[\"“«](?P<title>[^\"“”«»]{12,}?)[.,]?[\"”»](?P<rest>.*)", re.DOTALL
)
# "Lee, A.: *A Tale*, 2016"
_MARKED = re.compile(
    rf"(?P<before>[^{BOLD}{EMPHASIS}]+)[{BOLD}{EMPHASIS}](?P<title>[^{BOLD_END}{EMPHASIS_END}]+)"
    rf"[{BOLD_END}{EMPHASIS_END}](?P<rest>.*)",
    re.DOTALL,
)
_GOES_ON = re.compile(rf"\s*[{BOLD}{BOLD_END}{EMPHASIS}{EMPHASIS_END}]*[^\W_]")
_CODES = re.compile(rf"(?:{CODE}[^{CODE_END}\n]*{CODE_END}[\s,·|/]*)+$")
_CODE = re.compile(rf"{CODE}([^{CODE_END}\n]*){CODE_END}")
_BEFORE_REST = re.compile(r"^(?:[\s\-–—|,，、;；/·.。]|[:：](?!\w+:))+")
_CHECKBOX = re.compile(r"\s*\[[ xX✓✗]?\]\s+")


@dataclass(frozen=True)
class Named:
    """A title, what is cited beside it, and the rest with its marks."""

    title: str
    citation: Citation = NO_CITATION
    rest: str = ""


def without_checkbox(text: str) -> str:
    """The words of a task without its box."""
    return _CHECKBOX.sub("", text, count=1) if _CHECKBOX.match(text) else text


def joined(first: Citation, second: Citation | None) -> Citation:
    """Both citations; where both say something, what the first says."""
    if second is None:
        return first
    return Citation(
        authors=first.authors or second.authors,
        venue=first.venue or second.venue,
        year=first.year or second.year,
    )


def leading_tags(text: str) -> tuple[Citation, str]:
    """The venue and year that stand in brackets before a title, and the text after them."""
    citation = Citation()
    while (match := _TAG.match(text)) is not None:
        tag = _MARKS.sub("", match["tag"] or match["code"] or match["bold"]).strip("`[]()【】 ")
        said = read_citation(tag)
        if said is None and not _NUMBER.fullmatch(tag):
            break
        citation = joined(citation, said)
        text = text[match.end() :]
    return citation, text


def split_title(text: str, inline: Inline) -> Named:
    """The title in words that hold no link of their own: bold, quoted, or all but a citation."""
    tags, text = leading_tags(text)
    for pattern in (_BOLD, _EMPHASISED, _WIKI):
        match = pattern.match(text.lstrip())
        if match and not _is_lead_in(match, inline):
            named = read_rest(match["rest"], inline)
            title = inline.plain(match["title"]).rstrip(EDGES)
            return replace(named, title=title, citation=joined(tags, named.citation))
    quoted = _quoted(text, inline)
    if quoted:
        return replace(quoted, citation=joined(tags, quoted.citation))
    first, has_lines, following = _lines(text)
    if has_lines:
        named = split_title(first, inline)
        below = read_rest(following, inline)
        if HARD_BREAK in text or (below.citation != NO_CITATION and not below.rest.strip()):
            left = f"{named.rest} {below.rest}".strip()
            cited = joined(joined(tags, named.citation), below.citation)
            return Named(named.title, cited, left)
    before, citation = trailing_citation(flat(text))
    if citation:
        start = len(text) - len(text.lstrip())
        title = tidy(inline.plain(text[start : start + len(before)]))
        return Named(title, joined(tags, citation))
    return Named(tidy(inline.plain(text)), tags)


def split_label(label: str) -> Named:
    """The title in the words of a link: all of them but a citation around it."""
    tags, untagged = leading_tags(label)
    before, citation = trailing_citation(untagged)
    return Named(before or label, joined(tags, citation))


def read_rest(text: str, inline: Inline) -> Named:
    """What follows a title: a citation, words about it, or the one and then the other."""
    codes = _CODES.search(text)
    citation = _coded(codes.group()) if codes else None
    if codes and citation:
        named = read_rest(text[: codes.start()], inline)
        return replace(named, citation=joined(citation, named.citation))
    citation = read_citation(flat(text)) or read_citation(inline.plain(text))
    if citation:
        return Named("", citation)
    if LINK_PATTERN.search(text):
        return Named("", rest=text)
    citation, rest = leading_citation(flat(text))
    if citation is None:
        return Named("", rest=text)
    end = len(text.rstrip())
    left = text[end - len(rest) : end]
    if left.count(BOLD_END) > left.count(BOLD):
        left = BOLD + left
    return Named("", citation, left)


def beside(citation: Citation, named: Named, text: str) -> Named:
    """What ``text`` was read as, kept as words as well where both name authors: MIT Press."""
    if citation.authors and named.citation.authors:
        return replace(named, citation=replace(named.citation, authors=None), rest=text)
    return named


def flat(text: str) -> str:
    """The text with each mark replaced by one character, so that positions stay the same."""
    return LINK_PATTERN.sub(lambda link: "\ufffc" * len(link.group()), _MARKS.sub(_space, text))


def tidy(words: str) -> str:
    """Words without separators around them and without a bracket that opens nothing."""
    words = words.strip(EDGES.replace(".", "").replace("~", ""))
    while words and words[-1] in _OPENING:
        words = words[:-1].rstrip(EDGES.replace(".", ""))
    for opening, closing in zip(_OPENING, _CLOSING, strict=True):
        if words[:1] == opening and words[-1:] == closing and opening not in words[1:]:
            words = words[1:-1].strip()
    return words


def tidy_rest(text: str) -> str:
    """What is left beside a title, without the separators and empty brackets around it."""
    text = re.sub(r"[\[(（【〔]\s*[,;|/&·、+]*\s*[\])）】〕]", " ", text)
    return _BEFORE_REST.sub("", text).rstrip(" \t\n,，、;；|/–—-·")


def goes_on(text: str) -> bool:
    """Whether a sentence goes on in ``text``, rather than something new beginning."""
    match = _GOES_ON.match(text)
    if match is None:
        return False
    letter = match.group()[-1]
    return letter.islower() or not (letter.isupper() or letter.isdigit())


def _coded(text: str) -> Citation | None:
    """Who and when, where both stand as code: "`Airbnb` `2016`"; words alone may be topics."""
    words = [word.strip() for word in _CODE.findall(text)]
    read = [(word, read_citation(word)) for word in words]
    years = [said.year for _, said in read if said and said.year]
    if not years:
        return None
    venues = [said.venue for _, said in read if said and said.venue]
    people = [word for word, said in read if said is None or (said.authors and not said.venue)]
    return Citation(", ".join(people) or None, ", ".join(venues) or None, years[0])


def _space(mark: re.Match[str]) -> str:
    return "`" if mark.group() in CODE + CODE_END else " "


def _lines(text: str) -> tuple[str, bool, str]:
    """The first line of a title, whether there are more, and what they say."""
    text = text.strip()
    mark = HARD_BREAK if HARD_BREAK in text else "\n"
    first, has_lines, following = text.partition(mark)
    return first, bool(has_lines and following.strip() and first.strip()), following


def _is_lead_in(match: re.Match[str], inline: Inline) -> bool:
    """Whether bold words only begin a sentence: "**How** the problem is framed"."""
    rest = match["rest"]
    if not goes_on(rest) and not (rest[:1] == " " and _GOES_ON.match(rest)):
        return False
    return read_rest(rest, inline).citation == NO_CITATION


def _quoted(text: str, inline: Inline) -> Named | None:
    """A title in quotes with authors before it or a citation after it."""
    match = _QUOTED.match(text)
    if match is None or len(match["title"].split()) < 3:
        match = _MARKED.match(text)
    if match is None:
        return None
    before = flat(match["before"]).lstrip(EDGES + "`").rstrip(EDGES.replace(".", "") + "`")
    authors = read_citation(f"by {before}") if before else None
    if before and authors is None:
        return None
    named = read_rest(match["rest"], inline)
    if not before and goes_on(match["rest"]) and named.citation == NO_CITATION:
        return None
    title = inline.plain(match["title"]).rstrip(EDGES)
    named = beside(authors or NO_CITATION, named, match["rest"])
    return replace(named, title=title, citation=joined(authors or NO_CITATION, named.citation))
