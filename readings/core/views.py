"""Pages that belong to no domain: health, errors."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from readings.core.health import check_health


@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """What a load balancer asks: 200 when every part is there, 503 when one is down."""
    health = check_health()
    return JsonResponse(health, status=200 if health["status"] == "ok" else 503)
