"""What the pages are compared with: a view that does nothing, and views written by hand.

The latter show the same facts of the same database, behind the same sign-in and middleware, with as
few queries and as plain templates as somebody would write who needed only that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Count, F, Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from readings.core.markdown import render_markdown
from readings.courses.models import Course, Membership, Role
from readings.discussion.models import Comment, Discussion, Thread
from readings.notes.models import Note, NoteState
from readings.papers.models import Fetch, FetchState, PaperVersion
from readings.presentations.models import Seat, SignUp
from readings.schedule.models import AgendaItem, Reading

Row = dict[str, Any]
ZONE = ZoneInfo("America/Detroit")


def nothing(_request: HttpRequest) -> HttpResponse:
    """The cost of the server, Django and its middleware."""
    return HttpResponse("nothing")


def schedule(request: HttpRequest, slug: str) -> HttpResponse:
    """The term: classes, papers and, for members, presenters, notes and comments."""
    course = get_object_or_404(Course, slug=slug)
    rows = (
        AgendaItem.objects.filter(course=course, meeting__isnull=False)
        .order_by("meeting__week__number", "meeting__position", "position")
        .values(
            "kind", "text", "reading_id", "reading__label", "reading__required",
            "reading__paper__title", "reading__paper__authors", "reading__paper__year",
            "meeting_id", "meeting__meets_on", "meeting__meets_from", "meeting__meets_until",
            "meeting__status", "meeting__week__number", "meeting__week__topic",
            pages=Max("reading__paper__versions__page_count"),
            words=Max("reading__paper__versions__word_count"),
        )
    )  # fmt: skip
    of_members = _of_members(request, course) if _is_member(request, course) else None
    context = {
        "course": course,
        "meetings": _meetings(rows, of_members),
        "teachers": course.memberships.filter(role=Role.INSTRUCTOR).values("user__name"),
        "owed": Fetch.objects.filter(paper__readings__course=course)
        .exclude(state=FetchState.DONE)
        .values("paper_id", "reason"),
    }
    if of_members is not None:
        context["events"] = course.events.order_by("-created_at").values("summary", "created_at")[
            :6
        ]
    return render(request, "bench/schedule.html", context)


def _meetings(rows: Iterable[Any], of_members: Row | None) -> list[Row]:
    meetings = []
    for meeting_id, items in groupby(rows, itemgetter("meeting_id")):
        here = list(items)
        first = here[0]
        begins, ends = first["meeting__meets_from"], first["meeting__meets_until"]
        when = f"{first['meeting__meets_on']:%a %b %d} {begins:%H:%M}–{ends:%H:%M}"
        for item in here:
            item["authors"] = ", ".join((item["reading__paper__authors"] or [])[:3])
            if of_members is not None:
                item["note"] = of_members["notes"].get(item["reading_id"])
                item["comments"] = of_members["comments"].get(item["reading_id"])
        names = of_members["presenters"].get(meeting_id, []) if of_members else []
        free = of_members["seats"].get(meeting_id, 0) - len(names) if of_members else 0
        meetings.append(
            first | {"when": when, "items": here, "presenters": ", ".join(names), "free": free}
        )
    return meetings


def _of_members(request: HttpRequest, course: Course) -> Row:
    standing = Comment.objects.filter(reading__course=course, deleted_at__isnull=True).order_by()
    mine = Note.objects.filter(author_id=_user_id(request), reading__course=course)
    presenters = defaultdict(list)
    for meeting, user, group in SignUp.objects.filter(slot__course=course).values_list(
        "slot__agenda_item__meeting_id", "user__name", "group__name"
    ):
        presenters[meeting].append(user or group)
    seats = Seat.objects.filter(slot__course=course).order_by()
    return {
        "seats": dict(
            seats.values_list("slot__agenda_item__meeting_id").annotate(number=Count("id"))
        ),
        "comments": dict(standing.values_list("reading_id").annotate(number=Count("id"))),
        "notes": dict(mine.values_list("reading_id", "state")),
        "presenters": presenters,
    }


@login_required
def paper(request: HttpRequest, slug: str, reading_id: int) -> HttpResponse:
    """A paper with its PDF, its neighbours, its notes and its discussion."""
    course = _course(request, slug)
    reading = get_object_or_404(
        Reading.objects.select_related("paper"), course=course, pk=reading_id
    )
    meeting = reading.agenda_items.filter(carries_note=True).values(
        "meeting__week__number", "meeting__meets_on", "meeting__meets_from", "meeting__status"
    )[:1]
    version = (
        PaperVersion.objects.filter(paper=reading.paper_id)
        .order_by("-number")
        .values("number", "sha256", "page_count", "word_count")
    )[:1]
    context = {
        "course": course,
        "reading": reading,
        "authors": ", ".join(reading.paper.authors),
        "meeting": next(iter(meeting), None),
        "version": next(iter(version), None),
        "problem": "; ".join(
            Fetch.objects.filter(paper=reading.paper_id)
            .exclude(state=FetchState.DONE)
            .values_list("reason", flat=True)
        ),
        "links": reading.links.values("url", "label"),
        **_neighbours(course, reading_id),
        "notes": [_note(note) for note in _notes(request, reading)],
        "threads": [
            [_said(said) for said in thread]
            for _id, thread in groupby(_comments(reading), itemgetter("thread_id"))
        ],
    }
    return render(request, "bench/paper.html", context)


def _neighbours(course: Course, reading_id: int) -> Row:
    order = list(
        AgendaItem.objects.filter(course=course, carries_note=True, meeting__isnull=False)
        .order_by("meeting__week__number", "meeting__position", "position")
        .values("reading_id", "reading__label")
    )
    place = [item["reading_id"] for item in order].index(reading_id)
    return {
        "before": order[place - 1] if place else None,
        "after": order[place + 1] if place + 1 < len(order) else None,
    }


def _notes(request: HttpRequest, reading: Reading) -> Iterable[Any]:
    mine_or_submitted = Q(state=NoteState.SUBMITTED) | Q(author_id=_user_id(request))
    return (
        Note.objects.filter(mine_or_submitted, reading=reading)
        .order_by("submitted_at")
        .values(
            "id", "author_id", "author__name", "body_html", "draft", "draft_number", "submitted_at",
            "edited_at",
        )
    )  # fmt: skip


def _comments(reading: Reading) -> Iterable[Any]:
    return (
        Comment.objects.filter(reading=reading)
        .order_by("thread_id", "id")
        .values(
            "id", "thread_id", "thread__title", "parent_id", "author_id", "author__name",
            "body_html", "created_at", "edited_at", "deleted_at",
        )
    )  # fmt: skip


def _note(note: Row) -> Row:
    return note | _times(note["submitted_at"]) | {"initials": _initials(note["author__name"])}


def _said(said: Row) -> Row:
    return said | _times(said["created_at"]) | {"initials": _initials(said["author__name"])}


@login_required
@require_POST
def comment(request: HttpRequest, slug: str, reading_id: int) -> HttpResponse:
    """Store a new thread's first comment, and show it."""
    reading = get_object_or_404(Reading, course=_course(request, slug), pk=reading_id)
    body = request.POST.get("body", "")
    rendered = render_markdown(body)
    with transaction.atomic():
        Discussion.objects.filter(pk=reading.pk).update(change_count=F("change_count") + 1)
        thread = Thread.objects.create(reading=reading)
        said = Comment.objects.create(
            thread=thread,
            reading=reading,
            author_id=_user_id(request),
            body=body,
            body_html=rendered,
            nonce=request.POST.get("nonce"),
        )
    context = {"comment": said, **_times(said.created_at)}
    return render(request, "bench/comment.html", context)


def _course(request: HttpRequest, slug: str) -> Course:
    course = get_object_or_404(Course, slug=slug)
    if not _is_member(request, course):
        raise Http404
    return course


def _is_member(request: HttpRequest, course: Course) -> bool:
    if not request.user.is_authenticated:
        return False
    return Membership.objects.filter(course=course, user_id=_user_id(request)).exists()


def _user_id(request: HttpRequest) -> int:
    return request.user.pk or 0


def _times(at: Any) -> Row:
    local = at and at.astimezone(ZONE)
    return {"at": f"{local:%a %b %d, %H:%M}" if at else "", "iso": local.isoformat() if at else ""}


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split()[:2])
