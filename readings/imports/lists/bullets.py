"""What one bullet or row says: the works it names, or what it is to the one above it.  Pure."""

from __future__ import annotations

import re

from readings.imports.lists.linked_bullets import (
    CLOSING,
    NO_TITLE,
    OPENING,
    TAG_GROUP,
    WORDS,
    LinkedBullet,
    Place,
    loose_links,
    rest_with_links,
)
from readings.imports.lists.named_works import MAX_TITLE, Bullet, Kind, Work, shortened
from readings.imports.lists.titles import split_title, without_checkbox
from readings.imports.parsers.markdown_inline import LINK_PATTERN, Inline
from readings.imports.wording.links import is_listed_role, listed_role_said
from readings.papers.identifiers import IdentifierKind, parse_identifier

_BEFORE_LINK = re.compile(rf"{OPENING}[\s,;|/&·、+]*$")
_AFTER_LINK = re.compile(rf"^[\s,;|/&·、+]*{CLOSING}")


def read_bullet(inline: Inline, *, source: str, expected: str | None = None) -> Bullet:
    """What the words and links of a bullet say; ``source`` is its Markdown.

    ``expected`` is the role of links that nothing else tells, from the heading above.
    """
    text = _without_badges(without_checkbox(inline.text), inline)
    places = _places(text, inline)
    plain = inline.plain(text)
    if not places:
        return _read_words(text, inline, source)
    reader = LinkedBullet(inline, text, places, source, expected or "other")
    bullet = reader.read()
    bullet.plain = plain
    return bullet


def _without_badges(text: str, inline: Inline) -> str:
    """Without pictures that link to nothing one reads: build states, stars, licences."""
    if not any(link.is_image for link in inline.links):
        return text

    def kept(match: re.Match[str]) -> str:
        link = inline.links[int(match[1])]
        if not link.is_image:
            return match.group()
        found = parse_identifier(link.url)
        is_work = found is not None and found.kind is not IdentifierKind.URL
        is_named = listed_role_said(link.label) or is_listed_role(link.label)
        return match.group() if link.is_absolute and (is_work or is_named) else ""

    return LINK_PATTERN.sub(kept, text)


def _places(text: str, inline: Inline) -> list[Place]:
    """The links that lead somewhere by themselves."""
    places: list[Place] = []
    for match in LINK_PATTERN.finditer(text):
        link = inline.links[int(match[1])]
        if not link.is_absolute:
            continue
        start, end = match.span()
        before = LINK_PATTERN.sub(" ", text[max(0, start - 40) : start])
        after = LINK_PATTERN.sub(" ", text[end : end + 40])
        is_tag = (
            link.is_bracketed
            or link.is_image
            or not WORDS.search(link.label)
            or is_listed_role(link.label)
            or NO_TITLE.fullmatch(link.label) is not None
            or parse_identifier(link.label) is not None
            or bool(_BEFORE_LINK.search(before) and _AFTER_LINK.search(after))
        )
        places.append(Place(start, end, link, is_tag))
    return places


def _read_words(text: str, inline: Inline, source: str) -> Bullet:
    """A bullet without a link that can be followed."""
    loose = loose_links(inline, text)
    own = TAG_GROUP.sub(" ", LINK_PATTERN.sub("\x00", text)) if loose else text
    if loose and not WORDS.search(own):
        own, loose = inline.links_in(text)[0].label, text
    plain = inline.plain(text)
    if not WORDS.search(plain):
        return Bullet(Kind.EMPTY, plain=plain)
    named = split_title(own, inline)
    title = named.title or plain
    rest = rest_with_links(inline, named.rest, loose)
    if len(title) > MAX_TITLE:
        title, rest = shortened(title), source
    return Bullet(Kind.WORDS, [Work(title, named.citation, rest=rest)], plain)
