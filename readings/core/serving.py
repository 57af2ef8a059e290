"""Stored files over HTTP: conditional requests and byte ranges, on every storage."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from django.core.files.storage import default_storage
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    StreamingHttpResponse,
)
from django.utils.http import content_disposition_header, parse_etags

CHUNK: Final = 256 * 1024
_RANGE: Final = re.compile(r"bytes=(?=\d|-\d)(\d*)-(\d*)\s*$")


def serve_stored_file(
    request: HttpRequest,
    *,
    name: str,
    etag: str,
    content_type: str,
    filename: str,
    as_attachment: bool,
) -> HttpResponseBase:
    """The stored file ``name``, or 206 a part of it, 304, 416; ``Http404`` where it is gone.

    ``etag`` identifies the content (a hash).  One range a request is served; several are answered
    with the whole file, as RFC 9110, section 14.2, allows.
    """
    quoted = f'"{etag}"'
    if quoted in parse_etags(request.headers.get("If-None-Match", "")):
        return _labelled(HttpResponseNotModified(), quoted)
    try:
        size = default_storage.size(name)
    except OSError as problem:
        raise Http404("This file is no longer in the storage.") from problem
    wanted = _wanted_range(request, quoted)
    span = _span(wanted, size)
    if span is None:
        refusal = HttpResponse(status=416)
        refusal["Content-Range"] = f"bytes */{size}"
        return _labelled(refusal, quoted)
    first, last = span
    response = StreamingHttpResponse(
        _chunks(name, first, last - first + 1),
        status=206 if wanted else 200,
        content_type=content_type,
    )
    response["Content-Length"] = str(last - first + 1)
    if wanted:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    disposition = content_disposition_header(as_attachment, filename)
    if disposition:
        response["Content-Disposition"] = disposition
    return _labelled(response, quoted)


def _labelled(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    response["ETag"] = etag
    response["Accept-Ranges"] = "bytes"
    # Ask every time, and mostly hear 304: what may be seen, and which version, can change.
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _wanted_range(request: HttpRequest, etag: str) -> re.Match[str] | None:
    """The range asked for; None where there is none, or none that counts."""
    if request.headers.get("If-Range", etag) != etag:
        return None  # the part would belong to another file than the one the reader has begun
    found = _RANGE.match(request.headers.get("Range", ""))
    if found is None:
        return None
    start, end = found.groups()
    return None if start and end and int(end) < int(start) else found


def _span(wanted: re.Match[str] | None, size: int) -> tuple[int, int] | None:
    """First and last byte to send; None: the range lies outside the file."""
    if wanted is None:
        return 0, size - 1
    start, end = wanted.groups()
    if not start:  # the last so many bytes
        length = min(int(end), size)
        return (size - length, size - 1) if length else None
    first = int(start)
    return (first, min(int(end), size - 1) if end else size - 1) if first < size else None


def _chunks(name: str, first: int, length: int) -> Iterator[bytes]:
    # Opened when the first byte is wanted, so that a reader who has gone leaves nothing open.
    with default_storage.open(name, "rb") as file:
        file.seek(first)
        while length > 0:
            chunk = file.read(min(CHUNK, length))
            if not chunk:
                return
            length -= len(chunk)
            yield chunk
