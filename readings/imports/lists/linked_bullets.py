"""Bullets with links: which link is the title, which says its role, what else is said.  Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from readings.imports.lists.named_works import (
    MAX_SHARING,
    MAX_TITLE,
    Bullet,
    Kind,
    Work,
    distinct_links,
    identifiers_behind,
    shortened,
)
from readings.imports.lists.titles import (
    beside,
    flat,
    goes_on,
    joined,
    leading_tags,
    read_rest,
    split_label,
    split_title,
    tidy,
    tidy_rest,
)
from readings.imports.parsers.markdown_inline import LINK_PATTERN, Inline, InlineLink
from readings.imports.understood import Link
from readings.imports.wording.citations import NO_CITATION, Citation, read_citation
from readings.imports.wording.links import (
    is_listed_role,
    listed_role_of,
    listed_role_said,
    name_in,
)
from readings.papers.identifiers import IdentifierKind, parse_identifier

OPENING, CLOSING = r"[\[(（【〔「]", r"[\])）】〕」]"
# A link that is taken out leaves "\x00", the one after which words are wanted "\x01" as well.
TAG_GROUP = re.compile(
    rf"{OPENING}\s*\x00(?P<inside>(?:[\s,;|/&·、+\x01]*\x00)*[\s\x01]*){CLOSING}|\x00"
)
NO_TITLE = re.compile(r"\W*(?:(?i:v?\d{1,3}|part\s+\w{1,4})|[a-z])\W*")
WORDS = re.compile(r"[^\W_]")
_ONLY_COMMAS = re.compile(r"\s*(?:[,;、，]|and|&|\s)+\s*", re.IGNORECASE)
# "Chapter 3 of [the book](...)": the link is a part of the sentence.
_GOES_INTO_LINK = re.compile(
    r"(?:^|\s)(?:of|in|at|see|the|to|from|on|with|this|a|an|via|read|check|under)\s*$",
    re.IGNORECASE,
)
_ROLE_PREFIX = re.compile(r"(?P<role>[^:：]{2,40})\s*[:：]\s*(?P<title>.+)", re.DOTALL)


@dataclass(frozen=True)
class Place:
    """A link and where it stands in the words; ``is_tag`` if it is no title: "[[pdf](...)]"."""

    start: int
    end: int
    link: InlineLink
    is_tag: bool

    @property
    def key(self) -> tuple[str, str] | None:
        """The arXiv id or the DOI it leads to."""
        found = parse_identifier(self.link.url)
        if found is None or found.kind is IdentifierKind.URL:
            return None
        return found.kind.value, found.value


class LinkedBullet:
    """Reads a bullet that has links."""

    def __init__(
        self, inline: Inline, text: str, places: Sequence[Place], source: str, expected: str
    ) -> None:
        self.inline, self.text, self.places = inline, text, places
        self.source, self.expected = source, expected
        self.first = places[0]
        self.tags, self.body = leading_tags(text[: self.first.start])

    def read(self) -> Bullet:
        """The shape is told by what stands before the first link."""
        lead = tidy(self.inline.plain(self.body))
        if not WORDS.search(lead):
            return self.without_lead()
        cited = read_citation(flat(self.body))
        if cited and not self.first.is_tag:
            return self.titled_by(self.first, joined(self.tags, cited))
        role = self.role_before(lead)
        if role is not None and all(place.is_tag for place in self.places):
            return self.role(lead, role)
        if self.first.is_tag:
            return self.titled_before()
        if role is not None or self.body.rstrip()[-1:] in ":：-–—":
            before = "" if role is not None else lead
            return self.titled_by(self.first, self.tags, role=role, before=before)
        return self.prose()

    def role_before(self, lead: str) -> str | None:
        """The role that words before a link say; empty where they say that it is one of none."""
        is_label = self.body.rstrip()[-1:] in ":：" or self.first.is_tag
        if is_label and is_listed_role(lead):
            return listed_role_said(lead) or ""
        return None

    def without_lead(self) -> Bullet:
        """The first thing is a link."""
        named = next((place for place in self.places if not place.is_tag), None)
        outside = self.outside(self.places)
        if named is None and not WORDS.search(self.inline.plain(outside)):
            if all(place.link.label for place in self.places):
                return self.role("", "")
            return Bullet(Kind.WORKS, self.untitled())
        if named is not None and (
            named is self.first or not WORDS.search(self.between(self.first, named))
        ):
            return self.titled_by(named, self.tags)
        said = split_title(tidy_rest(outside), self.inline)
        if goes_on(outside) and named is None and not said.citation.authors:
            return self.prose()
        return self.works(said.title or None, joined(self.tags, said.citation), said.rest)

    def titled_before(self) -> Bullet:
        """Words, then links that only say their role: ``Title [[pdf](...)]``."""
        tail = self.outside(self.places, after=self.first)
        keys = {place.key for place in self.places if place.key}
        named = split_title(self.body, self.inline)
        rest = read_rest(tail, self.inline)
        said = [place for place in self.places if NO_TITLE.fullmatch(place.link.label)]
        is_sentence = (goes_on(tail) and rest.citation == NO_CITATION) or (
            _GOES_INTO_LINK.search(flat(self.body)) is not None and not self.first.link.is_bracketed
        )
        if is_sentence or len(named.title) > MAX_TITLE or (len(keys) > 1 and said):
            return self.prose()
        title, role = self.without_role(named.title)
        citation = joined(self.tags, named.citation)
        rest = beside(citation, rest, tail)
        citation = joined(citation, rest.citation)
        left = f"{named.rest} {rest.rest}" if named.rest.strip() else rest.rest
        return self.works(title, citation, left, role=role)

    def titled_by(
        self, place: Place, citation: Citation, *, role: str | None = None, before: str = ""
    ) -> Bullet:
        """A link whose words are the title."""
        tail = self.outside([one for one in self.places if one.is_tag], after=place)
        others = [one for one in self.places if not one.is_tag and one is not place]
        if others and self.is_enumeration():
            return Bullet(Kind.WORKS, [self.alone(one) for one in self.places])
        rest = read_rest(tail, self.inline)
        if goes_on(tail) and rest.citation == NO_CITATION:
            bullet = self.prose()
            bullet.works[0].title = bullet.works[0].title or place.link.label
            return bullet
        title, said = self.without_role(place.link.label)
        named = split_label(title)
        citation = joined(citation, named.citation)
        rest = beside(citation, rest, tail)
        citation = joined(citation, rest.citation)
        left = " ".join(part for part in (before, rest.rest) if part)
        return self.works(named.title, citation, left, role=role or said, named=place)

    def role(self, lead: str, role: str) -> Bullet:
        """Links that say what they are, and no title: ``slides: https://...``."""
        links = [
            Link(
                place.link.url,
                role or self.role_of(place.link, lead),
                place.link.label or (lead or None),
            )
            for place in self.places
        ]
        outside = tidy_rest(self.outside(self.places, after=self.first if lead else None))
        rest = self.inline.markdown(outside) if WORDS.search(outside) else ""
        works = [
            Work(identifiers=identifiers_behind([link]), links=[link])
            for link in distinct_links(links)
        ]
        return Bullet(Kind.ROLE, works, rest=rest)

    def prose(self) -> Bullet:
        """A sentence: its links name the works, and all of it is said of each."""
        named = [place for place in self.places if not place.is_tag]
        title = named[0].link.label if named else None
        works = self.split_works(None)
        for number, work in enumerate(works):
            # What is said of very many is not repeated for each.
            work.rest = self.source if number < MAX_SHARING else ""
            if len(works) == 1 and not work.title:
                plain = tidy(self.inline.plain(LINK_PATTERN.sub(self._words, self.text)))
                work.title = title or (plain if len(plain) <= MAX_TITLE else shortened(plain))
        return Bullet(Kind.PROSE, works)

    def works(
        self,
        title: str | None,
        citation: Citation,
        rest: str,
        *,
        role: str | None = None,
        named: Place | None = None,
    ) -> Bullet:
        """The works under one title, one for each id."""
        works = self.split_works(title, role=role, named=named)
        loose = loose_links(self.inline, self.text)
        said = rest_with_links(self.inline, LINK_PATTERN.sub(self._kept, rest), loose)
        for number, work in enumerate(works):
            work.citation = citation
            work.rest = said if number < MAX_SHARING else ""
        return Bullet(Kind.WORKS, works)

    def split_works(
        self, title: str | None, *, role: str | None = None, named: Place | None = None
    ) -> list[Work]:
        """One work for each arXiv id or DOI, with the links that follow it; else one."""
        works: list[Work] = []
        keys: dict[tuple[str, str], Work] = {}
        waiting: list[Link] = []
        for place in self.places:
            hint = role if place is (named or self.first) else None
            link = Link(
                place.link.url, self.role_of(place.link, hint=hint), place.link.label or None
            )
            key = place.key
            if key is None and not works:
                waiting.append(link)
            elif key is None or key in keys:
                (keys[key] if key else works[-1]).links.append(link)
            else:
                work = Work(self.title_at(place, title, named), links=[*waiting, link])
                works.append(work)
                keys[key] = work
                waiting = []
        if not works:
            works = [Work(title, links=waiting)]
        if title and len(works) > 1 and named is not None and works[0].title is None:
            works[0].title = title
        for work in works:
            work.links = distinct_links(work.links)
            work.identifiers = identifiers_behind(work.links)
            if len(works) == 1 and title:
                work.title = title
        return works

    def title_at(self, place: Place, title: str | None, named: Place | None) -> str | None:
        """The title of the work that a link leads to."""
        label = place.link.label
        if place is named:
            return title
        if label and not is_listed_role(label) and not NO_TITLE.fullmatch(label):
            return label
        return None if named is not None else title

    def untitled(self) -> list[Work]:
        """Addresses and nothing else: each is a work."""
        # Under "Papers" what has no words may be anything.
        self.expected = "other" if self.expected == "paper" else self.expected
        links = [Link(one.link.url, self.role_of(one.link), None) for one in self.places]
        return [Work(None, identifiers=identifiers_behind([link]), links=[link]) for link in links]

    def alone(self, place: Place) -> Work:
        """The work that one link of several names."""
        link = Link(place.link.url, self.role_of(place.link), place.link.label)
        return Work(place.link.label, identifiers=identifiers_behind([link]), links=[link])

    def is_enumeration(self) -> bool:
        """Whether there are only titles with commas between them."""
        spaces = [
            self.between(one, other)
            for one, other in zip(self.places, self.places[1:], strict=False)
        ]
        end = self.text[self.places[-1].end :]
        return (
            not any(place.is_tag for place in self.places)
            and all(_ONLY_COMMAS.fullmatch(space) for space in spaces)
            and not WORDS.search(end)
            and all(not NO_TITLE.fullmatch(place.link.label) for place in self.places)
            and all(name_in(place.link.label) == place.link.label for place in self.places)
        )

    def without_role(self, title: str) -> tuple[str, str | None]:
        """``Title`` and ``video`` for "Talk: Title"."""
        match = _ROLE_PREFIX.fullmatch(title)
        said = listed_role_said(match["role"]) if match and is_listed_role(match["role"]) else None
        if match is None or said is None or said == "forum":  # "RFC: ..." is what it is called
            return title, None
        return match["title"].strip(), said

    def role_of(self, link: InlineLink, lead: str = "", hint: str | None = None) -> str:
        otherwise = hint or listed_role_said(lead) or self.expected
        if hint and (not link.label or is_listed_role(link.label)):
            said = listed_role_of(link.label, link.url, otherwise="other")
            return hint if said in {"other", "post"} else said
        return listed_role_of(link.label, link.url, otherwise=otherwise)

    def outside(self, places: Sequence[Place], after: Place | None = None) -> str:
        """The words, or those after a link, without ``places`` and the brackets around them."""
        pieces: list[str] = []
        start = 0
        gone = {place.start for place in places}
        for place in self.places:
            pieces.append(self.text[start : place.start])
            pieces.append("\x00" if place.start in gone else self.text[place.start : place.end])
            if place is after:
                pieces.append("\x01")
            start = place.end
        words = TAG_GROUP.sub(_gap, "".join([*pieces, self.text[start:]]))
        return words.partition("\x01")[2] if after else words

    def between(self, one: Place, other: Place) -> str:
        return self.text[one.end : other.start]

    def _words(self, match: re.Match[str]) -> str:
        return self.inline.links[int(match[1])].label

    def _kept(self, match: re.Match[str]) -> str:
        """Named links stay in the rest; those that lead nowhere are put at its end."""
        return match.group() if self.inline.links[int(match[1])].is_absolute else ""


def loose_links(inline: Inline, text: str) -> str:
    """The links of a bullet that lead nowhere without the address of its document."""
    if all(link.is_absolute for link in inline.links):
        return ""
    return " ".join(
        match.group()
        for match in LINK_PATTERN.finditer(text)
        if not inline.links[int(match[1])].is_absolute
    )


def rest_with_links(inline: Inline, rest: str, loose: str) -> str:
    """What is said beside a title, with the links that are no links of the entry."""
    said = inline.markdown(tidy_rest(rest)) if WORDS.search(rest) else ""
    return " ".join(part for part in (said, inline.markdown(loose)) if part)


def _gap(group: re.Match[str]) -> str:
    return " \x01" if "\x01" in (group["inside"] or "") else " "
