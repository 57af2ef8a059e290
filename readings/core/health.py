"""Whether the parts an installation stands on are there: database, queue, storage."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.utils import timezone
from django.utils.crypto import get_random_string

from readings.core.models import Heartbeat

logger = logging.getLogger(__name__)

# Beat asks for a heartbeat every 10 seconds; a worker busy with long work may miss some.
WORKER_SILENT_AFTER = dt.timedelta(seconds=45)


def mark_worker_alive() -> None:
    """Record that a worker took a message now."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"beat_at": timezone.now()})


def check_health() -> dict[str, str]:
    """``{"status": ..., "database": ..., "queue": ..., "storage": ...}``, each "ok" or "down"."""
    parts = {
        "database": _say(_database_answers),
        "queue": _say(_worker_answered_lately),
        "storage": _say(_storage_keeps),
    }
    whole = "ok" if set(parts.values()) == {"ok"} else "down"
    return {"status": whole, **parts}


def _say(check: Callable[[], bool]) -> str:
    try:
        return "ok" if check() else "down"
    except Exception:  # whatever a store raises, the answer is "down" and not an error page
        logger.exception("health check failed: %s", check.__name__)
        return "down"


def _database_answers() -> bool:
    return Heartbeat.objects.exists() or True


def _worker_answered_lately() -> bool:
    try:
        since = timezone.now() - WORKER_SILENT_AFTER
        return Heartbeat.objects.filter(name="worker", beat_at__gte=since).exists()
    except DatabaseError:
        return False


def _storage_keeps() -> bool:
    name = default_storage.save(f"health/{get_random_string(12)}", ContentFile(b"ok"))
    default_storage.delete(name)
    return True
