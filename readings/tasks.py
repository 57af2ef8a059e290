"""The registry in which Celery finds every package's tasks."""

from readings.core.tasks import beat_heart

__all__ = ["beat_heart"]
