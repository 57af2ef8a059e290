"""The page of all groups, which the views of students and of staff answer with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from readings.courses.access import Access
from readings.courses.groups import queries
from readings.courses.groups.forms import (
    InviteForm,
    LimitsForm,
    NewGroupForm,
    PlaceForm,
    RenameForm,
)
from readings.courses.models import Group


@dataclass(frozen=True)
class Refused:
    """The forms that were refused, to stand on the page as they were filled in."""

    new: NewGroupForm | None = None
    renaming: tuple[int, RenameForm] | None = None
    inviting: InviteForm | None = None
    placing: PlaceForm | None = None
    limits: LimitsForm | None = None


def at_group(group: Group) -> str:
    """The group's place on the page."""
    return reverse("courses:groups", args=[group.course.slug]) + f"#group-{group.pk}"


def own_group(access: Access, group_id: int) -> Group:
    """The group, for its members and for staff; for others a 404."""
    groups = Group.objects.filter(course=access.course)
    if not access.is_staff:
        groups = groups.filter(members__user=access.member)
    return get_object_or_404(groups, pk=group_id)


def show_groups(
    request: HttpRequest, access: Access, refused: Refused | None = None
) -> HttpResponse:
    """All groups; a form that was refused stands in the page as it was typed."""
    refused = refused or Refused()
    page = queries.groups_page(access)
    mine = page.mine
    may_form = access.is_staff or (access.owes_notes and mine is None)
    link = ""
    invite_form = None
    if mine:
        path = reverse("courses:join_group", args=[access.course.slug, mine.group.join_token])
        link = request.build_absolute_uri(path)
        invite_form = refused.inviting or InviteForm(access.course, auto_id="invite-%s")
        invite_form.offer(page.to_invite)
    refused_at, rename_form = refused.renaming or (None, None)
    context: dict[str, Any] = {
        "page": page,
        "mine": mine,
        "join_link": link,
        "invite_form": invite_form,
        "new_form": (refused.new or NewGroupForm()) if may_form else None,
        "refused_at": refused_at,
        "rename_form": rename_form,
        "section": "signups",
    }
    if access.is_staff:
        course = access.course
        limits = {"fewest": course.fewest_in_group, "most": course.most_in_group}
        context |= {
            "place_form": refused.placing or PlaceForm(course),
            "limits_form": refused.limits or LimitsForm(initial=limits, auto_id="limits-%s"),
        }
    return render(request, "courses/groups.html", context)
