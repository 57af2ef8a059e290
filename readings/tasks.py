"""The registry in which Celery finds every package's tasks."""

from readings.core.tasks import beat_heart
from readings.imports.tasks import bring_document, check_source
from readings.imports.tasks import sweep as sweep_documents
from readings.papers.tasks import ask_arxiv, read_text, sweep
from readings.presentations.tasks import sweep_waiting
from readings.presentations.wishes.tasks import compute_assignment, sweep_assignments
from readings.progress.tasks import mail_reminder, sweep_reminders
from readings.reading_lists.tasks import search_titles, sweep_titles

__all__ = [
    "ask_arxiv",
    "beat_heart",
    "bring_document",
    "check_source",
    "compute_assignment",
    "mail_reminder",
    "read_text",
    "search_titles",
    "sweep",
    "sweep_assignments",
    "sweep_documents",
    "sweep_reminders",
    "sweep_titles",
    "sweep_waiting",
]
