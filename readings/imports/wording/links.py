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
_ANY_ROLE = re.compile(
    rf"\W*(?:the\s+)?(?:{'|'.join(_ROLE_WORDS.values())})\W*(?:\d{{1,2}}\W*)?", re.IGNORECASE
)
_NAMED_ROLES = ("notes", "slides", "video", "code", "pdf", "thesis")
_ENDS_IN_ROLE = {
    role: re.compile(rf"[\s:(\[–-]+(?:{_ROLE_WORDS[role]})[\s)\]]*$", re.IGNORECASE)
    for role in _NAMED_ROLES
}
_BEGINS_WITH_ROLE = {
    role: re.compile(rf"^(?:{_ROLE_WORDS[role]})(?:\s*:\s*|\s+(?:for|on|of|–|-)\s+)", re.IGNORECASE)
    for role in _NAMED_ROLES
}
# All of these at once: most words say no role.
_NAMED_WORDS = "|".join(_ROLE_WORDS[role] for role in _NAMED_ROLES)
_ENDS_IN_ANY = re.compile(rf"[\s:(\[–-](?:{_NAMED_WORDS})[\s)\]]*$", re.IGNORECASE)
_BEGINS_WITH_ANY = re.compile(rf"(?:{_NAMED_WORDS})[\s:]", re.IGNORECASE)

_SITES = {
    site: role
    for role, sites in {
        "video": "youtube.com youtu.be vimeo.com bilibili.com ted.com videolectures.net",
        "code": "github.com gitlab.com gist.github.com gitee.com bitbucket.org kaggle.com"
        " colab.research.google.com sourceforge.net",
        "paper": "openreview.net usenix.org aclanthology.org aclweb.org proceedings.mlr.press"
        " proceedings.neurips.cc papers.nips.cc proceedings.mlsys.org openaccess.thecvf.com"
        " cv-foundation.org semanticscholar.org acm.org ieeexplore.ieee.org ieee.org jmlr.org"
        " nature.com sciencedirect.com link.springer.com biorxiv.org medrxiv.org pnas.org"
        " journals.plos.org iopscience.iop.org dblp.org hal.science vldb.org isca-speech.org",
        "post": "medium.com substack.com zhihu.com csdn.net cnblogs.com jianshu.com juejin.cn"
        " mp.weixin.qq.com towardsdatascience.com dev.to wordpress.com blogspot.com"
        " netflixtechblog.com distill.pub infoq.com qiita.com",
        "forum": "piazza.com reddit.com news.ycombinator.com stackoverflow.com stackexchange.com"
        " groups.google.com discord.gg discord.com quora.com",
        "slides": "slideshare.net speakerdeck.com",
        "docs": "readthedocs.io readthedocs.org docs.rs",
        "course": "coursera.org edx.org udacity.com ocw.mit.edu course.fast.ai udemy.com",
        "book": "goodreads.com oreilly.com manning.com amazon.com",
    }.items()
    for site in sites.split()
}
_ENDINGS = {
    ".pdf": "pdf",
    ".pptx": "slides",
    ".ppt": "slides",
    ".key": "slides",
    ".mp4": "video",
    ".ipynb": "code",
}
# What a path or a host says where the site is not known.
_PATH_ROLES = (
    ("forum", re.compile(r"/(?:issues|pull|discussions)/\d+")),
    ("forum", re.compile(r"^(?:discuss|discourse|forum)s?\.|\.discourse\.|/forums?/")),
    ("paper", re.compile(r"/(?:pubs?|publications?)/\w")),
    ("docs", re.compile(r"^docs?\.(?!google\.)|/(?:docs?|documentation|manual)(?:/|\.html|$)")),
    ("post", re.compile(r"blog|/posts?/|/20\d\d/\d\d?/")),
    ("course", re.compile(r"/(?:course|class)(?:es)?/|^cs\d{2,3}\w?\.")),
    ("slides", re.compile(r"/slides?/")),
    ("video", re.compile(r"/videos?/")),
)
_THESIS = re.compile(r"(?:^|[/_.-])(?:\w*thesis|dissertation)(?:[/_.-]|$)")
_NOT_ALNUM = re.compile(r"[\W_]+")

# Reading lists say more, in more languages, and more often beside a link than in it.
_LISTED_WORDS = {
    "notes": r"reading notes|lecture notes|annotations?|my notes|笔记|总结",
    "slides": r"slide deck|slide set|poster|keynote|lecture slides|幻灯片|课件|スライド",
    "video": r"videos|talks?|yt|lecture video|webinar|podcast|bilibili|录像|视频|讲解视频|動画",
    "code": r"codes|source(?: code)?|official code|repos|repositories|github(?: repo)?"
    r"|colab|notebook|demo code|gitlab|代码|源码|项目|コード",
    "pdf": r"preprint|pdfs",
    "paper": r"papers|full paper|paper link|publication|article link|openreview|neurips|icml|iclr"
    r"|acl|cvpr|journal|论文|原文|論文|논문",
    "post": r"blogs|blog article|blog post|medium|zhihu|知乎|csdn|博客|文章|解读|write-?up"
    r"|explainer|medium post|summary post|column|ブログ",
    "thesis": r"(?:ph\.?\s?d\.?|doctoral|master(?:['’]?s)?|m\.?sc\.?|m\.?tech|bachelor(?:['’]?s)?)"
    r"\s+(?:thesis|dissertation)|博士论文|硕士论文",
    "docs": r"(?:dev(?:eloper)?|user|programming|api)?\s*(?:docs?|guides?|reference)|tutorials?"
    r"|readme|spec(?:ification)?|wiki|(?:对应的)?(?:官方)?文档|教程",
    "course": r"courses?|class|course (?:web)?(?:site|page|home ?page|resources|materials)|课程"
    r"|syllabus",
    "book": r"books|textbook|e-?book|书|书籍",
    "forum": r"diss?cuss?(?:ions?)?|forum post|reddit|hacker ?news|hn|issues?|rfc|discourse|讨论",
}
# They say that there is a link, and not to what.
_GENERIC = (
    r"links?|urls?|here|web(?:\s?(?:site|page))?|(?:project|home|author|official|lab)?\s?"
    r"(?:home ?)?(?:page|website|site)|project|demo|data(?:set)?s?|models?|weights?|checkpoints?"
    r"|leaderboard|bibtex|bib|tweet|twitter|x|thread|pr|pull request|html|abs|more|source"
    r"|supp(?:lement(?:ary)?)?|appendix|hugging ?face|hf|链接|网页|主页|官网|リンク"
)
_QUALIFIED = r"\W*(?:(?:the|official|original|full|my|our|related|extended|short|long|old|new)\s+)*"
_ONLY_LISTED = {
    role: re.compile(
        rf"{_QUALIFIED}(?:{_ROLE_WORDS.get(role, words)}|{words})\W*(?:\d{{1,2}}\W*)?",
        re.IGNORECASE,
    )
    for role, words in _LISTED_WORDS.items()
}
_ONLY_GENERIC = re.compile(rf"{_QUALIFIED}(?:{_GENERIC})\W*(?:\d{{1,2}}\W*)?", re.IGNORECASE)
_ANY_LISTED = re.compile(
    rf"{_QUALIFIED}(?:{'|'.join([_GENERIC, *_ROLE_WORDS.values(), *_LISTED_WORDS.values()])})"
    r"\W*(?:\d{1,2}\W*)?",
    re.IGNORECASE,
)
_HEADING_ROLES = (
    ("course", re.compile(r"\b(?:courses?|classes|moocs?)\b|课程", re.IGNORECASE)),
    ("book", re.compile(r"\b(?:text)?books?\b|书", re.IGNORECASE)),
    ("video", re.compile(r"\b(?:videos?|talks?|podcasts?)\b|视频", re.IGNORECASE)),
    ("post", re.compile(r"\b(?:blogs?|posts?|articles?)\b|博客", re.IGNORECASE)),
    ("docs", re.compile(r"\b(?:tutorials?|documentation|docs|guides?)\b|教程", re.IGNORECASE)),
    ("code", re.compile(r"\b(?:code|repositor(?:y|ies)|libraries|frameworks)\b", re.IGNORECASE)),
    ("forum", re.compile(r"\b(?:forums?|communit(?:y|ies)|discussions?)\b", re.IGNORECASE)),
    ("thesis", re.compile(r"\b(?:theses|thesis|dissertations?)\b", re.IGNORECASE)),
    ("paper", re.compile(r"\b(?:papers?|publications?)\b|论文", re.IGNORECASE)),
)

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
    if not (
        _ANY_ROLE.fullmatch(label) or _ENDS_IN_ANY.search(label) or _BEGINS_WITH_ANY.match(label)
    ):
        return None
    for role, pattern in _ONLY_ROLE.items():
        if pattern.fullmatch(label):
            return role
    for role in _NAMED_ROLES:
        if _ENDS_IN_ROLE[role].search(label) or _BEGINS_WITH_ROLE[role].search(label):
            return role
    return None


def listed_role_of(label: str, url: str, *, otherwise: str = "other") -> str:
    """The role of a link of a reading list, where "[link]" may be anything its address says."""
    said = listed_role_said(label)
    identifier = parse_identifier(url)
    if identifier is not None and identifier.kind is not IdentifierKind.URL:
        return said if said and said in COMPANIONS and is_listed_role(label) else "paper"
    by_address = _role_of_address(url)
    if said == "pdf" and by_address == "thesis":
        return by_address
    return said or by_address or otherwise


@lru_cache(maxsize=4096)
def listed_role_said(label: str) -> str | None:
    """The role that the words of a link or beside it say, of those that say one."""
    if is_listed_role(label):
        if _ONLY_GENERIC.fullmatch(label):
            return None
        return next(role for role, pattern in _ONLY_LISTED.items() if pattern.fullmatch(label))
    # "Compiler for Expressing Fast and Portable Code" is a title.
    return role_said(label) if len(label.split()) <= 5 else None


@lru_cache(maxsize=4096)
def is_listed_role(label: str) -> bool:
    """Whether words say only what a link is, as "[web]", "phd thesis" and "dev guide" do."""
    return _ANY_LISTED.fullmatch(label) is not None


@lru_cache(maxsize=1024)
def role_of_heading(heading: str) -> str | None:
    """What the links under a heading are where nothing else tells: "Courses", "Blogs".

    "Video Lectures / Tutorials / Blogs" tells nothing, which is ``other``.
    """
    roles = [role for role, said in _HEADING_ROLES if said.search(heading)]
    return roles[0] if len(roles) == 1 else ("other" if roles else None)


@lru_cache(maxsize=1024)
def is_only_role(label: str) -> bool:
    """Whether the words of a link say nothing but its role, as "[pdf]" does."""
    return not label.strip("[]() ") or _ANY_ROLE.fullmatch(label) is not None


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


@lru_cache(maxsize=1024)
def _role_of_address(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    path = parts.path.lower()
    if host == "docs.google.com" and path.startswith("/presentation"):
        return "slides"
    if _THESIS.search(path):
        return "thesis"
    for ending, role in _ENDINGS.items():
        if path.endswith(ending):
            return role
    address = f"{host}{path}"
    role_of_path = next((role for role, said in _PATH_ROLES if said.search(address)), None)
    if role_of_path == "forum":
        return role_of_path
    site = host
    while "." in site:
        if site in _SITES:
            return _SITES[site]
        site = site.partition(".")[2]
    return role_of_path
