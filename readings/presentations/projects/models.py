"""Project."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from readings.courses.models import Group


class Project(models.Model):
    """What a group works on and presents: Markdown texts, a repository, links."""

    group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="project")
    title = models.CharField(max_length=200)
    pitch = models.TextField(blank=True)
    update = models.TextField(blank=True)
    final = models.TextField(blank=True)
    repository = models.URLField(max_length=500, blank=True)
    links = models.JSONField(default=list)  # [{"title": ..., "url": ...}]
    version = models.PositiveIntegerField(default=1)  # two members who write at once are told
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.title
