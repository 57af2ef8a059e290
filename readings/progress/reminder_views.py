"""The page from which people are reminded: choose, see who gets what, send."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from readings.accounts.models import User
from readings.core.arrival import arrived_at
from readings.core.refusals import Refusal
from readings.courses.access import Access, for_staff
from readings.progress.class_book import ClassBook, read_class_book
from readings.progress.mailing import mail_text
from readings.progress.models import Reminder
from readings.progress.owing import ReminderPlan, Which, plan_reminders, reminded_lately
from readings.progress.reminder_forms import ReminderForm
from readings.progress.reminding import remind

UNPROCESSABLE = 422
SHOWN_BEFORE = 50


@for_staff
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reminders(request: HttpRequest, access: Access) -> HttpResponseBase:
    """What can be chosen; once it is, who would be reminded of what, and the mail of the first."""
    now = arrived_at(request)
    book = read_class_book(access.course, now=now)
    if request.method == "POST":  # one form looks and sends; what is looked at has an address
        form = ReminderForm(book.columns, request.POST)
        if not form.is_valid():
            return _page(request, access, {"form": form}, status=UNPROCESSABLE)
        chosen = {name: request.POST[name] for name in form.fields if request.POST.get(name)}
        return redirect(f"{request.path}?{urlencode(chosen)}")
    if "which" not in request.GET:
        return _page(request, access, {"form": ReminderForm(book.columns)})
    return _preview(request, access, book, ReminderForm(book.columns, request.GET), now)


@for_staff
@require_POST
def send(request: HttpRequest, access: Access) -> HttpResponseBase:
    """Remind whom the preview showed, of what it showed; if something changed, show it again."""
    now = arrived_at(request)
    book = read_class_book(access.course, now=now)
    form = ReminderForm(book.columns, request.POST)
    if not form.is_valid():
        return _page(request, access, {"form": form}, status=UNPROCESSABLE)
    if changed := form.changed_since(request.POST):
        words = f"You changed {changed} since you looked, so nothing was sent. Look again below."
        messages.warning(request, words)
        return _preview(request, access, book, form, now)
    try:
        made = remind(
            course=access.course,
            which=Which(form.cleaned_data["which"]),
            reading=form.cleaned_data["reading"],
            chosen=request.POST.getlist("to"),
            again=form.cleaned_data["again"],
            words=form.cleaned_data["words"],
            actor=access.member,
            at=now,
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return _preview(request, access, book, form, now)
    number = len(made)
    messages.success(request, f"{number} mail{'s are' if number > 1 else ' is'} on the way.")
    return redirect("progress:reminders", access.course.slug)


def _preview(
    request: HttpRequest, access: Access, book: ClassBook, form: ReminderForm, now: dt.datetime
) -> HttpResponse:
    if not form.is_valid():
        return _page(request, access, {"form": form})
    plan = plan_reminders(
        book,
        which=Which(form.cleaned_data["which"]),
        reading=form.cleaned_data["reading"],
        reminded=reminded_lately(access.course, now=now),
        again=form.cleaned_data["again"],
    )
    context = {
        "form": form,
        "plan": plan,
        "seen": form.seen,
        "unticked": _unticked(request, plan),
        "mail": _mail(access, book, plan, form, now),
    }
    return _page(request, access, context)


def _unticked(request: HttpRequest, plan: ReminderPlan) -> list[str]:
    """The keys of those who were shown before, and unticked: they stay so."""
    shown, ticked = request.POST.get("shown", "").split(), request.POST.getlist("to")
    return [one.key for one in plan.owing if one.key in shown and one.key not in ticked]


def _mail(
    access: Access, book: ClassBook, plan: ReminderPlan, form: ReminderForm, now: dt.datetime
) -> dict[str, str] | None:
    """The mail of the first, as it would be sent."""
    if not plan.owing:
        return None
    first = plan.owing[0]
    reminder = Reminder(
        course=access.course,
        user=User(name=first.student.name, email=first.student.email),
        created_by=access.member,
        words=form.cleaned_data["words"].strip(),
    )
    subject, body = mail_text(reminder, list(first.columns), book.policy, now=now)
    return {"to": first.student.name, "subject": subject, "body": body}


def _page(
    request: HttpRequest, access: Access, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    before = access.course.reminders.select_related("user", "created_by").prefetch_related(
        "readings__paper"
    )[:SHOWN_BEFORE]
    shown = {"section": "notes", "before": before, **context}
    return render(request, "progress/reminders.html", shown, status=status)
