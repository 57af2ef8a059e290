"""Heartbeat."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """When a part that runs by itself was last heard of."""

    name = models.CharField(max_length=40, unique=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.beat_at:%H:%M:%S}"
