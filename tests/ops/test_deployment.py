"""A real installation, run as ``docs/deploying.md`` says: other stores, other processes."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from seminar.local import free_port
from seminar.orphans import die_with_parent
from tests.instances import ROOT
from tests.scratch import wait_until
from tests.servers import Environ

pytestmark = pytest.mark.processes

BIN = Path(sys.executable).parent
SITE = {"SECRET_KEY": "a key for tests only", "SITE_URL": "https://seminar.example.edu"}


def run(environ: dict[str, str], *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        arguments, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=120, check=False
    )


def run_python(environ: dict[str, str], code: str) -> subprocess.CompletedProcess[str]:
    return run(environ | {"DJANGO_SETTINGS_MODULE": "seminar.settings"}, sys.executable, "-c", code)


@contextmanager
def background(environ: dict[str, str], *arguments: str | Path) -> Iterator[None]:
    process = subprocess.Popen(
        arguments,
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        preexec_fn=die_with_parent,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)


def ask(port: int, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/healthz", headers=headers)
    return connection.getresponse()


def listens(port: int) -> bool:
    try:
        ask(port).close()
    except OSError:
        return False
    return True


@pytest.mark.django_db  # not for itself: so that it runs on PostgreSQL as well
def test_web_worker_and_beat_work_together_over_redis(environ: Environ, redis_url: str) -> None:
    switches = environ(**SITE, CELERY_BROKER_URL=redis_url, TRUSTED_PROXY="1")
    prepared = run(switches, sys.executable, "manage.py", "migrate", "--verbosity=0")
    assert prepared.returncode == 0, prepared.stderr
    port = free_port()

    def health() -> dict[str, str]:
        answer = ask(port, Host="seminar.example.edu", **{"X-Forwarded-Proto": "https"})
        parts: dict[str, str] = json.loads(answer.read())
        return parts

    with ExitStack() as processes:
        for command in (
            f"{BIN}/granian --interface wsgi --port {port} --blocking-threads 1 "
            "seminar.wsgi:application",
            f"{BIN}/celery -A seminar worker --pool threads --loglevel WARNING",
        ):
            processes.enter_context(background(switches, *command.split()))
        wait_until(lambda: listens(port), what="the web server listens")

        wait_until(lambda: health()["queue"] == "ok", what="the worker takes a task")
        assert health() == {"status": "ok", "database": "ok", "queue": "ok", "storage": "ok"}

        plainly = ask(port, Host="seminar.example.edu")
        assert plainly.status == 301
        assert plainly.headers["Location"] == "https://seminar.example.edu/healthz"
        assert ask(port, Host="elsewhere.example.edu").status == 400


@pytest.mark.parametrize("missing", ["SECRET_KEY", "SITE_URL"])
def test_nothing_is_served_without_key_and_address(environ: Environ, missing: str) -> None:
    switches = environ(**SITE)
    del switches[missing]

    ended = run_python(switches, "import seminar.wsgi")

    assert ended.returncode == 1
    assert f"ImproperlyConfigured: {missing} is not set" in ended.stderr.splitlines()[-1]


def test_demo_is_not_served_on_a_public_address(environ: Environ) -> None:
    ended = run_python(environ(**SITE, DEMO="1"), "import seminar.wsgi")

    assert ended.returncode == 1
    assert "ImproperlyConfigured: DEMO lets anyone sign in" in ended.stderr.splitlines()[-1]


@pytest.mark.parametrize(("trusted", "counted"), [("0", "10.0.0.1"), ("1", "203.0.113.7")])
def test_attempts_are_counted_for_the_client_that_the_proxy_saw(
    environ: Environ, trusted: str, counted: str
) -> None:
    code = """
import django; django.setup()
from allauth.account.adapter import get_adapter
from django.test import RequestFactory
claimed = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}
print(get_adapter().get_client_ip(RequestFactory(REMOTE_ADDR="10.0.0.1").get("/", headers=claimed)))
"""
    ended = run_python(environ(**SITE, TRUSTED_PROXY=trusted), code)

    assert ended.stdout.strip() == counted, ended.stderr


def test_files_are_kept_by_an_s3_service(environ: Environ, s3_server: str) -> None:
    host = urlsplit(s3_server).netloc
    url = f"s3://key:secret@{host}/seminar?region=us-east-1&insecure=1"
    code = """
import django; django.setup()
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage as storage

first = storage.save("papers/a.pdf", ContentFile(b"%PDF-1.7 first"))
second = storage.save("papers/a.pdf", ContentFile(b"%PDF-1.7 second"))
print(type(storage._wrapped).__name__, first != second)
print(storage.open(first).read(), storage.size(second))
storage.delete(first)
print(storage.exists(first), storage.exists(second))
"""
    ended = run_python(environ(**SITE, STORAGE_URL=url), code)

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines() == [
        "S3Storage True",
        "b'%PDF-1.7 first' 15",
        "False True",
    ]


def test_health_tells_a_database_that_is_down(environ: Environ) -> None:
    code = """
import django; django.setup()
from django.test import Client
answer = Client(HTTP_HOST="127.0.0.1").get("/healthz")
print(answer.status_code, answer.json()["database"], answer.json()["storage"])
"""
    switches = environ(
        SECRET_KEY="key",
        SITE_URL="http://127.0.0.1",
        DATABASE_URL="postgres://nobody@127.0.0.1:9/nothing",
    )
    ended = run_python(switches, code)

    assert ended.stdout.splitlines() == ["503 down ok"], ended.stderr
