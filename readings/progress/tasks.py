"""What is put off: hints that there is a reminder to be mailed.  What is owed stands in rows."""

from __future__ import annotations

from typing import Final

from celery import shared_task
from django.utils import timezone

from readings.progress import mailing

SWEEP_SECONDS: Final = 60
MAILS_A_SWEEP: Final = 200


@shared_task
def mail_reminder(reminder_id: int) -> None:
    """Mail one reminder."""
    mailing.send_reminder(reminder_id)


@shared_task
def sweep_reminders() -> None:
    """Hint at every reminder that is owed; asked for by beat."""
    owed = mailing.owed_reminders(timezone.now()).order_by("pk")
    for reminder_id in owed.values_list("pk", flat=True)[:MAILS_A_SWEEP]:
        mail_reminder.apply_async((reminder_id,), expires=SWEEP_SECONDS)
