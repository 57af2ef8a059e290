"""Any spelling of an arXiv id, a DOI or an address -> one canonical identifier.  Pure.

Two spellings of the same work give equal ``(kind, value)``:

- arXiv: lower case, no version, no subject class: ``2310.03714``, ``math/0309136``
  (https://info.arxiv.org/help/arxiv_identifier.html);
- DOI: lower case, without resolver (https://www.doi.org/the-identifier/resources/handbook);
- anything else: the address with scheme and host in lower case, without fragment, default port and
  tracking parameters.  Only http and https, and never with a user name in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote, urlsplit

MAX_DOI_LENGTH = 200
MAX_URL_LENGTH = 1000


class IdentifierKind(StrEnum):
    """What sort of name a work goes by."""

    ARXIV = "arxiv"
    DOI = "doi"
    URL = "url"


@dataclass(frozen=True)
class Identifier:
    """The canonical name of a work; ``version`` is the arXiv version that was written, if any."""

    kind: IdentifierKind
    value: str
    version: int | None = None

    @property
    def key(self) -> tuple[IdentifierKind, str]:
        """What two spellings of one work have in common: everything but the version."""
        return self.kind, self.value

    def __str__(self) -> str:
        if self.kind is IdentifierKind.ARXIV:
            return f"arXiv:{self.value}{f'v{self.version}' if self.version else ''}"
        return f"doi:{self.value}" if self.kind is IdentifierKind.DOI else self.value


@dataclass(frozen=True)
class FoundIdentifier:
    """An identifier and where it stands: ``text[start:end]`` is its spelling."""

    identifier: Identifier
    start: int
    end: int


# The archives that gave out ids of the old style, until March 2007.
_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas"
    "|cond-mat|cs|dg-ga|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin"
    "|nucl-ex|nucl-th|patt-sol|physics|plasm-ph|q-alg|q-bio|quant-ph|solv-int|stat|supr-con"
)
_NEW_STYLE = r"\d{4}\.\d{4,5}"
_OLD_STYLE = rf"(?:{_ARCHIVES})(?:\.[a-z-]{{2,12}})?/\d{{7}}"
_ARXIV_ID = rf"(?P<id>{_NEW_STYLE}|{_OLD_STYLE})(?:v(?P<version>\d{{1,3}}))?"
_FLAGS = re.ASCII | re.IGNORECASE

# Sites that show arXiv's papers under arXiv's ids, and the paths under which they do.
_ARXIV_HOST = re.compile(r"(?:[a-z0-9-]+\.)*arxiv\.org|ar5iv\.org|www\.ar5iv\.org|xxx\.lanl\.gov")
_ARXIV_PATH = re.compile(
    rf"/(?:abs|pdf|html|format|ps|src|e-print|ftp/[a-z-]+/papers/\d{{4}})/(?:arxiv:)?{_ARXIV_ID}"
    r"(?:\.pdf|\.html?|\.ps\.gz)*(?:[^\w.-].*)?",  # mangled addresses go on after the id
    _FLAGS | re.DOTALL,
)
_OLD_FTP_PATH = re.compile(
    rf"/ftp/(?P<archive>{_ARCHIVES})/papers/\d{{4}}/(?P<number>\d{{7}})(?:v(?P<version>\d{{1,3}}))?"
    r"(?:\.pdf|\.ps\.gz)?",
    _FLAGS,
)
_MIRROR_PATHS = {
    "alphaxiv.org": "/(?:abs|pdf|overview|forum|html)",
    "arxiv-vanity.com": "/papers",
    "huggingface.co": "/papers",
    "scirate.com": "/arxiv",
}
_MIRRORS = {
    host: re.compile(rf"{path}/{_ARXIV_ID}(?:\.pdf|\.md)?/?", _FLAGS)
    for host, path in _MIRROR_PATHS.items()
}

# After "arXiv:" any number of the right shape is meant as an id; alone it must also be a month.
_ARXIV_LABELLED = re.compile(rf"arxiv\s*:?\s*{_ARXIV_ID}(?:\.pdf)?(?:\s*\[[a-z.-]+\].*)?", _FLAGS)
_ARXIV_ALONE = re.compile(
    rf"(?P<id>(?:0[7-9]|[1-9]\d)(?:0[1-9]|1[0-2])\.\d{{4,5}}|{_OLD_STYLE})"
    r"(?:v(?P<version>\d{1,3}))?(?:\.pdf)?(?:\s*\[[a-z.-]+\].*)?",
    _FLAGS,
)
_PLAIN_ARXIV = re.compile(
    r"https?://(?:www\.)?arxiv\.org/(?:abs|pdf)/(?P<id>\d{4}\.\d{4,5})(?:v(?P<version>\d{1,3}))?(?:\.pdf)?"
    r"(?:[,;?#&][!-~]{0,200})?",
    re.ASCII,
)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.{_ARXIV_ID}", _FLAGS)

_DOI = r"10\.\d{4,9}(?:\.\d+)*/[!-~]+"
_DOI_LABELLED = re.compile(rf"(?:doi\s*[:=]?\s*|info:doi/)?(?P<doi>{_DOI})", _FLAGS)
_DOI_HOSTS = {"doi.org", "dx.doi.org", "www.doi.org"}
# Publishers put the DOI into their addresses: /doi/10.1145/..., /doi/pdf/10.1145/...,
# /article/10.1007/..., /content/pdf/10.1007/....pdf
_DOI_PATH = re.compile(
    rf"/(?:doi(?:/[a-z-]+)?|article|chapter|book|content/pdf)/(?P<doi>{_DOI})", _FLAGS
)
_DOI_PATH_ENDS = re.compile(r"(?:/(?:full|abstract|pdf|epub|summary)|\.pdf|\.html)$", _FLAGS)

_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|igshid|igsh|mc_cid|mc_eid"
    r"|_hsenc|_hsmi|ref_src|ref_url|usp",
    _FLAGS,
)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_BARE_HOST = re.compile(
    r"(?:www\.|(?:[a-z0-9-]+\.)*arxiv\.org/|ar5iv\.org/|alphaxiv\.org/|(?:dx\.)?doi\.org/"
    r"|dl\.acm\.org/)",
    _FLAGS,
)

# An address that is canonical as it is written, unless it is that of a work; and what is in all
# addresses of works.
_PLAIN_ADDRESS = re.compile(
    r"https?://[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?){1,6}"
    r"/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*/){0,20}(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,200})?(?<=[A-Za-z0-9/])"
)
_MAY_NAME_WORK = re.compile(r"[5x]iv|lanl|10\.|/papers|/\d{7}|%|[^ -~]", _FLAGS)
# Every spelling has one of these.
_MAY_SPELL = re.compile(r"/|www\.|\d{4}\.\d{4}", _FLAGS)
#: Longer texts are rare, and would make what is remembered large.
_SHORT = 256

_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad"
_OPENING = "<([{\"'*`«“‘"
_CLOSING = {")": "(", "]": "[", "}": "{", ">": "<"}
_PUNCTUATION = ".,;:!?\"'*`»”’，。、；：！？）】》"
# What may stand in a path or query beside letters and digits (RFC 3986); "%" as it is.
_SAFE_PATH = "/:@!$&'()*+,;=-._~%"
_SAFE_QUERY = _SAFE_PATH + "?"

# In running text: an address, or what says by itself that it is an arXiv id or a DOI.
_CANDIDATE = re.compile(
    r"(?P<url>https?://[^\s<>\"\[\]{}|\\^`]+)"
    r"|(?<![\w/.@-])(?P<bare>(?:(?:www|export|browse)\.)?arxiv\.org/[!-;=?-Z_a-z~]+"
    r"|(?:dx\.)?doi\.org/10\.[!-;=?-Z_a-z~]+)"
    rf"|(?<![\w-])(?P<arxiv>arxiv(?:\s*:|\s+)\s*{_ARXIV_ID})(?!\w)"
    rf"|(?<![\w./-])(?P<old>{_OLD_STYLE}(?:v\d{{1,3}})?)(?!\w)"
    r"|(?<![\w./])(?P<doi>10\.\d{4,9}(?:\.\d+)*/[!-;=?-Z_a-z~]+)",
    _FLAGS,
)
# Without one of these there is nothing to be found; most texts have none.
_HINT = re.compile(r"://|arxiv|10\.\d{4}|/\d{7}", _FLAGS)
_NON_ASCII = re.compile(r"[^!-~]")


def parse_identifier(text: str) -> Identifier | None:
    """The identifier that the whole of ``text`` spells, or None if it spells none.

    Accepts ids and DOIs with or without their label, and addresses, also in brackets or with the
    punctuation that followed them.  Other words beside it make it None: for running text there is
    ``find_identifiers``.
    """
    return _remembered(text) if len(text) <= _SHORT else _parsed(text)


@lru_cache(maxsize=16_384)
def _remembered(text: str) -> Identifier | None:
    """What ``text`` spells: whoever reads a document asks several times about each link."""
    return _parsed(text)


def _parsed(text: str) -> Identifier | None:
    plain = _PLAIN_ARXIV.fullmatch(text)
    if plain:  # nearly all are written so, and taking them apart takes ten times as long
        return _arxiv(plain["id"], plain["version"])
    if (
        len(text) <= MAX_URL_LENGTH
        and _PLAIN_ADDRESS.fullmatch(text)
        and not _MAY_NAME_WORK.search(text)
    ):
        return Identifier(IdentifierKind.URL, text)
    if not _MAY_SPELL.search(text):
        return None
    word = _trimmed(text)
    if not word or len(word) > 2 * MAX_URL_LENGTH:
        return None
    if "://" not in word:
        named = _labelled(word)
        if named is not None:
            return named
        if not _BARE_HOST.match(word):
            return None
        word = f"https://{word}"
    return _from_address(word)


def find_identifiers(text: str, *, urls: bool = False) -> list[FoundIdentifier]:
    """The arXiv ids and DOIs in running text, in order, with their positions in ``text``.

    A bare number such as ``1409.1556`` is not taken for an id here, only ``arXiv:1409.1556`` or an
    address is.  With ``urls``, other http(s) addresses are found too.  Linear in the text's length.
    """
    if not _HINT.search(text) or not (urls or _MAY_NAME_WORK.search(text)):
        return []
    return list(_found(text, urls=urls))


def canonical_url(identifier: Identifier) -> str:
    """The address to link to; ``parse_identifier`` of it gives the same identifier again."""
    if identifier.kind is IdentifierKind.ARXIV:
        version = f"v{identifier.version}" if identifier.version else ""
        return f"https://arxiv.org/abs/{identifier.value}{version}"
    if identifier.kind is IdentifierKind.DOI:
        doi = _closed(quote(identifier.value, safe="/:;()._-,+="))
        # ACM numbers what has no DOI under 10.5555, which no resolver knows.
        host = "dl.acm.org/doi" if doi.startswith("10.5555/") else "doi.org"
        return f"https://{host}/{doi}"
    return identifier.value


def _found(text: str, *, urls: bool) -> Iterator[FoundIdentifier]:
    for match in _CANDIDATE.finditer(text):
        spelling = _until_unbalanced(match.group())
        if not urls and match["url"] and not _MAY_NAME_WORK.search(spelling):
            continue
        # An id ends where ASCII does: Chinese text follows an address without a space.
        ascii_end = _NON_ASCII.search(spelling) if match["arxiv"] is None else None
        ascii_part = spelling[: ascii_end.start()] if ascii_end else spelling
        for part in dict.fromkeys((ascii_part, spelling)):
            identifier = parse_identifier(part)
            if identifier and (urls or identifier.kind is not IdentifierKind.URL):
                end = match.start() + len(_without_tail(part))
                yield FoundIdentifier(identifier, match.start(), end)
                break


def _labelled(word: str) -> Identifier | None:
    """``arXiv:...``, ``doi:...``, or either without its label."""
    match = _ARXIV_LABELLED.fullmatch(word) or _ARXIV_ALONE.fullmatch(word)
    if match:
        return _arxiv(match["id"], match["version"])
    match = _DOI_LABELLED.fullmatch(word)
    return _doi(unquote(match["doi"])) if match else None


def _from_address(word: str) -> Identifier | None:
    try:
        parts = urlsplit(word)
        port = parts.port
    except ValueError:
        return None
    scheme, host = parts.scheme.lower(), _host(parts)
    if scheme not in _DEFAULT_PORTS or host is None:
        return None
    named = _from_known_site(host, unquote(parts.path))
    if named is not None:
        return named
    authority = host if port in (None, _DEFAULT_PORTS[scheme]) else f"{host}:{port}"
    query = "&".join(
        pair for pair in parts.query.split("&") if pair and not _TRACKING.fullmatch(_name(pair))
    )
    path = _quoted(_without_dots(parts.path), _SAFE_PATH)
    address = f"{scheme}://{authority}{path}"
    if query:
        address += f"?{_quoted(query, _SAFE_QUERY)}"
    address = _closed(address)
    if len(address) > MAX_URL_LENGTH:
        return None
    return Identifier(IdentifierKind.URL, address)


def _from_known_site(host: str, path: str) -> Identifier | None:
    """The arXiv id or DOI in the path of a site that is known to put one there."""
    path = _trimmed(path)
    if _ARXIV_HOST.fullmatch(host):
        match = _ARXIV_PATH.fullmatch(path)
        if match:
            return _arxiv(match["id"], match["version"])
        match = _OLD_FTP_PATH.fullmatch(path)
        return _arxiv(f"{match['archive']}/{match['number']}", match["version"]) if match else None
    mirror = _MIRRORS.get(host.removeprefix("www."))
    match = mirror.fullmatch(path) if mirror else None
    if match:
        return _arxiv(match["id"], match["version"])
    if host in _DOI_HOSTS:
        return _doi(path.lstrip("/"))
    match = _DOI_PATH.fullmatch(path)
    return _doi(_DOI_PATH_ENDS.sub("", match["doi"])) if match else None


def _arxiv(written: str, version: str | None) -> Identifier:
    value = written.lower()
    archive, slash, number = value.partition("/")
    if slash:  # math.gt/0309136: the subject class is no part of the name
        value = f"{archive.partition('.')[0]}/{number}"
    return Identifier(IdentifierKind.ARXIV, value, int(version or 0) or None)


def _doi(written: str) -> Identifier | None:
    value = _trimmed(written).lower()
    match = _ARXIV_DOI.fullmatch(value)
    if match:
        return _arxiv(match["id"], match["version"])
    if len(value) > MAX_DOI_LENGTH or not re.fullmatch(_DOI, value, _FLAGS):
        return None
    return Identifier(IdentifierKind.DOI, value)


def _host(parts: SplitResult) -> str | None:
    """The host in lower case and ASCII; None if there is none, or if credentials stand there."""
    if not parts.hostname or "@" in parts.netloc:
        return None
    try:
        host = parts.hostname.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return host if _HOST.fullmatch(host) else None


def _without_dots(path: str) -> str:
    """The path without its ``.`` and ``..`` segments (RFC 3986, 5.2.4)."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _quoted(text: str, safe: str) -> str:
    """Illegal characters percent-encoded, what is encoded already left, in capitals."""
    quoted = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", quote(text, safe=safe))
    return re.sub(r"%[0-9a-f]{2}", lambda match: match.group().upper(), quoted, flags=re.IGNORECASE)


def _closed(address: str) -> str:
    """The address, its last character encoded if a reader would take it for punctuation."""
    if _without_tail(address) == address:
        return address
    return f"{address[:-1]}%{ord(address[-1]):02X}"


def _name(pair: str) -> str:
    return pair.partition("=")[0]


def _trimmed(text: str) -> str:
    """Without space, invisible characters, brackets and quotes around and punctuation after."""
    word = text.strip().strip(_INVISIBLE).strip()
    return _without_tail(word.lstrip(_OPENING).lstrip())


def _without_tail(word: str) -> str:
    """Without closing punctuation; a closing bracket stays if it was opened inside."""
    if word[-1:].isalnum():
        return word
    balance = {opening: word.count(opening) for opening in _CLOSING.values()}
    for closing, opening in _CLOSING.items():
        balance[opening] -= word.count(closing)
    end = len(word)
    while end:
        last = word[end - 1]
        if last in _CLOSING and balance[_CLOSING[last]] < 0:
            balance[_CLOSING[last]] += 1
        elif last not in _PUNCTUATION and not last.isspace():
            break
        end -= 1
    return word[:end]


def _until_unbalanced(address: str) -> str:
    """Up to the first ``)`` that was not opened inside: the end of a Markdown link's target."""
    if ")" not in address:
        return address
    depth = 0
    for position, character in enumerate(address):
        if character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth < 0:
                return address[:position]
    return address
