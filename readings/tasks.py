"""The registry in which Celery finds every package's tasks."""

from readings.core.tasks import beat_heart
from readings.papers.tasks import ask_arxiv, read_text, sweep

__all__ = ["ask_arxiv", "beat_heart", "read_text", "sweep"]
