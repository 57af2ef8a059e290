"""Posting, editing and deleting comments, and what is new in a discussion.

Each form works as a plain page that posts and redirects.  From htmx the same addresses answer with
what the window does not show yet: a post and a poll bring new comments in the same way, so that
neither brings one twice.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect, push_url, trigger_client_event

from readings.core.tokens import new_token
from readings.courses.access import Access, for_members
from readings.discussion import queries, services
from readings.discussion.access import may_delete, may_edit
from readings.discussion.forms import CommentForm, ThreadForm
from readings.discussion.models import Comment
from readings.discussion.queries import CommentDraft
from readings.schedule.models import Reading

UNPROCESSABLE = 422


@for_members
@require_POST
def start(request: HttpRequest, access: Access, reading_id: int) -> HttpResponseBase:
    """Open a thread with its first comment."""
    reading = get_object_or_404(Reading, pk=reading_id, course=access.course)
    form = ThreadForm(request.POST)
    if not form.is_valid():
        empty = queries.new_thread_form(access, reading_id)
        context = {"draft": _typed(form, empty), "reading": reading, "act": "start"}
        return _ask(request, context, "thread_form", status=UNPROCESSABLE)
    comment = services.start_thread(reading=reading, author=access.member, **form.cleaned_data)
    return _done(request, access, comment, said="Posted.", fresh_form=True)


@for_members
@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
@never_cache
def reply(request: HttpRequest, access: Access, comment_id: int) -> HttpResponseBase:
    """Answer a comment."""
    parent = _find(access, comment_id)
    form = CommentForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        comment = services.reply(parent=parent, author=access.member, **form.cleaned_data)
        return _done(request, access, comment, said="Posted.")
    return _write(request, access, parent, form, act="reply")


@for_members
@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
@never_cache
def edit(request: HttpRequest, access: Access, comment_id: int) -> HttpResponseBase:
    """Change one's own comment."""
    comment = _find(access, comment_id, may_edit)
    data = request.POST if request.method == "POST" else None
    form = CommentForm(data, initial={"body": comment.body})
    if form.is_valid():
        try:
            services.edit_comment(comment=comment, body=form.cleaned_data["body"])
        except services.CommentGone as refusal:
            form.add_error("body", str(refusal))
        else:
            return _done(request, access, comment, said="Changed.")
    return _write(request, access, comment, form, act="edit")


@for_members
@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
@never_cache
def delete(request: HttpRequest, access: Access, comment_id: int) -> HttpResponseBase:
    """Ask, then leave a tombstone."""
    comment = _find(access, comment_id, may_delete)
    if request.method == "POST":
        services.delete_comment(comment=comment, actor=access.member)
        return _done(request, access, comment, said="Deleted.")
    return _ask(request, _about(access, comment, act="delete"), "delete_form")


@for_members
@require_GET
def show(_request: HttpRequest, access: Access, comment_id: int) -> HttpResponseBase:
    """The lasting address of a comment: its place on the paper's page."""
    return redirect(_place_of(access, _find(access, comment_id)))


@for_members
@require_GET
@never_cache
def changes(request: HttpRequest, access: Access, reading_id: int) -> HttpResponseBase:
    """What is new since the change ``?since=``; 204 when nothing is."""
    since = _since(request.GET.get("since"))
    if since is None:
        return HttpResponseBadRequest("since must be a number")
    count = queries.change_count_of(access, reading_id)
    if count is None:
        raise Http404
    if count == since:
        return HttpResponse(status=204)
    context = _news(access, reading_id, since, count) | {"is_poll": True}
    return render(request, "discussion/_panel.html#news", context)


def _find(
    access: Access, comment_id: int, allowed: Callable[[Access, Comment], bool] | None = None
) -> Comment:
    """The comment, if it is of this course and ``allowed``; 404 otherwise."""
    comment = get_object_or_404(Comment, pk=comment_id, reading__course=access.course)
    if allowed is not None and not allowed(access, comment):
        raise Http404
    return comment


def _place_of(access: Access, comment: Comment) -> str:
    page = reverse("pages:paper", args=[access.course.slug, comment.reading_id])
    return f"{page}#comment-{comment.pk}"


def _since(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 16 else None


def _typed(form: CommentForm, draft: CommentDraft) -> CommentDraft:
    """``draft`` with what was sent, to be corrected; or with what it begins with."""
    nonce = form["nonce"].value()
    return dataclasses.replace(
        draft,
        nonce=nonce if nonce and "nonce" not in form.errors else draft.nonce,
        title=form["title"].value() or "" if "title" in form.fields else "",
        body=form["body"].value() or "",
        title_error=" ".join(map(str, form.errors.get("title", ()))),
        body_error=" ".join(map(str, form.errors.get("body", ()))),
    )


def _about(access: Access, comment: Comment, *, act: str) -> dict[str, Any]:
    return {
        "act": act,
        "comment": comment,
        "comment_url": reverse("discussion:comment", args=[access.course.slug, comment.pk]),
        "replies": comment.replies.count() if act == "delete" else 0,
        "reading": comment.reading,
    }


def _write(
    request: HttpRequest, access: Access, comment: Comment, form: CommentForm, *, act: str
) -> HttpResponse:
    """The form that answers or edits ``comment``, in its place or as a page of its own."""
    context = _about(access, comment, act=act)
    to_whom = "" if comment.deleted_at else f" to {comment.author.display_name}"
    empty = CommentDraft(
        action=request.path,
        nonce=new_token(),
        field_id=f"{act}-{comment.pk}",
        label="Your comment" if act == "edit" else f"Reply{to_whom}",
    )
    context["draft"] = _typed(form, empty)
    status = UNPROCESSABLE if form.is_bound else 200
    return _ask(request, context, "comment_form", status=status)


def _ask(
    request: HttpRequest, context: dict[str, Any], partial: str, *, status: int = 200
) -> HttpResponse:
    in_place = bool(request.htmx)  # type: ignore[attr-defined]
    template = f"discussion/_panel.html#{partial}" if in_place else "discussion/write.html"
    response = render(request, template, context | {"in_place": in_place}, status=status)
    # A form that opens in the page is no new page.
    return push_url(response, False) if in_place else response  # noqa: FBT003 (its only name)


def _news(
    access: Access, reading_id: int, since: int, change_count: int | None = None
) -> dict[str, Any]:
    return {
        "changes": queries.changes_since(access, reading_id, since, change_count=change_count),
        "changes_url": reverse("discussion:changes", args=[access.course.slug, reading_id]),
    }


def _done(
    request: HttpRequest,
    access: Access,
    comment: Comment,
    *,
    said: str,
    fresh_form: bool = False,
) -> HttpResponse:
    """Where a plain form goes after it was stored; for htmx what the window does not show yet."""
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(_place_of(access, comment))
    since = _since(request.POST.get("since"))
    if since is None:  # sent from a page that does not show the discussion
        return HttpResponseClientRedirect(_place_of(access, comment))
    context = _news(access, comment.reading_id, since) | {"said": said}
    if fresh_form:
        draft = queries.new_thread_form(access, comment.reading_id)
        context |= {"draft": draft, "in_place": True}
    response = render(request, "discussion/_panel.html#news", context)
    return trigger_client_event(response, "commentStored", {"id": comment.pk}, after="settle")
