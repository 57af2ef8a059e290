"""Sends the reminders that are owed: claimed, mailed, marked as sent.

A reminder may be hinted at twice or never: its row is asked first.  Nobody keeps a transaction open
while a mail server thinks.  What fails in passing is tried again after as long as it has waited
already, so that the pauses double; for good it fails when the server refuses the address, or after
six hours, when it would only be late.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from readings.core import clock
from readings.courses.access import Access
from readings.courses.models import Membership, Role
from readings.notes.policy import Per, Policy
from readings.progress.class_book import Column, read_student_book
from readings.progress.models import Reminder
from readings.progress.states import State

logger = logging.getLogger(__name__)

CLAIM: Final = dt.timedelta(minutes=2)  # longer than a mail server is waited for
SHORTEST_PAUSE: Final = dt.timedelta(minutes=1)
GIVEN_UP_AFTER: Final = dt.timedelta(hours=6)
MAX_PROBLEM: Final = 300
_PERMANENT: Final = 500  # SMTP replies from here on are final


class _Refused(Exception):
    """The mail server will never take this one."""


def owed_reminders(now: dt.datetime) -> QuerySet[Reminder]:
    """What is to be sent and nobody is sending."""
    return Reminder.objects.filter(sent_at=None, problem="").filter(
        Q(claimed_until=None) | Q(claimed_until__lte=now)
    )


def send_reminder(reminder_id: int) -> None:
    """Mail one reminder, unless somebody does or did, or nothing of it is owed any more."""
    now = timezone.now()
    # Of two that see the same row, one updates it.
    mine = owed_reminders(now).filter(pk=reminder_id).update(claimed_until=now + CLAIM)
    if not mine:
        return
    reminder = Reminder.objects.select_related("course", "user", "created_by").get(pk=reminder_id)
    message = write_mail(reminder, now=now)
    if message is None:
        _fail(reminder, "Not sent: nothing of it was owed any more.")
        return
    if reminder.user.is_sample and not settings.DEMO:
        _fail(reminder, "Not sent: this is a sample person.")
        return
    try:
        _send(message)
    except _Refused as refusal:
        _fail(reminder, f"The mail server refused the address: {refusal}")
    except (OSError, smtplib.SMTPException) as error:
        _put_off(reminder, error)
    else:
        Reminder.objects.filter(pk=reminder.pk).update(sent_at=timezone.now(), claimed_until=None)


def write_mail(reminder: Reminder, *, now: dt.datetime) -> EmailMessage | None:
    """The mail, of what is still owed of it at ``now``; None: nothing is."""
    course, user = reminder.course, reminder.user
    is_student = Membership.objects.filter(course=course, user=user, role=Role.STUDENT).exists()
    if not is_student:
        return None
    book = read_student_book(Access(course, user, Role.STUDENT), now=now)
    wanted = set(reminder.readings.values_list("pk", flat=True))
    columns = [
        one
        for one in book.columns
        if one.id in wanted and book.cell(user.pk, one).state in (State.MISSING, State.DUE)
    ]
    if not columns:
        return None
    subject, body = mail_text(reminder, columns, book.policy, now=now)
    sender = reminder.created_by
    return EmailMessage(subject, body, to=[user.email], reply_to=[sender.email])


def mail_text(
    reminder: Reminder, columns: list[Column], policy: Policy, *, now: dt.datetime
) -> tuple[str, str]:
    """Subject and text of a mail about ``columns``."""
    course = reminder.course
    zone = course.zone
    path = reverse("notes:edit", args=[course.slug, 0])
    lines = [
        {
            "name": one.name,
            "title": one.rest,
            "due": clock.short_instant(one.duty.due_at.astimezone(zone)),
            "was_due": one.duty.due_at < now,
            "url": settings.SITE_URL + path.replace("/0/", f"/{one.id}/"),
        }
        for one in columns
        if one.duty.due_at
    ]
    context = {
        "lines": lines,
        "course": course,
        "user": reminder.user,
        "sender": reminder.created_by,
        "words": reminder.words,
        "one_is_enough": policy.per == Per.MEETING and len(lines) > 1,
    }
    subject = render_to_string("progress/mail/reminder_subject.txt", context)
    return " ".join(subject.split()), render_to_string("progress/mail/reminder.txt", context)


def _send(message: EmailMessage) -> None:
    """Raises ``_Refused`` for what will not be taken, and what the mail server raises."""
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()), (0, b""))
        if code >= _PERMANENT:
            raise _Refused(_said(words)) from error
        raise
    except smtplib.SMTPDataError as error:
        if error.smtp_code >= _PERMANENT:
            raise _Refused(_said(error.smtp_error)) from error
        raise


def _said(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words


def _fail(reminder: Reminder, problem: str) -> None:
    Reminder.objects.filter(pk=reminder.pk).update(
        problem=problem[:MAX_PROBLEM], claimed_until=None
    )


def _put_off(reminder: Reminder, error: Exception) -> None:
    """Try it again later, or give it up."""
    now = timezone.now()
    waited = now - reminder.created_at
    logger.warning("reminder %s could not be mailed: %s", reminder.pk, error)
    if waited >= GIVEN_UP_AFTER:
        _fail(reminder, f"The mail server could not be used for six hours: {error}")
    else:
        pause = max(waited, SHORTEST_PAUSE)
        Reminder.objects.filter(pk=reminder.pk).update(claimed_until=now + pause)
