"""A Celery broker that is a folder: one file a message, for one machine without a server.

kombu has one as well, but there a reader can take a message that is half written, two processes
that start together can break its table of bindings, and a folder that was wiped stops the worker.
"""

from __future__ import annotations

import contextlib
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any, ClassVar

from kombu.transport import virtual
from kombu.utils.json import dumps, loads

LONGEST_WAIT = 0.3


class Channel(virtual.Channel):
    """Queues as folders below the transport option ``folder``.

    A message's name begins with the time it was put in, so that names sort by age.  A name that
    begins with a dot is being written or has been taken, and belongs to one process.
    """

    supports_fanout = False

    def _folder(self, queue: str) -> Path:
        client: Any = self.connection.client
        folder = Path(client.transport_options["folder"]) / queue
        folder.mkdir(parents=True, exist_ok=True)  # each time: it may have been wiped
        return folder

    def _messages(self, queue: str) -> list[Path]:
        return [path for path in self._folder(queue).iterdir() if not path.name.startswith(".")]

    def _put(self, queue: str, message: dict[str, Any], **_options: Any) -> None:
        name = f"{time.time_ns():020}-{uuid.uuid4().hex}"
        draft = self._folder(queue) / f".{name}"
        draft.write_text(dumps(message))
        draft.rename(draft.with_name(name))  # at once: a reader sees all of it or nothing

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:  # noqa: ARG002
        for path in sorted(self._messages(queue)):
            taken = path.with_name(f".{path.name}")
            with contextlib.suppress(FileNotFoundError):  # another process was faster
                path.rename(taken)
                text = taken.read_text()
                taken.unlink()
                message: dict[str, Any] = loads(text)
                return message
        raise Empty

    def _size(self, queue: str) -> int:
        return len(self._messages(queue))

    def _purge(self, queue: str) -> int:
        messages = self._messages(queue)
        for path in messages:
            path.unlink(missing_ok=True)
        return len(messages)


class Transport(virtual.Transport):
    """The broker of ``CELERY_BROKER_URL=filesystem://``."""

    Channel = Channel
    default_connection_params: ClassVar[dict[str, Any]] = {}  # no host, no port
    driver_type = "filesystem"
    driver_name = "folder"

    def drain_events(self, connection: Any, timeout: float | None = None, **_options: Any) -> None:
        """Wait for a message; never for long, because a worker told to stop waits for this."""
        super().drain_events(connection, timeout=timeout and min(timeout, LONGEST_WAIT))

    def driver_version(self) -> str:
        """What ``celery report`` prints."""
        return "1"
