"""Whose form came in: another person's is shown again and not taken, whatever it wanted."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    JsonResponse,
)
from django.shortcuts import redirect, render

from readings.accounts.models import User
from readings.core.refusals import Refusal
from readings.courses.access import Access, find_access
from readings.courses.models import Membership

FORBIDDEN: Final = 403
V = TypeVar("V", bound=Callable[..., HttpResponseBase])


class WrittenByAnother(Refusal):
    """The form is another person's than whoever is signed in now."""

    def __init__(self, signed_in: str, author: str) -> None:
        super().__init__(
            f"You are signed in as {signed_in} now. This text was written as {author} and was not "
            f"saved: copy it, or sign in as {author} again."
        )


def check_author(request: HttpRequest, access: Access) -> None:
    """Raises ``WrittenByAnother`` where the form says that it is somebody else's.

    A form that does not say whose it is was opened before forms said so.
    """
    if _is_anothers(request, access.member):
        raise WrittenByAnother(access.member.display_name, _author(request, access))


def _is_anothers(request: HttpRequest, user: User) -> bool:
    return request.POST.get("author", str(user.pk)) != str(user.pk)


def _author(request: HttpRequest, access: Access) -> str:
    """The name of whose form it is, if that is somebody of the course."""
    pk = request.POST["author"]
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
        return "somebody else"
    members = Membership.objects.filter(course=access.course, user=int(pk)).select_related("user")
    member = members.first()
    return member.user.display_name if member else "somebody else"


def own_form_only(view: V) -> V:
    """A view that asks ``check_author``; who is refused gets back what stood in the form.

    It stands around the check of the token, too: signing in as somebody else makes the token of
    the other's form a wrong one, and a page about tokens would swallow the text.
    """

    @functools.wraps(view)
    def wrapped(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, slug, *args, **kwargs)
            user = request.user
            if response.status_code != FORBIDDEN or not isinstance(user, User):
                return response
            if not _is_anothers(request, user):
                return response
            check_author(request, find_access(user=user, slug=slug))
        except WrittenByAnother as refusal:
            return _given_back(request, refusal)
        return response

    return cast("V", wrapped)


def _given_back(request: HttpRequest, refusal: WrittenByAnother) -> HttpResponse:
    if request.get_preferred_type(["text/html", "application/json"]) != "text/html":
        return JsonResponse({"error": str(refusal), "code": "another_author"}, status=FORBIDDEN)
    fields = [value for name, value in request.POST.items() if name.startswith("answer-")]
    texts = [str(value) for value in fields if str(value).strip()]
    context = {"error": str(refusal), "texts": texts}
    return render(request, "notes/another_author.html", context, status=FORBIDDEN)


def post_or_note(view: V) -> V:
    """A view for POST; who opens its address by hand is led to the note's page."""

    @functools.wraps(view)
    def wrapped(
        request: HttpRequest, access: Access, reading_id: int, **kwargs: Any
    ) -> HttpResponseBase:
        if request.method in ("GET", "HEAD"):
            return redirect("notes:edit", access.course.slug, reading_id)
        if request.method != "POST":
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        return view(request, access, reading_id, **kwargs)

    return cast("V", wrapped)
