"""What every template may ask for."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Switches of this installation that pages show, and the access of a course's page."""
    return {
        "demo": settings.DEMO,
        "stand_in": settings.ARXIV_STAND_IN,
        "access": getattr(request, "access", None),
    }
