"""``make run``: Seminar on this machine, web server, worker and beat under one parent.

    PORT=8000 DATA_DIR=var python -m seminar.run

Needs nothing but a folder: it makes its own secret key and a sample course, and turns on what is
only safe on a loopback address (``DEMO``).
"""

from __future__ import annotations

import http.client
import importlib
import json
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from setproctitle import setproctitle

from seminar.arxiv_probe import Probe
from seminar.env import ARXIV_API_URL, read_environment
from seminar.local import (
    HOST,
    CannotRun,
    check_port_is_free,
    environment_for,
    free_port,
    lock_data_dir,
    open_data_dir,
    port_from,
    secret_key_in,
)
from seminar.orphans import end_descendants_with_parents
from seminar.supervisor import Supervisor

BASE_DIR = Path(__file__).resolve().parent.parent
ASK_ARXIV_AGAIN_SECONDS = 180.0
READY_SECONDS = 20.0


def main() -> None:
    """Run until a stop signal."""
    given = dict(os.environ)
    try:
        once_more = run(given)
    except (CannotRun, ImproperlyConfigured) as problem:
        sys.exit(f"Seminar: {problem}")
    if once_more:
        # Settings are read once a process, so new ones take a new process.
        os.execve(sys.executable, [sys.executable, "-m", "seminar.run"], given)  # noqa: S606


def run(given: Mapping[str, str]) -> bool:
    """Run everything until a stop signal; true when it is to be started once more."""
    port = port_from(given.get("PORT", ""))
    environment = environment_for(given, port)
    understood = read_environment(environment, base_dir=BASE_DIR)
    open_data_dir(understood.data_dir)
    lock = lock_data_dir(understood.data_dir)
    check_port_is_free(port)
    environment.setdefault("SECRET_KEY", secret_key_in(understood.data_dir))

    setproctitle("seminar")  # before the environment changes, or it would no longer find the place
    end_descendants_with_parents()
    supervisor = Supervisor(say)
    try:
        return supervise(supervisor, environment, port)
    finally:
        supervisor.stop()
        lock.close()


def supervise(supervisor: Supervisor, environment: dict[str, str], port: int) -> bool:
    """Start everything and look after it; true when it is to be started once more."""
    understood = read_environment(environment, base_dir=BASE_DIR)
    # Whoever names an API means that one, and a real installation waits for the real arXiv.
    asks_arxiv = understood.demo and not environment.get("ARXIV_API_URL")
    probe = Probe(ARXIV_API_URL) if asks_arxiv else None
    serving = importlib.import_module("seminar.serving")  # takes as long as the probe
    stand_in_port = 0 if probe is None or probe.reached() else free_port()
    if stand_in_port:
        environment |= {
            "ARXIV_API_URL": f"http://{HOST}:{stand_in_port}/api/query",
            "ARXIV_PDF_URL": f"http://{HOST}:{stand_in_port}/pdf/",
            "ARXIV_STAND_IN": "1",
        }
        say("arXiv cannot be reached. Until it can, a stand-in answers for it, with made-up PDFs.")
    os.environ.update(environment)
    serving.load()

    if stand_in_port:  # first, so that it answers when the worker asks
        supervisor.add("arXiv stand-in", serving.run_arxiv_stand_in, stand_in_port)
    if supervisor.run_once("preparation", serving.prepare) and not supervisor.stopping:
        raise CannotRun("the data folder could not be made ready; the reason stands above.")
    if not supervisor.stopping:
        supervisor.add("web", serving.serve_web, port)
        supervisor.add("worker", serving.run_worker)
        supervisor.add("beat", serving.run_beat)
    watch = Watch(supervisor, port, understood.site_url, misses_arxiv=bool(stand_in_port))
    supervisor.watch(watch.look)
    return watch.arxiv_is_back


def say(sentence: str) -> None:
    """Tell the person at the terminal."""
    print(f"Seminar: {sentence}", flush=True)  # noqa: T201


def ask_health(port: int, site_url: str) -> dict[str, str] | None:
    """What ``/healthz`` says of each part; None while nobody answers."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": urlsplit(site_url).netloc})
        response = connection.getresponse()
        parts: dict[str, str] = json.loads(response.read())
    except (OSError, http.client.HTTPException):
        return None
    except ValueError:  # an answer, if not the usual one: a redirection to https, say
        return {}
    finally:
        connection.close()
    return parts


@dataclass
class Watch:
    """What the parent looks at between looking after its children."""

    supervisor: Supervisor
    port: int
    site_url: str
    misses_arxiv: bool
    arxiv_is_back: bool = False
    _announced: bool = False
    _probe: Probe | None = None
    _started_at: float = field(default_factory=time.monotonic)
    _asked_at: float = field(default_factory=time.monotonic)

    def look(self) -> float:
        """Look once; gives the seconds until the next look."""
        if not self._announced:
            self._announce_when_ready()
        if self.misses_arxiv:
            self._look_for_arxiv()
        return 1.0 if self._announced and self._probe is None else 0.1

    def _announce_when_ready(self) -> None:
        parts = ask_health(self.port, self.site_url)
        late = time.monotonic() - self._started_at > READY_SECONDS
        if parts is None and not late:
            return
        down = [name for name, state in (parts or {"web": "down"}).items() if state == "down"]
        if down and not late:
            return
        self._announced = True
        if down:
            say(f"after {READY_SECONDS:.0f} s there is still no sign of: {', '.join(down)}.")
        say(f"running on {self.site_url}, data in {os.environ.get('DATA_DIR') or 'var'}.")
        say("sign in there as the sample instructor or a sample student, with one click.")
        say("Ctrl-C stops everything.")

    def _look_for_arxiv(self) -> None:
        if self._probe is None:
            if time.monotonic() - self._asked_at > ASK_ARXIV_AGAIN_SECONDS:
                self._probe = Probe(ARXIV_API_URL)
        elif self._probe.finished():
            if self._probe.reached():
                say("arXiv can be reached again: starting once more, with the real one.")
                self.arxiv_is_back = True
                self.supervisor.stopping = True
            self._probe = None
            self._asked_at = time.monotonic()


if __name__ == "__main__":
    main()
