"""The Django project: one settings file fed by one parsed environment."""

from seminar.celery import app as celery_app

__all__ = ["celery_app"]
