"""What people see who are not signed in: made once for each state of the course."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

from readings.courses.access import Access
from readings.papers.models import Paper
from readings.papers.queries import newest_change

KEPT_FOR = 24 * 3600  # seconds; the key has the date in it


def is_plain_visitor(request: HttpRequest, access: Access) -> bool:
    """Whether the answer depends on the course alone: nobody is signed in, nothing remembered."""
    return access.user is None and request.session.session_key is None


def answer_from_cache(
    request: HttpRequest,
    access: Access,
    make: Callable[[], HttpResponse],
    *,
    page: str = "",
    content_type: str = "text/html; charset=utf-8",
) -> HttpResponse:
    """The page of an unchanged course: 304 to who has it, the stored content to who has not.

    The key is the course's version, the newest change among its papers and the local date, on
    which words such as "tomorrow" depend; ``page`` tells the pages of a course apart.  What depends
    on who is signed in never comes here.
    """
    etag = f'"{_state_of(access, page)}"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return _labelled(HttpResponseNotModified(), etag)
    key = f"visitors:{access.course.pk}:{etag}"
    content = cache.get(key)
    if content is None:
        content = make().content
        cache.set(key, content, KEPT_FOR)
    return _labelled(HttpResponse(content, content_type=content_type), etag)


def _labelled(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ["Cookie"])
    return response


def _state_of(access: Access, page: str) -> str:
    course = access.course
    today = timezone.now().astimezone(course.zone).date()
    newest = newest_change(Paper.objects.filter(readings__course=course))
    release = getattr(staticfiles_storage, "manifest_hash", "")
    parts = (page, course.pk, course.version, newest, today, release, settings.ARXIV_STAND_IN)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
