"""Who wrote a work, where it appeared and when, as lists say it beside a title.

"Chen et al., OSDI 2018"; "(2012), A. Krizhevsky et al."; "by Ari Rasch, TOPLAS 2024"; "ICML'20".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

FIRST_YEAR, LAST_YEAR = 1900, 2050
#: Longer words are no citation: all authors of a paper of an experiment are not written out.
MAX_LENGTH = 600


@dataclass(frozen=True)
class Citation:
    """What was said, as it was written; None where nothing was."""

    authors: str | None = None
    venue: str | None = None
    year: int | None = None


NO_CITATION = Citation()

_YEAR = r"(?:19[3-9]\d|20[0-4]\d)"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DATE = re.compile(
    rf"(?:(?:\d{{1,2}}\s+)?{_MONTH}\s+(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?)?(?P<year>{_YEAR})"
    rf"|(?P<iso>{_YEAR})[-/.]\d{{1,2}}(?:[-/.]\d{{1,2}})?|['’](?P<short>\d\d)",
    re.IGNORECASE,
)
_ACRONYMS = (
    "AAAI|AAMAS|ACL|ACM|AISTATS|APSys|ARITH|ArXiv|ASE|ASPLOS|ATC|BMVC|CACM|CADE|CAV|CC|CCS|CGO|CHI"
    "|CIDR|CIKM|CoNLL|CoRL|COLING|COLM|COLT|CORR|CVPR|DAC|DATE|DSN|EACL|ECCV|ECML|ECOOP|EMNLP|EMSOFT"
    "|EuroMLSys|EuroSys|FAccT|FAST|FCCM|FMCAD|FPGA|FPL|FSE|GECCO|HotChips|HotNets|HotOS|HPCA|HPDC"
    "|ICASSP|ICCAD|ICCV|ICDE|ICDM|ICFP|ICLR|ICML|ICPP|ICRA|ICS|ICSE|ICSME|ICSOC|IEEE|IJCAI|IJCV"
    "|IMC|INFOCOM|Interspeech|IPDPS|IROS|ISCA|ISMM|ISMIR|ISPASS|ISSTA|ITC|ITiCSE|JMLR|KDD|LCTES"
    "|LREC|MAPL|MAPS|MICCAI|MICRO|MLSys|MobiCom|MobiSys|NAACL|NDSS|NeurIPS|NIPS|NSDI|OOPSLA|OSDI"
    "|PACMPL|PACT|PAMI|PKDD|PLDI|PLoS|PNAS|PODC|PODS|POPL|PPoPP|PVLDB|RecSys|RSS|SC|SensSys|SIGCOMM"
    "|SIGCSE|SIGGRAPH(?: Asia)?|SIGIR|SIGMETRICS|SIGMOD|SoCC|SOSP|SPAA|STOC|SysML|TACAS|TACL|TACO"
    "|TC|TCAD|TKDE|TMLR|TNNLS|TOCS|TOG|TOPLAS|TOSEM|TPAMI|TPDS|UAI|UbiComp|UIST|USENIX(?: ATC"
    "| Security)?|VEE|VLDB|VLSI|WACV|WMT|WSDM|WWW|Nature(?: [A-Z]\\w+){0,2}|Science|Cell"
)
_KNOWN_VENUE = re.compile(
    rf"(?:(?:(?i:in|at|the|proc\.? of|proceedings of(?: the)?)|ACM|IEEE|ACM/IEEE)\s+)*"
    rf"(?:(?i:{_ACRONYMS}))"
    r"(?:[\s/@&+-]+(?:\w*[A-Z]\w*|(?i:workshops?|preprint|journal|oral|spotlight|findings))){0,3}"
)
_LONG_VENUE = re.compile(
    r"(?:in\s+)?(?:the\s+)?(?:\d+(?:st|nd|rd|th)\s+)?(?:annual\s+)?"
    r"(?:proceedings|proc\.|journal of|transactions on|advances in|international (?:conference"
    r"|journal|workshop|symposium)|conference on|workshop on|symposium on|(?:ieee|acm|springer)\s"
    r"|(?:tech(?:nical|\.)?\s+report|white ?paper|preprint)\b|arxiv preprint)[^,;]{0,160}",
    re.IGNORECASE,
)
_VENUE_YEAR = re.compile(
    rf"(?P<venue>.*?[^\s'’`-])(?:\s*['’`-]?\s*(?P<year>{_YEAR})|\s*['’`]\s*(?P<short>\d\d)"
    r"|\s(?P<bare>\d\d))(?P<more>\s+(?:oral|spotlight|poster|workshops?|best paper(?: award)?))?",
    re.IGNORECASE,
)
# What can be the name of a venue if a year follows: "MAPL", "HotChips", "Hot Chips", "CC".
_CAPITAL = r"[A-Z][\w&/+.-]*"
_SHORT_VENUE = re.compile(rf"{_CAPITAL}(?:[\s-](?:{_CAPITAL}|of|on|and|the|in|for|@)){{0,5}}")
_ACRONYM = re.compile(r"[A-Z][A-Za-z&/+-]*[A-Z][A-Za-z&/+-]*")
_SEASON = re.compile(r"(?:spring|summer|fall|autumn|winter|version|part|since|as of)\b", re.I)
_PRAISE = re.compile(
    r"(?:oral|spotlight|poster|best (?:student )?paper(?: award)?|test of time(?: award)?"
    r"|to appear|under review|preprint|accepted)",
    re.IGNORECASE,
)

_ORGANISATION = re.compile(
    r"(?:Google(?: DeepMind)?|DeepMind|Meta|Facebook|Microsoft|Nvidia|OpenAI|Anthropic|Amazon|AWS"
    r"|Apple|Intel|IBM|AMD|ARM|Qualcomm|Xilinx|Cerebras|Graphcore|Alibaba|Baidu|Tencent|Huawei"
    r"|ByteDance|DeepSeek|Mistral(?: AI)?|Cohere|Databricks|Modular|Hugging ?Face|Netflix|Uber"
    r"|Airbnb|LinkedIn|Twitter|Spotify|Pinterest|Samsung|Salesforce|Stanford|MIT|CMU|(?:UC )?"
    r"Berkeley|ETH Z[uü]rich|EPFL|Inria|Oxford|Cambridge|Princeton|Harvard|Tsinghua|Mila)"
    r"(?:\s+(?:Research|Brain|AI|AI Research|Labs?|University|Cloud|Systems))?",
    re.IGNORECASE,
)
_PARTICLE = r"(?:de|del|della|den|der|di|da|dos|du|el|al|bin|ibn|la|le|van|von|ter|y)"
_WORD = r"[^\W\d_a-z][\w'’‑-]*\.?"  # begins with a capital, or is of a script that has none
_NAME = re.compile(rf"{_WORD}(?:\s+(?:{_WORD}|{_PARTICLE}))*\s+{_WORD}\d?")
_SURNAME = re.compile(rf"(?:{_PARTICLE}\s+)?{_WORD}(?:\s{_WORD})?")
_INITIAL = r"[^\W\d_a-z]\."
_INITIALS = re.compile(rf"(?:{_INITIAL}[\s-]?)+|[A-Z]{{1,2}}")
_INITIALLED = re.compile(
    rf"(?:{_INITIAL}[\s-]?)+(?:{_PARTICLE}\s+)*{_WORD}(?:\s+{_WORD})?"
    rf"|{_WORD}(?:\s{_WORD})?\s+(?:{_INITIAL}[\s-]?)+"
)
_ET_AL = re.compile(
    r"(?P<authors>.*?\bet\.?\s*al\b\.?|[一-鿿]{2,4}?等人?)(?P<rest>.*)", re.IGNORECASE
)
_METHOD = re.compile(r"(?!Mc|Mac|De|Di|La|Le|Van|Fitz|O['’])\w*[a-z\d][A-Z]\w*|\w*\d\w*")
_CONJUNCTION = re.compile(r"^(?:and|&)\s+")
_WORD_OR_DIGIT = re.compile(r"\w")
_DIGIT = re.compile(r"\d")
_BEFORE_CITATION = re.compile(r"[,;.(\[（【|]|\s[–—-]+\s|\sby\s")
_AND = re.compile(r"\s*(?:\band\b|&)\s*")

_LABEL = re.compile(
    r"(?:authors?|by|venue|conference|journal|published(?: in| at)?|publication|year|date|from|in"
    r"|appear(?:s|ed) (?:in|at)|presented at)\s*:\s*",
    re.IGNORECASE,
)
_BY = re.compile(r"(?:written |authored )?by\s+", re.IGNORECASE)
_INTRODUCTION = re.compile(r"(?:published |appeared |presented )?(?:in|at|from)\s+", re.IGNORECASE)
# Between the parts of a citation; a period only where it ends no initial and no abbreviation.
_SEPARATOR = re.compile(
    r"\s*(?:[,;()\[\]（）【】，、：:|·`]|\s[–—-]+\s|(?<=[^\W\d_]{3})\.(?=\s|$)|(?<=\d)\.(?=\s|$))\s*"
)
_EDGES = " \t\n,;:.|·–—-`，。；："


@dataclass
class _Segment:
    start: int
    end: int
    text: str
    kind: str = ""  # author, organisation, name, venue, year, praise
    venue: str | None = None
    year: int | None = None
    is_strong: bool = False


@lru_cache(maxsize=4096)
def read_citation(text: str) -> Citation | None:
    """The citation that the whole of ``text`` is, or None where any of it is something else."""
    text = text.lstrip(_EDGES).rstrip(_EDGES.replace(".", ""))
    if not text or len(text) > MAX_LENGTH or not _WORD_OR_DIGIT.search(text):
        return None
    label = _LABEL.match(text)
    by = _BY.match(text)
    introduction = by or label or _INTRODUCTION.match(text)
    start = introduction.end() if introduction else 0
    if label and label.group().lower().startswith("author"):
        return Citation(authors=text[start:].strip(_EDGES) or None)
    segments = list(_segments(text, start))
    for segment in segments:
        _classify(segment, names_author=by is not None or len(segments) > 1)
        if not segment.kind:
            return None
    if not segments:
        return None
    # "MLSys (Machine Learning and Systems)" names nobody; a year or a "by" says that names do.
    is_dated = any(segment.year for segment in segments)
    strong = [segment for segment in segments if segment.is_strong]
    weak = [segment for segment in segments if segment.kind == "author" and not segment.is_strong]
    if by is None and (not strong or (weak and not is_dated and not _any_author(strong))):
        return None
    return _citation(text, segments)


def trailing_citation(text: str) -> tuple[str, Citation | None]:
    """The words before a citation at the end of ``text``, and the citation if there is one.

    The longest end that is one is taken, which needs more than a bare number to be one:
    "Attention Is All You Need, Vaswani et al., NeurIPS 2017".
    """
    whole = text.strip()
    if len(whole) > MAX_LENGTH:
        return whole, None
    for match in list(_BEFORE_CITATION.finditer(whole))[:24]:
        before = whole[: match.start()].rstrip(_EDGES)
        end = whole[match.start() :]
        is_bracketed = match.group() in "([（【"
        if match.group() == "." and not end.startswith(". "):
            continue
        if match.group().strip() != "by":
            end = end[len(match.group()) :]
        citation = read_citation(end)
        if match.group().strip() == "by" and citation and not _is_sure(citation):
            continue  # "Learning by Doing"
        # "RFC 2018" at the end of a title is no citation, "(2018)" is.
        if before and citation and (is_bracketed or citation.authors or citation.venue):
            return before, citation
    return whole, None


def _is_sure(citation: Citation) -> bool:
    """Whether more than capitals say that it is a citation."""
    return bool(citation.year or citation.venue or "." in (citation.authors or ""))


def leading_citation(text: str) -> tuple[Citation | None, str]:
    """The citation at the beginning of ``text``, if there is one, and the words after it."""
    whole = text.strip()
    citation = read_citation(whole)
    if citation or len(whole) > 4 * MAX_LENGTH:
        return citation, "" if citation else whole
    boundaries = list(re.finditer(r"\s[–—-]+\s|[.:;|]\s|[)）】\]]\s*[-–—:.,]?|\n", whole))[:6]
    for match in reversed(boundaries):
        citation = read_citation(whole[: match.end()])
        if citation:
            return citation, whole[match.end() :].lstrip(_EDGES)
    return None, whole


def read_names(text: str) -> Citation | None:
    """Authors where nothing but their names is written: at least two, in full."""
    names = [name for name in re.split(r"\s*(?:,|;|&|\band\b)\s*", text.strip(_EDGES)) if name]
    if len(names) < 2 or len(text) > MAX_LENGTH or not all(map(_NAME.fullmatch, names)):
        return None
    return Citation(authors=text.strip(_EDGES))


def is_labelled(text: str) -> bool:
    """Whether ``text`` says itself what it is: "Authors: ...", "Venue: ..."."""
    return _LABEL.match(text.strip()) is not None


def is_organisation(text: str) -> bool:
    """Whether ``text`` names a company or a school."""
    return _ORGANISATION.fullmatch(text.strip()) is not None


def _segments(text: str, start: int) -> Iterator[_Segment]:
    for match in [*_SEPARATOR.finditer(text, start), None]:
        end = match.start() if match else len(text)
        words = text[start:end].strip(_EDGES.replace(".", ""))
        if words.strip(_EDGES):
            begin = text.index(words, start)
            yield _Segment(begin, begin + len(words), words)
        if match is None:
            return
        start = match.end()


def _classify(segment: _Segment, *, names_author: bool) -> None:
    """Say what the segment is, if it is anything of a citation."""
    text = _CONJUNCTION.sub("", segment.text)
    segment.start += len(segment.text) - len(text)
    segment.text = text
    for classify in (_as_year, _as_et_al, _as_organisation, _as_venue, _as_authors):
        if classify(segment):
            return
    if _PRAISE.fullmatch(text):
        segment.kind, segment.venue = "praise", text
    elif (
        names_author
        and (_NAME.fullmatch(text) or _SURNAME.fullmatch(text))
        and (
            # "(ELUS)" and "(ResNet)" are what a method is called
            (not text.isupper() or len(text) < 3) and not _METHOD.fullmatch(text)
        )
    ):
        segment.kind = "author"


def _as_year(segment: _Segment) -> bool:
    match = _DATE.fullmatch(segment.text.rstrip("."))
    if match is None:
        return False
    segment.year = _year(match["year"] or match["iso"] or match["short"])
    segment.kind, segment.is_strong = "year", True
    return True


def _as_et_al(segment: _Segment) -> bool:
    if "等" not in segment.text and "al" not in segment.text.lower():
        return False
    match = _ET_AL.fullmatch(segment.text)
    if match is None or len(match["authors"].split()) > 9:
        return False
    rest = _Segment(0, 0, match["rest"].strip(_EDGES))
    if rest.text and not (_as_year(rest) or _as_venue(rest)):
        return False
    segment.end = segment.start + len(match["authors"])
    segment.venue, segment.year = rest.venue, rest.year
    segment.kind = "author"
    segment.is_strong = "等" not in segment.text or segment.year is not None
    return True


def _as_organisation(segment: _Segment) -> bool:
    match = _venue_and_year(segment.text)
    name = match["venue"] if match and match["year"] else segment.text
    if not is_organisation(name):
        return False
    if match and match["year"]:
        segment.year = _year(match["year"])
        segment.end = segment.start + len(name)
    segment.kind, segment.is_strong = "author", True
    return True


def _as_venue(segment: _Segment) -> bool:
    match = _venue_and_year(segment.text)
    name = match["venue"].strip(_EDGES) if match else segment.text
    introduction = _INTRODUCTION.match(name)
    name = name[introduction.end() :] if introduction else name
    is_known = _is_venue(name)
    if match and not _SEASON.match(name):
        is_short = _SHORT_VENUE.fullmatch(name) is not None and len(name) <= 60
        if match["bare"]:
            is_short = _ACRONYM.fullmatch(name) is not None
        if is_known or is_short:
            segment.venue = f"{name}{match['more'] or ''}"
            segment.year = _year(match["year"] or match["short"] or match["bare"])
            segment.kind, segment.is_strong = "venue", True
            return True
    if is_known if name == segment.text else _is_venue(segment.text):
        segment.kind, segment.venue, segment.is_strong = "venue", name, True
        return True
    return False


def _venue_and_year(text: str) -> re.Match[str] | None:
    return _VENUE_YEAR.fullmatch(text) if _DIGIT.search(text) else None


def _is_venue(name: str) -> bool:
    return _is_known(name) or _LONG_VENUE.fullmatch(name) is not None


def _is_known(name: str) -> bool:
    """Whether it is a venue by its name, with a capital: "date" and "science" are none."""
    is_capital = name[:1].isupper() or name.lower().startswith("arxiv")
    return is_capital and _KNOWN_VENUE.fullmatch(name) is not None


def _any_author(segments: list[_Segment]) -> bool:
    return any(segment.kind == "author" for segment in segments)


def _as_authors(segment: _Segment) -> bool:
    names = [name for name in _AND.split(segment.text) if name]
    if not names:
        return False
    initialled = sum(_INITIALLED.fullmatch(name) is not None for name in names)
    if _INITIALS.fullmatch(segment.text) and "." in segment.text:
        segment.kind, segment.is_strong = "author", True
        return True
    if initialled and all(
        _INITIALLED.fullmatch(name) or _INITIALS.fullmatch(name) or _SURNAME.fullmatch(name)
        or _NAME.fullmatch(name)
        for name in names
    ):  # fmt: skip
        segment.kind, segment.is_strong = "author", True
        return True
    if len(names) > 1 and all(
        _NAME.fullmatch(name) or _SURNAME.fullmatch(name) or _INITIALS.fullmatch(name)
        for name in names
    ):
        # "K. & Muchnick": the second half of one name and the first of another.
        segment.kind = "author"
        segment.is_strong = any("." in name for name in names)
        return True
    return False


def _citation(text: str, segments: list[_Segment]) -> Citation:
    authors = [segment for segment in segments if segment.kind == "author"]
    venues = [segment.venue for segment in segments if segment.venue]
    written = None
    if authors:
        first, last = segments.index(authors[0]), segments.index(authors[-1])
        if all(segment.kind == "author" for segment in segments[first:last]):
            written = text[authors[0].start : authors[-1].end]
        else:
            written = ", ".join(text[one.start : one.end] for one in authors)
        written += ")" * (written.count("(") - written.count(")"))
    return Citation(
        authors=written,
        venue=", ".join(dict.fromkeys(venues)) or None,
        year=next((segment.year for segment in segments if segment.year), None),
    )


def _year(written: str) -> int:
    year = int(written)
    if year >= 100:
        return year
    return 2000 + year if year <= LAST_YEAR - 2000 else 1900 + year
