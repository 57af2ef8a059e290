"""CHECK constraints that several models share."""

from __future__ import annotations

from django.db import models


def one_of(field: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    """A constraint that ``field`` holds one of ``choices``, named after model and field."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": choices.values}),
        name=f"%(class)s_{field}_known",
    )
