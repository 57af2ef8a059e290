"""The feeds, and the two pages that say where they are and how to subscribe to them."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from typing import Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_GET, require_POST, require_safe

from readings.accounts.models import User
from readings.calendars import feeds, queries, services
from readings.calendars.ics import CONTENT_TYPE
from readings.core.arrival import arrived_at
from readings.courses.access import Access, for_visitors
from readings.courses.models import Course, Visibility
from readings.schedule.visitors import answer_from_cache

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

GONE = (
    "There is no calendar at this address: it is mistyped, it was renewed, or the course is no "
    "longer open to everybody.\nSign in at {site} and press Calendar on the course's schedule; "
    "subscribe to the address that stands there, and remove this one from your calendar.\n"
)


def _says_what_is_gone(view: View[P]) -> View[P]:
    """Where there is no feed: 404, and the way out, in a page or for a calendar in words."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            if "text/html" in request.headers.get("Accept", ""):
                return render(request, "calendars/gone.html", status=404)
            words = GONE.format(site=_site(request))
            return HttpResponse(words, status=404, content_type="text/plain; charset=utf-8")

    return cast("View[P]", wrapped)  # the request has a name besides its place


@_says_what_is_gone
@for_visitors
@require_safe
def course_feed(request: HttpRequest, access: Access) -> HttpResponse:
    """The classes of a course, for whoever may see it."""
    return _kept(request, access, schedule="")


@_says_what_is_gone
@require_safe
def feed_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The classes of a course that is shared by link: the token is in the address."""
    shared = [Visibility.LINK, Visibility.PUBLIC]
    course = get_object_or_404(Course, view_token=token, visibility__in=shared)
    access = Access(course=course, user=None, role=None)
    return _kept(request, access, schedule=reverse("courses:open_link", args=[token]))


@_says_what_is_gone
@require_safe
def personal_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """The classes, deadlines and talks of whoever the address was made for."""
    user = get_object_or_404(User, calendar_token=token, is_active=True)
    content = feeds.personal_feed(user, site=_site(request), now=arrived_at(request))
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["ETag"] = etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response["Cache-Control"] = "private, no-cache"
    response["Content-Disposition"] = 'attachment; filename="seminar.ics"'  # not the token
    return get_conditional_response(request, etag=etag, response=response) or response


@for_visitors
@require_GET
def course(request: HttpRequest, access: Access) -> HttpResponse:
    """Where the calendar of a course is, and that members have one of their own."""
    _refuse_template(access.course)
    address = _address_of(request, access)
    context = {
        "address": address,
        "webcal": _webcal(address),
        "by_link": access.course.visibility == Visibility.LINK,
        "section": "schedule",
    }
    return render(request, "calendars/course.html", context)


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """One's private address, what is in it, and how to subscribe to it."""
    user = cast(User, request.user)
    token = services.calendar_token_of(user)
    address = _site(request) + reverse("calendars:personal_feed", args=[token])
    accesses = queries.accesses_of(user)
    context = {
        "address": address,
        "webcal": _webcal(address),
        "accesses": accesses,
        "owes_notes": any(access.owes_notes for access in accesses),
    }
    return render(request, "calendars/mine.html", context)


@login_required
@require_POST
def renew(request: HttpRequest) -> HttpResponseBase:
    """Make the old private address worthless."""
    services.renew_calendar_token(user=cast(User, request.user))
    messages.success(request, "The old address no longer works. Subscribe to the new one.")
    return redirect("calendars:mine")


def _kept(request: HttpRequest, access: Access, *, schedule: str) -> HttpResponse:
    """A feed that is the same for everybody, written once for each state of the course."""
    _refuse_template(access.course)
    site = _site(request)
    return answer_from_cache(
        request,
        access,
        lambda: HttpResponse(feeds.course_feed(access.course, site=site, schedule=schedule)),
        page=f"calendar.ics {site} {schedule}",
        content_type=CONTENT_TYPE,
    )


def _address_of(request: HttpRequest, access: Access) -> str:
    """Where the feed of a course is for who sees the page; empty where there is none for them.

    The secret address is shown to those who came by it, and to the staff, who give it away.
    """
    course = access.course
    if course.visibility == Visibility.PUBLIC:
        return _site(request) + reverse("calendars:course_feed", args=[course.slug])
    if course.visibility == Visibility.LINK and (access.is_staff or not access.is_member):
        return _site(request) + reverse("calendars:feed_by_link", args=[course.view_token])
    return ""


def _refuse_template(course: Course) -> None:
    """A template is a plan and no course: nothing of it takes place."""
    if course.is_template:
        raise Http404


def _site(request: HttpRequest) -> str:
    """What addresses begin with: one spelling, whichever of its names the site was asked by."""
    return settings.SITE_URL or request.build_absolute_uri("/").rstrip("/")


def _webcal(address: str) -> str:
    """The address with which a browser opens the person's calendar."""
    return f"webcal://{address.partition('://')[2]}" if address else ""
