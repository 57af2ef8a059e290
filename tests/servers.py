"""The surroundings of every test: environment, database, storage, scratch servers.

Loaded by ``-p`` (see ``addopts``) and so before Django reads its settings.  What a machine lacks
skips the tests that need it and says what to install; with ``CI`` set, a skip is a failure.
"""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache

from tests.scratch import MissingProgramError, scratch_postgresql, scratch_redis

pytest_plugins = ["tests.arxiv", "tests.browsers"]

# Whatever the person at the keyboard has set must not reach a test.
SWITCHES = (
    "ARXIV_API_URL",
    "ARXIV_DELAY_SECONDS",
    "ARXIV_PDF_URL",
    "ARXIV_STAND_IN",
    "CELERY_BROKER_URL",
    "DATABASE_URL",
    "DATA_DIR",
    "DEBUG",
    "DEFAULT_FROM_EMAIL",
    "DEMO",
    "EMAIL_URL",
    "GIT_HOST",
    "PDF_MAX_MEGABYTES",
    "PORT",
    "SECRET_KEY",
    "SITE_URL",
    "STORAGE_URL",
    "TRUSTED_PROXY",
)
ENVIRONMENT = {
    "SECRET_KEY": "for tests",
    "SITE_URL": "http://testserver",
    "CELERY_BROKER_URL": "memory://",  # what is put off stays put off
    "ARXIV_API_URL": "http://127.0.0.1:9/api/query",  # nobody answers there
    "ARXIV_DELAY_SECONDS": "0",
}

DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}

# Modules whose tests share processes that take long to start: each runs in one worker, and first.
# (The marker ``xdist_group`` has no effect here: xdist 3.8 cannot rename a test of pytest 9.2.)
TOGETHER = ("tests/ops/test_run.py",)

MISSING_DATABASE = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--database``: which of the supported databases the tests run on."""
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="database the tests run on; postgresql starts a scratch server",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Set the environment, before pytest-django loads the settings.

    An xdist worker inherits it, and with it the database server, from the process that starts it.
    """
    # What a test leaves behind is a cycle or two, and looking for them took a tenth of the time.
    gc.set_threshold(100_000, 50, 100)
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    things = ExitStack()
    early_config.add_cleanup(things.close)
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        # Not beside the sources then; but compiling everything anew took each of the many
        # processes that tests start longer than what it was started for.
        sys.dont_write_bytecode = False
        sys.pycache_prefix = str(early_config.rootpath / ".pytest_cache" / "bytecode")
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix
    data_dir = Path(tempfile.mkdtemp(prefix="seminar-tests-"))
    things.callback(shutil.rmtree, data_dir, ignore_errors=True)
    (data_dir / "static").mkdir()
    for name in SWITCHES:
        os.environ.pop(name, None)
    os.environ.update(ENVIRONMENT, DATA_DIR=str(data_dir))
    if early_config.known_args_namespace.database == "postgresql":
        try:
            os.environ["DATABASE_URL"] = things.enter_context(scratch_postgresql())
        except MissingProgramError as missing:
            early_config.stash[MISSING_DATABASE] = str(missing)


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """End at once where the wanted database cannot be had."""
    missing = config.stash.get(MISSING_DATABASE, "")
    if not missing:
        return None
    in_ci = "CI" in os.environ
    print(f"{'FAILED' if in_ci else 'SKIPPED'} on PostgreSQL: {missing}")  # noqa: T201
    return 1 if in_ci else 0


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Under ``--dist loadgroup``, give the tests of a module in ``TOGETHER`` to one worker."""
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

    class ModulesTogether(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            module = nodeid.partition("::")[0]
            return module if module in TOGETHER else nodeid

    return ModulesTogether(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what does not use the test database: it need not run again on another one."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if not item.get_closest_marker("django_db") and fixtures.isdisjoint(DATABASE_FIXTURES):
            item.add_marker("once")


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """What tests change in the settings themselves, for speed and independence."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        # Without a manifest: tests see a changed style sheet without collecting it first.
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    default = settings.DATABASES["default"]
    if default["ENGINE"] == "django.db.backends.sqlite3":
        # A file, as in real life: an in-memory database locks differently between threads.
        default.setdefault("TEST", {})["NAME"] = str(settings.DATA_DIR / "test.sqlite3")
        # Nothing here has to survive a power cut.
        default["OPTIONS"] = default["OPTIONS"] | {
            "init_command": default["OPTIONS"]["init_command"] + "PRAGMA synchronous=OFF;"
        }
    make_emptying_cheap()


def make_emptying_cheap() -> None:
    """Empty the tables after a test that commits, and do no more than that.

    Nobody asks for Django's own permissions, which it would write anew each time.  And to truncate
    all tables of PostgreSQL, most of them empty, takes it longer than most tests.
    """
    from django.contrib.auth.management import create_permissions
    from django.contrib.contenttypes.management import create_contenttypes
    from django.db.backends.postgresql.operations import DatabaseOperations
    from django.db.models.signals import post_migrate

    def sql_flush(
        self: DatabaseOperations, style: Any, tables: Sequence[str], **options: Any
    ) -> list[str]:
        # In one transaction, at whose end the foreign keys are checked: any order will do.
        return ["; ".join(f"DELETE FROM {self.quote_name(table)}" for table in tables)]  # noqa: S608

    setattr(DatabaseOperations, "sql_flush", sql_flush)  # noqa: B010 (mypy minds an assignment)
    post_migrate.disconnect(
        create_permissions, dispatch_uid="django.contrib.auth.management.create_permissions"
    )
    post_migrate.disconnect(create_contenttypes)


def _in_ci(report: Any) -> None:
    """Turn a skip into a failure where everything must be there."""
    if "CI" not in os.environ or not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"CI is set and this was skipped. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Any:
    """A skipped test is a failure with ``CI`` set."""
    report = yield
    _in_ci(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Any:
    """A skipped module is a failure with ``CI`` set."""
    report = yield
    _in_ci(report)
    return report


_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def _fresh_stores(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every test begins with an empty cache and an empty file storage of its own."""
    folder = tmp_path_factory.getbasetemp() / f"files-{next(_numbers)}"
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "readings.core.storage.WholeFileStorage",
            "OPTIONS": {"location": str(folder)},
        }
    }
    cache.clear()


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The broker address of a scratch Redis."""
    with ExitStack() as things:
        try:
            url = things.enter_context(scratch_redis())
        except MissingProgramError as missing:
            pytest.skip(str(missing))
        yield url


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of a server that speaks S3, with an empty bucket named ``seminar``."""
    # Seconds of imports that only the tests of S3 should pay.
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    boto3.client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    ).create_bucket(Bucket="seminar")
    yield url
    server.stop()


Environ = Callable[..., dict[str, str]]


@pytest.fixture(scope="session")
def environ(tmp_path_factory: pytest.TempPathFactory) -> Environ:
    """A function that gives a process its environment: stores of its own, and what is asked for.

    The database is one of the kind the tests run on, empty and not yet migrated.
    """

    def environment_with(**switches: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in SWITCHES}
        for name in ("CI", "DJANGO_ALLOW_ASYNC_UNSAFE", "PYTEST_XDIST_WORKER"):
            kept.pop(name, None)
        kept["DATA_DIR"] = str(tmp_path_factory.mktemp("data"))
        server = os.environ.get("DATABASE_URL", "")
        if server and "DATABASE_URL" not in switches:
            name = f"process_{uuid.uuid4().hex}"
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
            kept["DATABASE_URL"] = f"{server.rpartition('/')[0]}/{name}"
        return kept | switches

    return environment_with
