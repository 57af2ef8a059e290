"""The words of one paragraph of Markdown: its links, what is bold, what is code.

A paragraph becomes one string in which characters that Unicode reserves for such use stand for the
marks, and its links beside it, so that the shapes of reading lists can be told by patterns over
words and links alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from readings.imports.addresses import Addresses
from readings.papers.identifiers import canonical_url, find_identifiers, parse_identifier

BOLD, BOLD_END, CODE, CODE_END = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
LINK, LINK_END, EMPHASIS, EMPHASIS_END = "\ufdd4", "\ufdd5", "\ufdd6", "\ufdd7"
#: Where a line ends because the writer said so, with ``<br>`` or two spaces.
HARD_BREAK = "\u2028"
#: A link inside the string is its number between these.
LINK_PATTERN = re.compile(f"{LINK}(\\d+){LINK_END}")

# The grammar of links takes quadratic time on hostile input: longer paragraphs, and more of them
# than these characters in a document, are only searched for addresses, and no more of those.
MAX_LENGTH = 4_000
MAX_BRACKETS = 100
MAX_WHOLE_LENGTH = 400_000
BRACKET_COST = 40

_MARKS = re.compile("[\ufdd0-\ufdef]")
_MARK_PAIRS = {
    BOLD: "**", BOLD_END: "**", CODE: "`", CODE_END: "`", EMPHASIS: "*", EMPHASIS_END: "*",
}  # fmt: skip
_MARKUP = re.compile(r"[\[\]<>`*_\\!&]|  \n|://|arxiv|10\.\d{4}", re.IGNORECASE)
# An address that goes on in the next line, which Markdown does not take for one.
_BROKEN_ADDRESS = re.compile(r"(\]\(\s*https?://[^\s()]*)\n[ \t]*([^\s()\[\]]+\s*\))")
_SPACE_BEFORE_ADDRESS = re.compile(r"(?<!\))\] \((?=https?://[^\s()]+\))")

_HARD_BREAK = re.compile(r"(?: {2,}|\\)\n")

_TARGET = r"[^\s()<>\\]*(?:\([^\s()<>\\]*\)[^\s()<>\\]*)*"
_LABEL = r"(?:[^\[\]<>\\]|\\[\[\]_*]|\[[^\[\]<>\\]*\])*?"
_TITLE = r"(?:\s+\"[^\"\n]*\")?"
_PIECE = re.compile(
    r"(?P<words>(?:[^\[\]<>`*_\\!&]|(?<=\w)_(?=\w)|&(?!#?\w+;)|!(?!\[)|\\(?=[A-Za-z0-9\s]))+)"
    rf"|\[\s*!\[(?P<alt>[^\[\]]*)\]\(\s*{_TARGET}{_TITLE}\s*\)\s*\]"
    rf"\(\s*(?P<badge>{_TARGET}){_TITLE}\s*\)"
    rf"|!\[[^\[\]]*\]\(\s*{_TARGET}{_TITLE}\s*\)(?P<image>)"
    rf"|\[(?P<bracketed>\[{_LABEL}\])\]\(\s*(?P<url2><?{_TARGET}>?){_TITLE}\s*\)"
    rf"|\[(?P<label>{_LABEL})\]\(\s*(?P<url><?{_TARGET}>?){_TITLE}\s*\)"
    r"|<(?P<auto>https?://[^\s<>]*)>"
    r"|(?P<break></?\s*br\s*/?\s*>)"
    r"|<!--.*?-->(?P<comment>)"
    r"|`(?P<code>[^`\n]+)`(?!`)"
    r"|(?P<bold>\*\*|__(?=\w)|(?<=\w)__(?!\w))"
    r"|(?P<emphasis>\*|(?<!\w)_(?=\w)|(?<=\w)_(?!\w))"
    r"|(?P<escaped>\\[!-/:-@\[-`{-~])"
    r"|(?P<entity>&#?\w+;)"
    r"|(?P<bracket>[\[\]])",
    re.IGNORECASE | re.DOTALL,
)
_LABEL_MARKS = re.compile(r"\*+|`+|~~|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)|\\(?=[!-/:-@\[-`{-~])")
_LINE_BREAK = re.compile(r"</?\s*br\s*/?\s*>", re.IGNORECASE)
_HREF = re.compile(r"<a\s[^>]*?href\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_SPECIAL = re.compile(r"([\\`]|\*(?=\S)|(?<=\S)\*|(?<!\w)_|_(?!\w)|<(?=[\w/!?]))")
_BLANKS = re.compile(r"[^\S\n]+")


@dataclass(frozen=True)
class InlineLink:
    """A link of a paragraph; ``is_bracketed`` if its words stand in brackets: ``[[pdf]](...)``."""

    label: str
    url: str
    is_bracketed: bool = False
    is_image: bool = False

    @property
    def is_absolute(self) -> bool:
        """Whether it can be followed from anywhere."""
        return self.url[:8].lower().startswith(("http://", "https://"))


@dataclass
class Inline:
    """A paragraph: its words with marks in them, and the links by their numbers."""

    text: str
    links: list[InlineLink] = field(default_factory=list)

    def links_in(self, text: str) -> list[InlineLink]:
        """The links in a part of the words."""
        return [self.links[int(match[1])] for match in LINK_PATTERN.finditer(text)]

    def plain(self, text: str) -> str:
        """A part of the words without marks, links as their words or addresses."""
        if _MARKS.search(text):
            text = _MARKS.sub("", LINK_PATTERN.sub(self._label, text))
        return " ".join(text.replace("~~", "").split())

    def markdown(self, text: str) -> str:
        """A part of the words as Markdown again."""
        pieces: list[str] = []
        end, in_code = 0, False
        for match in _MARKS.finditer(text):
            if match.start() < end:
                continue
            words = text[end : match.start()]
            pieces.append(words if in_code else _SPECIAL.sub(r"\\\1", words))
            mark, end = match.group(), match.end()
            if mark == LINK and (link := LINK_PATTERN.match(text, match.start())):
                pieces.append(self._written(self.links[int(link[1])]))
                end = link.end()
            else:
                pieces.append(_MARK_PAIRS.get(mark, ""))
                in_code = mark == CODE
        pieces.append(_SPECIAL.sub(r"\\\1", text[end:]))
        written = "".join(pieces).replace(HARD_BREAK, "  \n")
        return _BLANKS.sub(" ", written.strip()) if HARD_BREAK not in text else written.strip()

    def _label(self, match: re.Match[str]) -> str:
        link = self.links[int(match[1])]
        return link.label or link.url

    def _written(self, link: InlineLink) -> str:
        label = _SPECIAL.sub(r"\\\1", link.label)
        if not label:
            return f"<{link.url}>" if link.is_absolute else link.url
        if "[" in label or "]" in label:
            label = label.replace("[", "\\[").replace("]", "\\]")
        url = f"<{link.url}>" if set("() ") & set(link.url) else link.url
        return f"[{label}]({url})"


class InlineReader:
    """Reads the paragraphs of one document; its references are in ``env``."""

    def __init__(self, env: dict[str, Any], addresses: Addresses | None = None) -> None:
        self.env, self.addresses = env, addresses or Addresses()
        self.left = self.unread = MAX_WHOLE_LENGTH
        self.line = 1

    def read(self, content: str, line: int = 1) -> Inline:
        """The paragraph that ``content`` writes at ``line``; linear whatever is in it."""
        self.line = line
        content = _MARKS.sub("", content)
        if not _MARKUP.search(content):
            return Inline(content)
        if "://" in content:
            content = _BROKEN_ADDRESS.sub(r"\1\2", content)
            content = _SPACE_BEFORE_ADDRESS.sub("](", content)
        if "\n" in content:
            content = _HARD_BREAK.sub("<br>", content)
        collector = _Collector(self)
        if len(content) <= MAX_LENGTH and content.count("[") <= MAX_BRACKETS:
            if not self.env.get("references") and _read_simple(content, collector):
                return collector.inline()
            self.left -= len(content) + BRACKET_COST * content.count("[")
            if self.left >= 0:
                collector = _Collector(self)
                _read_whole(content, self.env, collector)
                return collector.inline()
        collector = _Collector(self)
        self.unread -= len(content)
        if self.unread >= 0:
            collector.add(content)
            return collector.inline()
        return Inline(content)


class _Collector:
    """Puts the string together from words, marks and links."""

    def __init__(self, reader: InlineReader) -> None:
        self.reader = reader
        self.pieces: list[str] = []
        self.words: list[str] = []
        self.links: list[InlineLink] = []

    def add(self, words: str) -> None:
        """Words, in which there may be addresses."""
        self.words.append(words)

    def mark(self, mark: str) -> None:
        """The beginning or end of what is bold, code or emphasised, or a line break."""
        self.flush()
        self.pieces.append(mark)

    def link(self, label: str, url: str, *, is_image: bool = False) -> None:
        """A link; one that leads nowhere is its words."""
        label = " ".join(label.split())
        is_bracketed = label[:1] in "[【" and label[-1:] in "]】" and len(label) > 2
        if is_bracketed:
            label = label[1:-1].strip()
        address = resolved(url.strip(), self.reader.addresses.base_url)
        if address is None:
            self.add("" if is_image else label)
            return
        self.flush()
        link = InlineLink(label, address, is_bracketed, is_image)
        if not link.is_absolute:
            self.reader.addresses.leave_out(address, self.reader.line)
        self._put(link)

    def inline(self) -> Inline:
        """The whole paragraph."""
        self.flush()
        return Inline("".join(self.pieces), self.links)

    def flush(self) -> None:
        """Take the addresses out of the words so far."""
        text = "".join(self.words)
        self.words.clear()
        if not _MARKUP.search(text):
            self.pieces.append(text)
            return
        end = 0
        for found in find_identifiers(text, urls=True):
            self.pieces.append(text[end : found.start])
            spelling = text[found.start : found.end]
            url = spelling if "://" in spelling else canonical_url(found.identifier)
            self._put(InlineLink("", url))
            end = found.end
        self.pieces.append(text[end:])

    def _put(self, link: InlineLink) -> None:
        self.pieces.append(f"{LINK}{len(self.links)}{LINK_END}")
        self.links.append(link)


def resolved(url: str, base_url: str | None) -> str | None:
    """Where a link leads: an address, or a path where ``base_url`` is not known; None for none."""
    if url[:8].lower().startswith(("http://", "https://")):
        return url
    if not url or url.startswith("#"):
        return None
    if url.startswith("//"):
        return f"https:{url}"
    if parse_identifier(url) is not None:
        return f"https://{url}"
    try:
        if urlsplit(url).scheme:
            return None
        return urljoin(base_url, url) if base_url else url
    except ValueError:
        return None


def _read_simple(content: str, collector: _Collector) -> bool:
    """Read what has only the usual marks; False for the rest, which needs the whole grammar."""
    end, brackets, is_open = 0, 0, {"bold": False, "emphasis": False}
    for match in _PIECE.finditer(content):
        if match.start() != end:
            return False
        end, kind = match.end(), match.lastgroup or ""
        if kind in _PLAIN:
            collector.add(_PLAIN[kind](match.group()))
            brackets += {"[": 1, "]": -1}.get(match.group(), 0)
        elif kind == "code":
            collector.mark(CODE)
            collector.add(match["code"])
            collector.mark(CODE_END)
        elif kind == "break":
            collector.mark(HARD_BREAK)
        elif kind in is_open:
            if not _toggle(kind, match, is_open, collector):
                return False
        else:
            _add_simple_link(kind, match, collector)
    return end == len(content) and brackets == 0 and not any(is_open.values())


_PLAIN: dict[str, Callable[[str], str]] = {
    "words": str,
    "bracket": str,
    "escaped": lambda text: text[1:],
    "entity": unescape,
}


def _toggle(
    kind: str, match: re.Match[str], is_open: dict[str, bool], collector: _Collector
) -> bool:
    """Begin or end what is bold or emphasised; False where that is not clear."""
    before = match.string[match.start() - 1 : match.start()]
    after = match.string[match.end() : match.end() + 1]
    if not is_open[kind] and (not after or after.isspace()):
        collector.add(match.group())  # a star between words
        return kind == "emphasis"
    if is_open[kind] and before.isspace():
        return False
    marks = (BOLD, BOLD_END) if kind == "bold" else (EMPHASIS, EMPHASIS_END)
    collector.mark(marks[is_open[kind]])
    is_open[kind] = not is_open[kind]
    return True


def _add_simple_link(kind: str, match: re.Match[str], collector: _Collector) -> None:
    if kind == "badge":
        collector.link(_plain_label(match["alt"]), match["badge"], is_image=True)
    elif kind == "auto":
        collector.link("", match["auto"])
    elif kind == "url":
        collector.link(_plain_label(match["label"]), match["url"].strip("<>"))
    elif kind == "url2":
        collector.link(_plain_label(match["bracketed"]), match["url2"].strip("<>"))


def _plain_label(label: str) -> str:
    label = _LABEL_MARKS.sub("", label)
    return unescape(label) if "&" in label else label


class _Grammar(MarkdownIt):
    def normalizeLink(self, url: str) -> str:  # noqa: N802
        """Links stay as they were written."""
        return url


_grammar = _Grammar("commonmark", {"html": True})
_TOKEN_MARKS = {
    "strong_open": BOLD, "strong_close": BOLD_END, "em_open": EMPHASIS, "em_close": EMPHASIS_END,
    "softbreak": "\n", "hardbreak": HARD_BREAK,
}  # fmt: skip


def _read_whole(content: str, env: dict[str, Any], collector: _Collector) -> None:
    """Read a paragraph as markdown-it's inline grammar does."""
    tokens: list[Token] = []
    _grammar.inline.parse(content, _grammar, env, tokens)
    url: str | None = None
    label: list[str] = []
    has_image = False
    for token in tokens:
        opened = _opened(token)
        if url is not None and (opened is not None or _closes(token)):
            collector.link("".join(label), url, is_image=has_image)
            url = None
        if opened is not None:
            url, label, has_image = opened, [], False
        elif url is not None:
            has_image = has_image or token.type == "image"
            label.append(token.content if token.type != "html_inline" else "")
        else:
            _add_token(token, collector)
    if url is not None:
        collector.link("".join(label), url, is_image=has_image)


def _opened(token: Token) -> str | None:
    if token.type == "link_open":
        return str(token.attrGet("href") or "")
    match = _HREF.match(token.content) if token.type == "html_inline" else None
    return match[1] if match else None


def _closes(token: Token) -> bool:
    return token.type == "link_close" or (
        token.type == "html_inline" and token.content.lower().startswith("</a")
    )


def _add_token(token: Token, collector: _Collector) -> None:
    if token.type in {"text", "text_special"}:
        collector.add(token.content)
    elif token.type == "code_inline":
        collector.mark(CODE)
        collector.add(token.content)
        collector.mark(CODE_END)
    elif token.type in _TOKEN_MARKS:
        collector.mark(_TOKEN_MARKS[token.type])
    elif token.type == "html_inline" and _LINE_BREAK.fullmatch(token.content):
        collector.mark(HARD_BREAK)
