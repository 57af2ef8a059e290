"""Markdown with maths, as people type it, into HTML that is safe to show to others.

markdown-it (no raw HTML) -> MathML (math-core) -> nh3 (allow-list).  Done once, when a text is
written: the HTML is stored beside its Markdown.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from math_core import LatexError, LatexToMathML
from mdit_py_plugins.dollarmath import dollarmath_plugin

MAX_FORMULA: Final = 2_000  # characters; longer ones are shown as typed
MAX_FORMULAS: Final = 200  # in one text
MAX_MENTIONS: Final = 200  # in one text; further ones stay words

_MATHML: Final = {
    "math": {"display"},
    "maction": set[str](),
    "menclose": {"notation"},
    "merror": set[str](),
    "mfrac": {"linethickness", "displaystyle"},
    "mi": {"mathvariant"},
    "mmultiscripts": set[str](),
    "mn": set[str](),
    "mo": {
        "fence", "form", "largeop", "lspace", "maxsize", "minsize", "movablelimits", "rspace",
        "separator", "stretchy", "symmetric",
    },
    "mover": {"accent"},
    "mpadded": set[str](),
    "mphantom": set[str](),
    "mprescripts": set[str](),
    "mroot": set[str](),
    "mrow": set[str](),
    "ms": set[str](),
    "mspace": set[str](),
    "msqrt": set[str](),
    "mstyle": {"displaystyle", "scriptlevel", "mathvariant"},
    "msub": set[str](),
    "msubsup": set[str](),
    "msup": set[str](),
    "mtable": {"displaystyle", "scriptlevel", "columnalign", "rowspacing"},
    "mtd": {"columnspan", "rowspan", "columnalign"},
    "mtext": set[str](),
    "mtr": {"columnalign"},
    "munder": {"accentunder"},
    "munderover": {"accent", "accentunder"},
    "none": set[str](),
}  # fmt: skip
_TEXT_TAGS: Final = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
    "pre", "s", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES: Final = {"a": {"href", "title"}, "ol": {"start"}} | {
    tag: names for tag, names in _MATHML.items() if names
}
_CLEANER: Final = nh3.Cleaner(
    tags=_TEXT_TAGS | set(_MATHML),
    attributes=_ATTRIBUTES,
    allowed_classes={"span": {"math-error", "mention"}, "a": {"mention"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer nofollow ugc",
    generic_attribute_prefixes=set(),
)


class _Formulas:
    """Turns formulas of one text into MathML, up to its limits."""

    def __init__(self) -> None:
        self._left = MAX_FORMULAS
        self._converter = LatexToMathML(fancy_error=False, max_expansions=100)

    def mathml(self, latex: str, *, block: bool) -> str:
        """MathML of ``latex``, or what was typed where that is no formula or too long."""
        self._left -= 1
        if len(latex) <= MAX_FORMULA and self._left >= 0:
            try:
                return self._converter.convert_with_local_state(latex, displaystyle=block)
            except LatexError:
                pass
        mark = "$$" if block else "$"
        return f"<code>{html.escape(mark + latex + mark)}</code>"


class Mentions:
    """What an ``@`` can name: a paper, which becomes a link to its page, or a person.

    ``names`` maps a name to the address of its page; to an empty text for a person.  Of names that
    begin alike the longest counts; capitals make no difference.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self._urls = {name.lower(): url for name, url in names.items() if name.strip()}
        longest_first = sorted(self._urls, key=lambda name: (-len(name), name))
        words = "|".join(map(re.escape, longest_first))
        # Not in the middle of a word, which is an address of mail, and not only half of one.
        self._named = re.compile(rf"(?<![\w@/])@({words})(?!\w)", re.IGNORECASE) if words else None

    def found_in(self, text: str, most: int) -> Iterator[tuple[int, int, str]]:
        """Begin, end and address of at most so many names in ``text``, in order."""
        if self._named is None or most < 1:
            return
        for match in self._named.finditer(text):
            url = self._urls.get(match.group(1).lower())
            if url is None:  # letters that are alike only to the pattern
                continue
            yield match.start(), match.end(), url
            most -= 1
            if not most:
                return


def _mark_mentions(state: StateCore) -> None:
    """Split the text of paragraphs at the names; code, maths and links are other tokens."""
    mentions: Mentions | None = state.env.get("mentions")
    if mentions is None:
        return
    left = MAX_MENTIONS
    for block in state.tokens:
        if block.type != "inline" or not block.children or "@" not in block.content:
            continue
        children: list[Token] = []
        depth = 0  # of links
        for token in block.children:
            depth += token.nesting if token.type in ("link_open", "link_close") else 0
            if token.type == "text" and not depth and "@" in token.content:
                parts = _split(token, mentions, left)
                left -= sum(part.type == "mention" for part in parts)
                children += parts
            else:
                children.append(token)
        block.children = children


def _split(token: Token, mentions: Mentions, most: int) -> list[Token]:
    parts = []
    end = 0
    text = token.content
    for start, stop, url in mentions.found_in(text, most):
        if start > end:
            parts.append(Token("text", "", 0, content=text[end:start], level=token.level))
        mention = Token("mention", "", 0, content=text[start:stop], level=token.level)
        mention.meta["url"] = url
        parts.append(mention)
        end = stop
    if end < len(text):
        parts.append(Token("text", "", 0, content=text[end:], level=token.level))
    return parts


def _render_mention(_self: Any, tokens: Any, index: int, _options: Any, _env: Any) -> str:
    words, url = html.escape(tokens[index].content), tokens[index].meta["url"]
    if url:
        return f'<a href="{html.escape(url)}" class="mention">{words}</a>'
    return f'<span class="mention">{words}</span>'


_PERSON: Final = re.compile(r'<span class="mention">@(.*?)</span>', re.DOTALL)


def people_mentioned(rendered: str) -> list[str]:
    """The names of people in what ``render_markdown`` gave, as they were typed, each once."""
    return list(dict.fromkeys(map(html.unescape, _PERSON.findall(rendered))))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True, "maxNesting": 20})
    parser.enable(["table", "strikethrough", "linkify"]).disable("image")
    if parser.linkify is not None:
        # A whole address becomes a link; "e.g.it" and a name of a file do not.
        parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    parser.use(
        dollarmath_plugin,
        allow_labels=False,
        allow_space=False,
        allow_digits=False,
        double_inline=True,  # a displayed formula in the middle of a paragraph
    )
    parser.add_render_rule("math_inline", _render_inline)
    parser.add_render_rule("math_inline_double", _render_block)
    parser.add_render_rule("math_block", _render_block)
    parser.add_render_rule("heading_open", _render_heading)
    parser.add_render_rule("heading_close", _render_heading)
    parser.core.ruler.push("mentions", _mark_mentions)
    parser.add_render_rule("mention", _render_mention)
    return parser


def _render_inline(_self: Any, tokens: Any, index: int, _options: Any, env: Any) -> str:
    formulas: _Formulas = env["formulas"]
    return formulas.mathml(tokens[index].content, block=False)


def _render_block(_self: Any, tokens: Any, index: int, _options: Any, env: Any) -> str:
    formulas: _Formulas = env["formulas"]
    return formulas.mathml(tokens[index].content.strip(), block=True)


def _render_heading(_self: Any, tokens: Any, index: int, _options: Any, _env: Any) -> str:
    # The page owns the first two levels.
    token = tokens[index]
    level = min(int(token.tag[1]) + 2, 6)
    return f"<{'/' if token.nesting < 0 else ''}h{level}>"


_PARSER: Final = _parser()


def render_markdown(text: str, mentions: Mentions | None = None) -> str:
    """Safe HTML of a Markdown text with ``$inline$`` and ``$$display$$`` maths.

    ``mentions`` are the names that an ``@`` makes a mention of; without them it stays text.
    Raw HTML is shown as text, images are links' business, headings start at the third level.
    Formulas that are wrong or too long are shown as typed.  Never raises on any text.
    """
    clean = text.replace("\x00", "")
    env = {"formulas": _Formulas(), "mentions": mentions}
    return _CLEANER.clean(_PARSER.render(clean, env)).strip()


_INLINE_MATH: Final = re.compile(r"(?<![\\$])\$([^$\n]{1,500}?)\$(?!\d)")


def render_with_maths(text: str) -> str:
    """Safe inline HTML of a plain text, a title or an abstract, whose ``$...$`` is maths.

    Nothing else is markup: arXiv's titles and abstracts are TeX, not Markdown.
    """
    formulas = _Formulas()
    parts: list[str] = []
    end = 0
    for match in _INLINE_MATH.finditer(text):
        parts.append(html.escape(text[end : match.start()]))
        parts.append(formulas.mathml(match.group(1), block=False))
        end = match.end()
    parts.append(html.escape(text[end:]))
    return _CLEANER.clean("".join(parts))


def trusted(rendered: str) -> SafeString:
    """Mark HTML that came out of this module (and was stored) as safe to show."""
    return mark_safe(rendered)  # noqa: S308 (it was cleaned when it was written)
