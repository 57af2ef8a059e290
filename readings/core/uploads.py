"""Uploads that end in time: a file over the limit is passed over while it comes in."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

V = TypeVar("V", bound=Callable[..., HttpResponseBase])


class _WithinLimit(FileUploadHandler):
    """Leaves out what is too large, and the rest of the form comes in: its text is not lost."""

    def __init__(self, request: HttpRequest, most: int) -> None:
        super().__init__(request)
        self._most = most
        self._came = 0
        request.too_large = []  # type: ignore[attr-defined]

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._came = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002
        self._came += len(raw_data)
        if self._came > self._most:
            request = cast("Any", self.request)
            request.too_large.append((self.field_name, self.file_name))
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002 (another one keeps it)
        return None


def files_left_out(request: HttpRequest) -> list[tuple[str, str]]:
    """Field and name of the files that were over the limit; complete once the form was read."""
    found: list[tuple[str, str]] = getattr(request, "too_large", [])
    return found


def limits_uploads(*, most_each: int, most: int) -> Callable[[V], V]:
    """A view whose files may have ``most_each`` bytes, and whose request ``most``.

    The form is read for its token, so that the limits have to be there before: Django's own check
    is left out and made again inside.  What is over ``most`` is refused unread, with 413.
    """

    def decorate(view: V) -> V:
        protected = csrf_protect(view)

        @csrf_exempt
        @functools.wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            length = request.META.get("CONTENT_LENGTH") or "0"
            if length.isdecimal() and int(length) > most:
                words = "This is too much at once: go back and send fewer or smaller files."
                return HttpResponse(words, status=413, content_type="text/plain")
            request.upload_handlers.insert(0, _WithinLimit(request, most_each))
            return protected(request, *args, **kwargs)

        return cast("V", wrapped)

    return decorate
