"""The processes of one installation on one machine, each a function to run in a process.

Importing this loads what they share but reads no settings; ``load`` does that.
"""

from __future__ import annotations

import gc
import hashlib
import importlib
import io
import multiprocessing
import sys
import warnings
from pathlib import Path

import django
from celery.exceptions import SecurityWarning
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import get_resolver
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from seminar.celery import app
from seminar.supervisor import START_METHOD

WEB_PROCESSES = 2
WORKER_THREADS = 4


def load() -> None:
    """Load the application once, so that the processes forked from here share it."""
    django.setup()
    _ = get_resolver().url_patterns  # every view, form and service
    app.loader.import_default_modules()  # every task
    gc.collect()
    gc.freeze()  # the collector would touch, and so copy, every shared page


def prepare() -> None:
    """Bring data folder and database up to date: migrations, collected files, a sample course."""
    load_here()
    try:
        _migrate()
        _collect_static_files()
        if settings.DEMO:
            call_command("seed_sample", if_empty=True)
    except DatabaseError as problem:
        sys.exit(f"Seminar: the database cannot be used: {problem}".rstrip())


def serve_web(port: int) -> None:
    """Serve HTTP on the loopback address until told to stop."""
    load_here()
    # granian forks its workers only from a process that says so; Python 3.14 changed the default.
    multiprocessing.set_start_method(START_METHOD, force=True)
    importlib.import_module("seminar.wsgi")  # here already, for its workers to share
    Server(
        "seminar.wsgi:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=WEB_PROCESSES,
        blocking_threads=1,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
        process_name="seminar web",
    ).serve()


def run_worker() -> None:
    """Take tasks from the queue until told to stop."""
    load_here()
    # Only JSON is accepted from the queue, so that running as root is no danger of its own.
    warnings.simplefilter("ignore", SecurityWarning)
    worker = app.Worker(
        pool="threads",
        concurrency=WORKER_THREADS,
        loglevel="WARNING",
        quiet=True,
        # There is one worker: nobody to greet or to compare clocks with.
        without_mingle=True,
        without_gossip=True,
        without_heartbeat=True,
    )
    worker.start()
    sys.exit(worker.exitcode)


def run_beat() -> None:
    """Put the regular tasks into the queue until told to stop."""
    load_here()
    app.Beat(schedule=str(settings.DATA_DIR / "beat"), loglevel="WARNING", quiet=True).run()


def run_arxiv_stand_in(port: int) -> None:
    """Answer in arXiv's place until told to stop."""
    load_here()
    call_command("arxiv_stand_in", port=port, stdout=io.StringIO())  # said by the parent


def load_here() -> None:
    """Load the application in a process that was not forked from one that has."""
    if START_METHOD != "fork":
        django.setup()


def _migrate() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


def _collect_static_files() -> None:
    """Collect style sheets and scripts, unless none of them changed since the last time."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            digest.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    stamp = settings.DATA_DIR / "static.stamp"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(digest.hexdigest())
