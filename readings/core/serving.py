"""Stored files over HTTP: conditional requests and byte ranges, on every storage."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Final

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
_RANGE: Final = re.compile(r"bytes=(\d*)-(\d*)\s*$")


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
        file = default_storage.open(name, "rb")
        size = file.size
    except OSError as problem:
        raise Http404("This file is no longer in the storage.") from problem
    wanted = request.headers.get("Range", "")
    if wanted and request.headers.get("If-Range", quoted) != quoted:
        wanted = ""  # the part would belong to another file than the one the reader has begun
    span = _span(wanted, size)
    if span is None:
        file.close()
        refusal = HttpResponse(status=416)
        refusal["Content-Range"] = f"bytes */{size}"
        return _labelled(refusal, quoted)
    first, last = span
    is_part = bool(wanted) and _RANGE.match(wanted) is not None
    response = StreamingHttpResponse(
        _chunks(file, first, last - first + 1),
        status=206 if is_part else 200,
        content_type=content_type,
    )
    response["Content-Length"] = str(last - first + 1)
    if is_part:
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


def _span(wanted: str, size: int) -> tuple[int, int] | None:
    """First and last byte to send; None: the range lies outside the file."""
    match = _RANGE.match(wanted)
    if match is None or match.group(0).startswith("bytes=-") and not match.group(2):
        return 0, size - 1
    start, end = match.groups()
    if not start:  # the last so many bytes
        length = min(int(end), size)
        return (size - length, size - 1) if length else None
    first = int(start)
    last = min(int(end), size - 1) if end else size - 1
    if end and int(end) < first:
        return 0, size - 1  # not a valid range at all: as if none had been asked for
    return (first, last) if first < size else None


def _chunks(file: IO[bytes], first: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        while length > 0:
            chunk = file.read(min(CHUNK, length))
            if not chunk:
                return
            length -= len(chunk)
            yield chunk
