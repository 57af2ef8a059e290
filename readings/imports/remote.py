"""Documents at a public address: where a pasted link leads, and the bytes that are there.

People paste the page they look at: a repository, a file of it, a gist.  What is wanted is the file
itself, which every host has under an address of its own.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urljoin, urlsplit, urlunsplit

from django.conf import settings

from readings.core.http import (
    FetchError,
    NotFound,
    Passing,
    Refused,
    Rejected,
    TooLarge,
    fetch,
    origin_of,
)
from readings.core.refusals import Refusal
from readings.imports.decoding import MAX_LENGTH

MAX_URL_LENGTH = 1000
#: For all addresses that are tried together: a person is waiting.
TOTAL_SECONDS = 20.0
READ_SECONDS = 8.0

#: What hosts show of a repository or a folder, the most frequent first.
READMES = ("README.md", "readme.md", "Readme.md", "README.markdown", "README")

_IS_HTML = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head)\b", re.IGNORECASE)
_HAS_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


class CannotFetch(Refusal):
    """No document could be had at an address; ``passing`` if one may be there later."""

    def __init__(self, message: str, *, passing: bool = False) -> None:
        super().__init__(message)
        self.passing = passing


@dataclass(frozen=True)
class Candidate:
    """An address at which the document may be.

    ``base_url`` is the folder that its relative links are beside, as a person opens it;
    ``is_file`` says that a web page there is a mistake: to sign in, or that it does not exist.
    """

    url: str
    base_url: str
    is_file: bool = True


@dataclass(frozen=True)
class FetchedDocument:
    """A document as it was found at ``url``."""

    body: bytes
    url: str
    base_url: str
    filename: str
    etag: str = ""


def fetch_document(url: str, *, etag: str = "") -> FetchedDocument:
    """The document that ``url``, as a person pasted it, leads to; takes 20 seconds at most.

    ``etag`` is that of the version which is known.  Raises ``CannotFetch``, whose text is a
    sentence, and ``core.http.NotModified``.
    """
    deadline = time.monotonic() + TOTAL_SECONDS
    trusted = origin_of(settings.GIT_HOST) if settings.GIT_HOST else None
    found = candidates(url)
    missing: list[NotFound] = []
    for candidate in found:
        try:
            return _fetched(candidate, deadline=deadline, trusted=trusted, etag=etag)
        except NotFound as problem:
            missing.append(problem)
    raise _nothing_there(found, missing[-1])


def candidates(url: str) -> list[Candidate]:
    """The addresses to try, in this order.  Pure.  Raises ``CannotFetch`` for what is no address.

    Knows GitHub and its gists, GitLab, Gitea and Forgejo (Codeberg), and Bitbucket; any other
    address is the document's own.
    """
    parts = _parsed(url)
    host = parts.netloc.lower().removeprefix("www.")
    steps = [step for step in parts.path.split("/") if step]
    known = _HOSTS.get(host)
    if known:
        parts = parts._replace(scheme="https", netloc=host)
        return known(parts, steps) or [_itself(parts)]
    for read in (_gitlab_file, _gitea_file):
        found = read(parts, steps)
        if found:
            return found
    return [_itself(parts)]


def is_fetchable(url: str) -> bool:
    """Whether an address is of the kind that is fetched: https, or on the operator's own host."""
    return url.startswith("https://") or (
        bool(settings.GIT_HOST) and origin_of(url) == origin_of(settings.GIT_HOST)
    )


def _parsed(url: str) -> SplitResult:
    text = url.strip().strip("<>")
    if not _HAS_SCHEME.match(text) and "." in text.partition("/")[0]:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", text):
        raise CannotFetch("This is no web address: it begins with https://.")
    if len(text) > MAX_URL_LENGTH:
        raise CannotFetch(f"An address has at most {MAX_URL_LENGTH} characters.")
    return parts._replace(fragment="")


def _itself(parts: SplitResult) -> Candidate:
    url = urlunsplit(parts)
    return Candidate(url, urljoin(url, "."), is_file=False)


# --- Hosts ----------------------------------------------------------------------------------------


def _github(_parts: SplitResult, steps: Sequence[str]) -> list[Candidate]:
    if len(steps) < 2:
        return []
    owner, name = steps[0], steps[1].removesuffix(".git")
    page = f"https://github.com/{owner}/{name}"
    raw = f"https://raw.githubusercontent.com/{owner}/{name}"
    if len(steps) == 2:
        return _readmes(f"{raw}/HEAD", f"{page}/blob/HEAD")
    what, place = steps[2], "/".join(steps[3:])
    if what == "tree" and place:
        return _readmes(f"{raw}/{place}", f"{page}/blob/{place}")
    if what in {"blob", "raw", "blame", "edit"} and len(steps) > 4:
        return [_file(f"{raw}/{place}", f"{page}/blob/{place}")]
    if what == "wiki":
        wiki = f"https://raw.githubusercontent.com/wiki/{owner}/{name}/{place or 'Home'}.md"
        return [_file(wiki, f"{page}/wiki/{place or 'Home'}")]
    return []


def _github_raw(parts: SplitResult, steps: Sequence[str]) -> list[Candidate]:
    if len(steps) < 4:
        return []
    owner, name, *place = steps
    page = f"https://github.com/{owner}/{name}/blob/{'/'.join(place)}"
    return [_file(urlunsplit(parts), page)]


def _gist(parts: SplitResult, steps: Sequence[str]) -> list[Candidate]:
    if not steps:
        return []
    if "raw" in steps:
        return [_file(urlunsplit(parts), urlunsplit(parts))]
    # One word is the gist's own id, two are its owner and its id; what follows is a revision.
    page = "https://gist.github.com/" + "/".join(steps[:2])
    return [_file(f"{page}/raw", f"{page}/")]


def _gitlab(parts: SplitResult, steps: Sequence[str]) -> list[Candidate]:
    found = _gitlab_file(parts, steps)
    if found or len(steps) < 2 or "-" in steps:
        return found
    page = _page(parts, [*steps[:-1], steps[-1].removesuffix(".git")])
    return _readmes(f"{page}/-/raw/HEAD", f"{page}/-/blob/HEAD")


def _gitlab_file(parts: SplitResult, steps: Sequence[str]) -> list[Candidate]:
    """``/group/subgroup/name/-/blob/main/README.md``"""
    if "-" not in steps:
        return []
    dash = steps.index("-")
    what, place = "".join(steps[dash + 1 : dash + 2]), "/".join(steps[dash + 2 :])
    page = _page(parts, steps[:dash])
    if dash < 2 or not place:
        return []
    if what == "tree":
        return _readmes(f"{page}/-/raw/{place}", f"{page}/-/blob/{place}")
    if what in {"blob", "raw", "blame", "edit"}:
        return [_file(f"{page}/-/raw/{place}", f"{page}/-/blob/{place}")]
    return []


def _codeberg(parts: SplitResult, steps: Sequence[str]) -> list[Candidate]:
    if len(steps) != 2:
        return _gitea_file(parts, steps)
    owner, name = steps[0], steps[1].removesuffix(".git")
    # The pages of files name their branch; only the API knows which one is shown first.
    return _readmes(
        _page(parts, ["api", "v1", "repos", owner, name, "raw"]),
        _page(parts, [owner, name, "src", "branch", "HEAD"]),
    )


def _gitea_file(parts: SplitResult, steps: Sequence[str]) -> list[Candidate]:
    """``/owner/name/src/branch/main/README.md``; also ``/src/tag/`` and ``/src/commit/``"""
    if len(steps) < 5 or steps[2] not in {"src", "raw"}:
        return []
    if steps[3] not in {"branch", "tag", "commit"}:
        return []
    raw = _page(parts, [*steps[:2], "raw", *steps[3:]])
    page = _page(parts, [*steps[:2], "src", *steps[3:]])
    if len(steps) == 5:
        return _readmes(raw, page)
    return [_file(raw, page)]


def _bitbucket(parts: SplitResult, steps: Sequence[str]) -> list[Candidate]:
    if len(steps) < 2:
        return []
    owner, name = steps[0], steps[1].removesuffix(".git")
    raw, page = _page(parts, [owner, name, "raw"]), _page(parts, [owner, name, "src"])
    if len(steps) == 2 or (len(steps) == 4 and steps[2] == "src"):
        branch = steps[3] if len(steps) == 4 else "HEAD"
        return _readmes(f"{raw}/{branch}", f"{page}/{branch}")
    if steps[2] in {"src", "raw"} and len(steps) > 4:
        place = "/".join(steps[3:])
        return [_file(f"{raw}/{place}", f"{page}/{place}")]
    return []


_HOSTS: dict[str, Callable[[SplitResult, Sequence[str]], list[Candidate]]] = {
    "github.com": _github,
    "raw.githubusercontent.com": _github_raw,
    "gist.github.com": _gist,
    "gist.githubusercontent.com": _gist,
    "gitlab.com": _gitlab,
    "codeberg.org": _codeberg,
    "bitbucket.org": _bitbucket,
}


def _page(parts: SplitResult, steps: Sequence[str]) -> str:
    return urlunsplit((parts.scheme, parts.netloc, "/" + "/".join(steps), "", ""))


def _file(raw: str, page: str) -> Candidate:
    return Candidate(raw, urljoin(page, "."))


def _readmes(raw_folder: str, page_folder: str) -> list[Candidate]:
    return [Candidate(f"{raw_folder}/{name}", f"{page_folder}/") for name in READMES]


# --- Fetching -------------------------------------------------------------------------------------


def _fetched(
    candidate: Candidate, *, deadline: float, trusted: str | None, etag: str
) -> FetchedDocument:
    """What is at one candidate; lets ``NotFound`` and ``NotModified`` through."""
    body = io.BytesIO()
    try:
        fetched = fetch(
            candidate.url,
            into=body,
            max_bytes=MAX_LENGTH,
            total_seconds=max(0.0, deadline - time.monotonic()),
            read_seconds=READ_SECONDS,
            trusted_origin=trusted,
            accept="text/markdown, text/plain, text/*;q=0.9, */*;q=0.5",
            etag=etag,
        )
    except (Refused, TooLarge, Passing) as problem:
        raise CannotFetch(_sentence(problem), passing=isinstance(problem, Passing)) from problem
    except Rejected as problem:
        if isinstance(problem, NotFound):
            raise
        raise CannotFetch(
            f"{_sentence(problem)} Only what anybody may read can be fetched."
        ) from problem
    host = urlsplit(fetched.url).hostname
    if candidate.is_file and _is_page(fetched.content_type, body.getvalue()):
        raise CannotFetch(
            f"{host} answered with a web page instead of the file. Only what anybody may read"
            " without signing in can be fetched."
        )
    moved = not candidate.is_file and fetched.url != candidate.url
    return FetchedDocument(
        body=body.getvalue(),
        url=fetched.url,
        base_url=urljoin(fetched.url, ".") if moved else candidate.base_url,
        filename=_filename(fetched.url),
        etag=fetched.etag[:200],
    )


def _is_page(content_type: str, body: bytes) -> bool:
    return "html" in content_type.lower() or _IS_HTML.match(body[:1000]) is not None


def _filename(url: str) -> str:
    """``README.md`` at the end of an address; empty where it ends in no name."""
    name = unquote(urlsplit(url).path.rpartition("/")[2])
    return name[:200] if "." in name else ""


def _nothing_there(tried: Sequence[Candidate], problem: FetchError) -> CannotFetch:
    if len(tried) == 1:
        return CannotFetch(f"{_sentence(problem)} Is it public, and spelt like that?")
    host = urlsplit(tried[0].url).hostname
    return CannotFetch(
        f"There is no README at this address that anybody may read ({host} was asked)."
        " Is it public, and spelt like that?"
    )


def _sentence(problem: FetchError) -> str:
    words = str(problem)
    # Names of hosts are not capitalised.
    begins_with_host = "." in words.partition(" ")[0]
    return f"{words if begins_with_host else words[:1].upper() + words[1:]}."
