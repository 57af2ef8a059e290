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

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Count, F, Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from readings.core.markdown import render_markdown
from readings.courses.models import Course, Membership
from readings.discussion.models import Comment, Discussion, Thread
from readings.notes.models import Note, NoteState
from readings.presentations.models import SignUp
from readings.schedule.models import AgendaItem, Reading

Row = dict[str, Any]


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
    context = {"course": course, "meetings": _meetings(rows, of_members)}
    if of_members is not None:
        context["events"] = course.events.order_by("-created_at").values("summary")[:6]
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
        meetings.append(first | {"when": when, "items": here, "presenters": ", ".join(names)})
    return meetings


def _of_members(request: HttpRequest, course: Course) -> Row:
    standing = Comment.objects.filter(reading__course=course, deleted_at__isnull=True).order_by()
    mine = Note.objects.filter(author_id=_user_id(request), reading__course=course)
    presenters = defaultdict(list)
    for meeting, user, group in SignUp.objects.filter(slot__course=course).values_list(
        "slot__agenda_item__meeting_id", "user__name", "group__name"
    ):
        presenters[meeting].append(user or group)
    return {
        "comments": dict(standing.values_list("reading_id").annotate(number=Count("id"))),
        "notes": dict(mine.values_list("reading_id", "state")),
        "presenters": presenters,
    }


@login_required
def paper(request: HttpRequest, slug: str, reading_id: int) -> HttpResponse:
    """A paper with its notes and its discussion."""
    course = _course(request, slug)
    reading = get_object_or_404(
        Reading.objects.select_related("paper").annotate(
            pages=Max("paper__versions__page_count"), words=Max("paper__versions__word_count")
        ),
        course=course,
        pk=reading_id,
    )
    notes = (
        Note.objects.filter(reading=reading)
        .filter(Q(state=NoteState.SUBMITTED) | Q(author_id=_user_id(request)))
        .order_by("submitted_at")
        .values("id", "author_id", "author__name", "body_html", "draft", "submitted_at")
    )
    comments = (
        Comment.objects.filter(reading=reading)
        .order_by("thread_id", "id")
        .values(
            "id", "thread_id", "thread__title", "parent_id", "author_id", "author__name",
            "body_html", "created_at", "edited_at", "deleted_at",
        )
    )  # fmt: skip
    context = {
        "course": course,
        "reading": reading,
        "authors": ", ".join(reading.paper.authors),
        "places": reading.agenda_items.values("meeting__week__number", "meeting__meets_on"),
        "notes": [note | {"at": _instant(note["submitted_at"])} for note in notes],
        "threads": [
            [said | {"at": _instant(said["created_at"])} for said in thread]
            for _id, thread in groupby(comments, itemgetter("thread_id"))
        ],
    }
    return render(request, "bench/paper.html", context)


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
    context = {"comment": said, "at": _instant(said.created_at)}
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


def _instant(at: Any) -> str:
    return f"{at:%a %b %d, %H:%M}" if at else ""
