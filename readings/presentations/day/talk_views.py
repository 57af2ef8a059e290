"""What people press on the page of a talk: hand in, take away, say what they thought."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from readings.core.arrival import arrived_at
from readings.core.file_kinds import tidy_name
from readings.core.refusals import Refusal
from readings.core.uploads import files_left_out, limits_uploads
from readings.courses.access import Access, for_members
from readings.presentations.day.access import Right
from readings.presentations.day.forms import FeedbackForm, FileForm, LinkForm
from readings.presentations.day.handing import (
    hand_in_file,
    hand_in_link,
    put_material_back,
    remove_material,
)
from readings.presentations.day.materials import TAKEN
from readings.presentations.day.models import Material
from readings.presentations.day.opinions import give_feedback, withdraw_feedback
from readings.presentations.day.refusals import FeedbackChanged, NotHandedIn
from readings.presentations.day.talk_page import talk_page
from readings.presentations.day.talks import Talk
from readings.presentations.day.views import require_talk, show_talk

UNPROCESSABLE: Final = 422
MAX_REQUEST: Final = 4 * TAKEN.most  # what is too large is read, so that the words beside it stay


@limits_uploads(most_each=TAKEN.most, most=MAX_REQUEST)
@for_members
@require_POST
def hand_in(request: HttpRequest, access: Access, slot_id: int, key: str) -> HttpResponseBase:
    """Hand in a file as the newest version under its label."""
    talk = require_talk(request, access, slot_id, key, Right.HAND_IN)
    form = FileForm(request.POST)
    error = ""
    if form.is_valid():
        try:
            made, is_new = _take_file(request, access, talk, form.cleaned_data["label"])
        except Refusal as refusal:
            error = str(refusal)
        else:
            return _handed_in(request, talk, made, is_new=is_new)
    page = talk_page(access, talk, now=arrived_at(request))
    page.file_form, page.file_error = form, error
    return show_talk(request, page, status=UNPROCESSABLE)


@for_members
@require_POST
def link(request: HttpRequest, access: Access, slot_id: int, key: str) -> HttpResponseBase:
    """Hand in an address on the web."""
    talk = require_talk(request, access, slot_id, key, Right.HAND_IN)
    form = LinkForm(request.POST)
    if form.is_valid():
        try:
            made, is_new = hand_in_link(
                talk=talk,
                label=form.cleaned_data["label"],
                url=form.cleaned_data["url"],
                actor=access.member,
                at=arrived_at(request),
            )
        except Refusal as refusal:
            form.add_error("url", str(refusal))
        else:
            return _handed_in(request, talk, made, is_new=is_new)
    page = talk_page(access, talk, now=arrived_at(request))
    page.link_form = form
    return show_talk(request, page, status=UNPROCESSABLE)


@for_members
@require_POST
def remove(
    request: HttpRequest, access: Access, slot_id: int, key: str, material_id: int
) -> HttpResponseBase:
    """Take one version away."""
    talk = require_talk(request, access, slot_id, key, Right.HAND_IN)
    material = get_object_or_404(Material, **talk.columns, pk=material_id)
    now = arrived_at(request)
    try:
        removed = remove_material(material=material, talk=talk, actor=access.member, at=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        if not removed:
            messages.info(request, f"{material} was removed already.")
        return redirect(f"{talk.url}?removed={material.pk}#slides")
    return redirect(f"{talk.url}#slides")


@for_members
@require_POST
def put_back(
    request: HttpRequest, access: Access, slot_id: int, key: str, material_id: int
) -> HttpResponseBase:
    """Undo the removal of one version."""
    talk = require_talk(request, access, slot_id, key, Right.HAND_IN)
    material = get_object_or_404(Material, **talk.columns, pk=material_id)
    try:
        is_back = put_material_back(material=material, talk=talk, actor=access.member)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        words = "is there again." if is_back else "was there already."
        messages.success(request, f"{material} {words}")
    return redirect(f"{talk.url}#slides")


@for_members
@require_POST
def feedback(request: HttpRequest, access: Access, slot_id: int, key: str) -> HttpResponseBase:
    """Say what one thought of the talk, or say it anew."""
    talk = require_talk(request, access, slot_id, key, Right.SEE)
    form = FeedbackForm(request.POST)
    now = arrived_at(request)
    version = request.POST.get("version", "")
    is_changed = False
    if not talk.allows(access, Right.GIVE_FEEDBACK, now):
        return _no_feedback(request, access, talk, form)
    if form.is_valid():
        try:
            give_feedback(
                talk=talk, author=access.member, opinion=form.opinion, at=now, version=version
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            is_changed = isinstance(refusal, FeedbackChanged)
        else:
            messages.success(request, "Thank you: your feedback is saved.")
            return redirect(f"{talk.url}#feedback")
    page = talk_page(access, talk, now=now)
    page.feedback_form, page.shows_stored = form, is_changed
    if not is_changed:
        page.version = version
    return show_talk(request, page, status=UNPROCESSABLE)


@for_members
@require_POST
def withdraw(request: HttpRequest, access: Access, slot_id: int, key: str) -> HttpResponseBase:
    """Take back what one said, as long as one may change it."""
    talk = require_talk(request, access, slot_id, key, Right.GIVE_FEEDBACK)
    if withdraw_feedback(talk=talk, author=access.member):
        messages.success(request, "Your feedback is withdrawn.")
    else:
        messages.info(request, "There was no feedback of yours.")
    return redirect(f"{talk.url}#feedback")


def _take_file(
    request: HttpRequest, access: Access, talk: Talk, label: str
) -> tuple[Material, bool]:
    """Keep the file that came.  Raises what ``hand_in_file`` raises, and ``NotHandedIn``."""
    for _field, name in files_left_out(request):
        raise NotHandedIn(str(TAKEN.too_large(tidy_name(name))))
    file = request.FILES.get("file")
    if file is None:
        raise NotHandedIn("Choose a file first.")
    return hand_in_file(
        talk=talk, label=label, file=file, actor=access.member, at=arrived_at(request)
    )


def _handed_in(
    request: HttpRequest, talk: Talk, made: Material, *, is_new: bool
) -> HttpResponseBase:
    what = made.name or made.url
    if not is_new:
        messages.info(request, f"“{what}” is there already, as the newest of {made.label}.")
    elif talk.hours.is_late(made.created_at):
        messages.warning(request, f"“{what}” is handed in, after the time: it is marked late.")
    else:
        messages.success(request, f"“{what}” is handed in.")
    return redirect(f"{talk.url}#slides")


def _no_feedback(
    request: HttpRequest, access: Access, talk: Talk, form: FeedbackForm
) -> HttpResponse:
    """Too early, or the week is over; what was typed is given back to be copied."""
    if not talk.slot.sheet.asks_class or talk.part(access).value != "class":
        raise Http404
    form.is_valid()
    form.add_error(None, "Feedback can be given from the beginning of the class to 7 days after.")
    page = talk_page(access, talk, now=arrived_at(request))
    page.feedback_form, page.may_give = form, True
    return show_talk(request, page, status=UNPROCESSABLE)
