"""Where pasted addresses lead, and what is fetched from there: over real HTTP on loopback."""

from __future__ import annotations

from typing import Any

import pytest

from readings.core.http import NotModified
from readings.imports import remote
from readings.imports.remote import READMES, CannotFetch, candidates, fetch_document
from tests.imports.hosts import Host

RAW = "https://raw.githubusercontent.com/ann/course"


def first(url: str) -> tuple[str, str]:
    found = candidates(url)[0]
    return found.url, found.base_url


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/ann/course",
        "https://github.com/ann/course/",
        "https://github.com/ann/course.git",
        "http://www.github.com/ann/course#readme",
        "github.com/ann/course",
        " <https://github.com/ann/course?tab=readme-ov-file> ",
    ],
)
def test_a_repository_is_its_readme(url: str) -> None:
    found = candidates(url)

    assert [one.url for one in found] == [f"{RAW}/HEAD/{name}" for name in READMES]
    assert {one.base_url for one in found} == {"https://github.com/ann/course/blob/HEAD/"}
    assert all(one.is_file for one in found)


@pytest.mark.parametrize(
    ("url", "raw", "base"),
    [
        (
            "https://github.com/ann/course/blob/main/docs/plan.md?plain=1#L3",
            f"{RAW}/main/docs/plan.md",
            "https://github.com/ann/course/blob/main/docs/",
        ),
        (
            "https://github.com/ann/course/tree/main/docs",
            f"{RAW}/main/docs/README.md",
            "https://github.com/ann/course/blob/main/docs/",
        ),
        (
            "https://github.com/ann/course/raw/v1/a%20b.md",
            f"{RAW}/v1/a%20b.md",
            "https://github.com/ann/course/blob/v1/",
        ),
        (
            f"{RAW}/main/README.md",
            f"{RAW}/main/README.md",
            "https://github.com/ann/course/blob/main/",
        ),
        (
            "https://github.com/ann/course/wiki/Reading-list",
            "https://raw.githubusercontent.com/wiki/ann/course/Reading-list.md",
            "https://github.com/ann/course/wiki/",
        ),
        (
            "https://gist.github.com/ann/0123abc#file-list-md",
            "https://gist.github.com/ann/0123abc/raw",
            "https://gist.github.com/ann/0123abc/",
        ),
        (
            "https://gitlab.com/group/sub/course",
            "https://gitlab.com/group/sub/course/-/raw/HEAD/README.md",
            "https://gitlab.com/group/sub/course/-/blob/HEAD/",
        ),
        (
            "https://git.example.edu/ann/course/-/blob/main/plan.md?ref_type=heads",
            "https://git.example.edu/ann/course/-/raw/main/plan.md",
            "https://git.example.edu/ann/course/-/blob/main/",
        ),
        (
            "https://codeberg.org/ann/course",
            "https://codeberg.org/api/v1/repos/ann/course/raw/README.md",
            "https://codeberg.org/ann/course/src/branch/HEAD/",
        ),
        (
            "https://git.example.edu/ann/course/src/branch/main/docs/plan.md",
            "https://git.example.edu/ann/course/raw/branch/main/docs/plan.md",
            "https://git.example.edu/ann/course/src/branch/main/docs/",
        ),
        (
            "https://bitbucket.org/ann/course/src/main/README.md",
            "https://bitbucket.org/ann/course/raw/main/README.md",
            "https://bitbucket.org/ann/course/src/main/",
        ),
        (
            "https://www.example.edu/seminar/schedule.html?year=2025#top",
            "https://www.example.edu/seminar/schedule.html?year=2025",
            "https://www.example.edu/seminar/",
        ),
    ],
)
def test_the_page_of_a_file_is_the_file(url: str, raw: str, base: str) -> None:
    assert first(url) == (raw, base)


@pytest.mark.parametrize(
    "url",
    ["", "README.md is here", "ftp://example.org/a", "javascript:alert(1)", "https://", "https://[",
     "https://example.org:port/", "https://github.com/a b"],
)  # fmt: skip
def test_what_is_no_address_is_said_to_be_none(url: str) -> None:
    with pytest.raises(CannotFetch, match="no web address"):
        candidates(url)


@pytest.mark.parametrize(
    "url",
    ["https://github.com", "https://github.com/ann", "https://github.com/ann/course/issues/3",
     "https://gitlab.com/group/course/-/issues", "https://codeberg.org/explore/repos/x",
     "https://bitbucket.org/ann", "https://gist.github.com/"],
)  # fmt: skip
def test_other_pages_of_a_host_are_taken_as_they_are(url: str) -> None:
    (found,) = candidates(url)
    assert found.url == url


# --- Fetching -----------------------------------------------------------------------------------


def test_a_file_is_fetched_with_its_name_and_folder(host: Host) -> None:
    host.says("/ann/course/raw/branch/main/plan.md", b"# Plan", ETag='"1"')

    found = fetch_document(f"{host.origin}/ann/course/src/branch/main/plan.md")

    assert (found.body, found.filename, found.etag) == (b"# Plan", "plan.md", '"1"')
    assert found.base_url == f"{host.origin}/ann/course/src/branch/main/"


def test_readmes_are_tried_one_after_another(host: Host) -> None:
    host.says("/ann/course/raw/branch/main/readme.md", b"hello")

    found = fetch_document(f"{host.origin}/ann/course/src/branch/main")

    assert found.body == b"hello"
    assert [path.rpartition("/")[2] for path in host.asked] == ["README.md", "readme.md"]


def test_no_readme_is_said_once(host: Host) -> None:
    with pytest.raises(CannotFetch, match="There is no README at this address"):
        fetch_document(f"{host.origin}/ann/course/src/branch/main")


def test_a_file_that_is_not_there_is_said(host: Host) -> None:
    with pytest.raises(CannotFetch, match=r"nothing at this address \(HTTP 404\)\. Is it public"):
        fetch_document(f"{host.origin}/absent.md")


def test_a_page_to_sign_in_is_no_file(host: Host) -> None:
    host.says("/ann/course/raw/branch/main/a.md", b"<!DOCTYPE html><title>Sign in</title>")

    with pytest.raises(CannotFetch, match="a web page instead of the file"):
        fetch_document(f"{host.origin}/ann/course/src/branch/main/a.md")


def test_a_page_elsewhere_is_a_document(host: Host) -> None:
    host.says("/schedule.html", b"<!doctype html><table></table>", Content_Type="text/html")

    assert fetch_document(f"{host.origin}/schedule.html").filename == "schedule.html"


def test_a_redirect_within_the_host_is_followed(host: Host) -> None:
    host.says("/old.md", status=302, Location="/folder/new.md")
    host.says("/folder/new.md", b"moved")

    found = fetch_document(f"{host.origin}/old.md")

    assert (found.body, found.base_url) == (b"moved", f"{host.origin}/folder/")


def test_a_redirect_to_a_private_address_is_refused(host: Host) -> None:
    host.says("/a.md", status=302, Location="https://127.0.0.1:9/secret")

    with pytest.raises(CannotFetch, match=r"127\.0\.0\.1 is not on the public internet\."):
        fetch_document(f"{host.origin}/a.md")


def test_a_private_address_is_refused_unless_it_is_the_own_git_host(
    host: Host, settings: Any
) -> None:
    host.says("/a.md", b"x")
    settings.GIT_HOST = ""

    with pytest.raises(CannotFetch, match="Only https addresses are fetched"):
        fetch_document(f"{host.origin}/a.md")
    with pytest.raises(CannotFetch, match="is not on the public internet"):
        fetch_document("https://localhost/a.md")


def test_too_much_is_cut_off(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "MAX_LENGTH", 1000)
    host.says("/a.md", b"x" * 1001)
    host.says("/endless.md", b"x" * 5000, declared=None)

    for path in ("/a.md", "/endless.md"):
        with pytest.raises(CannotFetch, match="larger than"):
            fetch_document(f"{host.origin}{path}")


def test_a_host_that_does_not_answer_is_given_up(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "TOTAL_SECONDS", 0.2)
    host.hangs("/a.md")

    with pytest.raises(CannotFetch, match="took too long to answer") as refused:
        fetch_document(f"{host.origin}/a.md")
    assert refused.value.passing


def test_what_is_known_is_not_sent_again(host: Host) -> None:
    host.says("/a.md", b"x", ETag='"7"')

    with pytest.raises(NotModified):
        fetch_document(f"{host.origin}/a.md", etag='"7"')
    assert fetch_document(f"{host.origin}/a.md", etag='"6"').body == b"x"
