"""Stored files over HTTP: whole, in parts, or not again."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from readings.core.serving import serve_stored_file

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def name() -> str:
    return default_storage.save("kept.pdf", ContentFile(CONTENT))


def ask(name: str, **headers: str) -> HttpResponseBase:
    return serve_stored_file(
        RequestFactory().get("/", headers=headers),
        name=name,
        etag="abc",
        content_type="application/pdf",
        filename="kept.pdf",
        as_attachment=False,
    )


def body(response: HttpResponseBase) -> bytes:
    assert isinstance(response, StreamingHttpResponse)
    return b"".join(response.streaming_content)  # type: ignore[arg-type]


def test_whole_file(name: str) -> None:
    answer = ask(name)
    assert answer.status_code == 200
    assert answer["Content-Length"] == str(len(CONTENT))
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == 'inline; filename="kept.pdf"'
    assert body(answer) == CONTENT


def test_who_has_it_hears_so(name: str) -> None:
    answer = ask(name, if_none_match='"abc"')
    assert (answer.status_code, answer["ETag"]) == (304, '"abc"')
    assert ask(name, if_none_match='"old"').status_code == 200


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.integers(0, len(CONTENT) + 50), st.integers(0, len(CONTENT) + 50))
def test_any_range_is_that_part_of_the_file(name: str, first: int, last: int) -> None:
    answer = ask(name, range=f"bytes={first}-{last}")
    if last < first:
        assert body(answer) == CONTENT
    elif first >= len(CONTENT):
        assert answer.status_code == 416
        assert answer["Content-Range"] == f"bytes */{len(CONTENT)}"
    else:
        assert answer.status_code == 206
        assert body(answer) == CONTENT[first : last + 1]
        end = min(last, len(CONTENT) - 1)
        assert answer["Content-Range"] == f"bytes {first}-{end}/{len(CONTENT)}"


@pytest.mark.parametrize(
    ("wanted", "part"),
    [("bytes=-10", CONTENT[-10:]), ("bytes=100-", CONTENT[100:]), ("bytes=-99999", CONTENT)],
)
def test_open_ranges(name: str, wanted: str, part: bytes) -> None:
    answer = ask(name, range=wanted)
    assert answer.status_code == 206
    assert body(answer) == part


@pytest.mark.parametrize("odd", ["bytes=0-1,5-6", "items=0-1", "bytes=a-b", "bytes=-", ""])
def test_range_that_is_none_gives_the_whole_file(name: str, odd: str) -> None:
    answer = ask(name, range=odd)
    assert answer.status_code == 200
    assert body(answer) == CONTENT


def test_part_of_another_version_gives_the_whole_of_this_one(name: str) -> None:
    assert ask(name, range="bytes=5-9", if_range='"older"').status_code == 200
    assert ask(name, range="bytes=5-9", if_range='"abc"').status_code == 206


def test_lost_file_is_not_there() -> None:
    with pytest.raises(Http404):
        ask("pdfs/gone.pdf")
