"""When a request entered the application: what is judged by the clock is judged by this."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now


def arrival_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Take the time first of all: no waiting for a session or a lock makes anybody late."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.arrived_at = now()  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def arrived_at(request: HttpRequest) -> dt.datetime:
    """The instant (UTC) at which ``request`` came in."""
    instant: dt.datetime = request.arrived_at  # type: ignore[attr-defined]
    return instant
