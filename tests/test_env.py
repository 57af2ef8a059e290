"""The environment's switches: what each means, and the sentence when one is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from seminar.env import Environment, read_environment

BASE = Path("/srv/seminar")


def read(**environ: str) -> Environment:
    return read_environment(environ, base_dir=BASE)


def complaint(**environ: str) -> str:
    with pytest.raises(ImproperlyConfigured) as refused:
        read(**environ)
    return str(refused.value)


def test_an_empty_environment_is_a_laptop_without_secrets() -> None:
    env = read()

    assert (env.debug, env.demo, env.secure, env.trusted_proxy) == (False, False, False, False)
    assert (env.secret_key, env.site_url, env.host) == ("", "", "")
    assert env.data_dir == BASE / "var"
    assert env.broker_url == "filesystem://"
    assert env.email["EMAIL_BACKEND"] == "django.core.mail.backends.console.EmailBackend"


@pytest.mark.parametrize("name", ["data", "my data", "100%20", "a?b#c", "é"])
def test_data_dir_moves_database_and_files_with_it(tmp_path: Path, name: str) -> None:
    env = read(DATA_DIR=str(tmp_path / name))

    assert env.database["NAME"] == str(tmp_path / name / "seminar.sqlite3")
    assert env.storage["OPTIONS"] == {"location": str(tmp_path / name / "files")}


def test_sqlite_waits_for_its_turn_to_write() -> None:
    options = read(DATABASE_URL="sqlite:////data/x.sqlite3").database["OPTIONS"]

    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] == 20
    assert "journal_mode=WAL" in options["init_command"]


def test_postgresql_is_named_by_its_url() -> None:
    database = read(DATABASE_URL="postgres://ann:p%40ss@db.example.edu:5433/seminar").database

    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["HOST"], database["PORT"]) == ("db.example.edu", 5433)
    assert (database["USER"], database["PASSWORD"]) == ("ann", "p@ss")
    assert database["CONN_HEALTH_CHECKS"] is True


def test_a_data_dir_of_nobody_is_refused() -> None:
    assert complaint(DATA_DIR="~nobody-at-all/x").startswith("DATA_DIR must be a folder")


@pytest.mark.parametrize("url", ["mysql://localhost/x", "oracle://localhost/x", "what", "db://h/x"])
def test_another_database_is_refused(url: str) -> None:
    assert complaint(DATABASE_URL=url).startswith("DATABASE_URL ")


@pytest.mark.parametrize("text", ["1", "true", "Yes", " on "])
def test_a_switch_is_on(text: str) -> None:
    assert read(TRUSTED_PROXY=text).trusted_proxy is True


@pytest.mark.parametrize("text", ["", "0", "False", "no", "OFF"])
def test_a_switch_is_off(text: str) -> None:
    assert read(TRUSTED_PROXY=text).trusted_proxy is False


@pytest.mark.parametrize("name", ["DEBUG", "DEMO", "ARXIV_STAND_IN", "TRUSTED_PROXY"])
def test_a_switch_that_is_neither_on_nor_off_is_named(name: str) -> None:
    assert complaint(**{name: "maybe"}) == f"{name} must be 1 or 0, not 'maybe'."


def test_a_git_host_of_ones_own_is_an_origin() -> None:
    assert read().git_host == ""
    assert read(GIT_HOST="http://git.example.edu:3000/").git_host == "http://git.example.edu:3000"
    assert complaint(GIT_HOST="git.example.edu/ann").startswith("GIT_HOST must be")


def test_site_url_gives_host_and_security() -> None:
    env = read(SITE_URL="https://seminar.example.edu/")

    assert env.site_url == "https://seminar.example.edu"
    assert env.host == "seminar.example.edu"
    assert env.secure is True


@pytest.mark.parametrize(
    "url",
    [
        "seminar.example.edu",
        "ftp://seminar.example.edu",
        "https://",
        "https://example.edu/seminar",
        "https://example.edu:port",
        "https://[example.edu",
        "https://127.0.0.1@example.edu",
        "https://example.edu\n",
    ],
)
def test_a_site_url_that_is_no_origin_is_refused(url: str) -> None:
    assert complaint(SITE_URL=url).startswith("SITE_URL must be")


@pytest.mark.parametrize(
    "url",
    ["", "http://127.0.0.1:8000", "http://localhost", "http://[::1]:8000", "http://127.9.9.9"],
)
def test_demo_is_for_loopback_addresses(url: str) -> None:
    assert read(DEMO="1", SITE_URL=url).demo is True


@pytest.mark.parametrize(
    "url",
    [
        "https://seminar.example.edu",
        "http://10.0.0.7:8000",
        "http://0.0.0.0:8000",
        "http://localhost.example.edu",
        "http://127.0.0.1.example.edu",
    ],
)
def test_demo_refuses_a_public_address(url: str) -> None:
    assert complaint(DEMO="1", SITE_URL=url).startswith("DEMO lets anyone sign in")


def test_the_broker_is_the_one_named() -> None:
    assert read(CELERY_BROKER_URL="redis://cache/1").broker_url == "redis://cache/1"


def test_storage_is_a_folder() -> None:
    storage = read(STORAGE_URL="file:///srv/my%20files").storage

    assert storage["BACKEND"].endswith("WholeFileStorage")
    assert storage["OPTIONS"] == {"location": "/srv/my files"}


def test_storage_is_an_s3_service() -> None:
    options = read(
        STORAGE_URL="s3://KEY:sec%2Fret@minio.example.edu:9000/papers?region=eu-1&insecure=1"
    ).storage["OPTIONS"]

    assert options["endpoint_url"] == "http://minio.example.edu:9000"
    assert (options["access_key"], options["secret_key"]) == ("KEY", "sec/ret")
    assert (options["bucket_name"], options["region_name"]) == ("papers", "eu-1")


def test_storage_at_amazon_needs_no_host_nor_keys() -> None:
    options = read(STORAGE_URL="s3:///papers").storage["OPTIONS"]

    assert options["endpoint_url"] is None
    assert options["access_key"] is None
    assert options["bucket_name"] == "papers"


@pytest.mark.parametrize("url", ["s3://KEY:SECRET@host/", "gs://bucket/x", "/srv/files", "file://"])
def test_another_storage_is_refused(url: str) -> None:
    assert complaint(STORAGE_URL=url).startswith("STORAGE_URL must be")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "smtp+tls://ann%40example.edu:secret@mail.example.edu",
            {
                "EMAIL_HOST": "mail.example.edu",
                "EMAIL_PORT": 587,
                "EMAIL_HOST_USER": "ann@example.edu",
                "EMAIL_HOST_PASSWORD": "secret",
                "EMAIL_USE_TLS": True,
                "EMAIL_USE_SSL": False,
            },
        ),
        (
            "smtps://mail.example.edu",
            {"EMAIL_PORT": 465, "EMAIL_USE_TLS": False, "EMAIL_USE_SSL": True},
        ),
        (
            "smtp://localhost:2525",
            {"EMAIL_PORT": 2525, "EMAIL_USE_TLS": False, "EMAIL_USE_SSL": False},
        ),
    ],
)
def test_mail_goes_through_the_server_named(url: str, expected: dict[str, Any]) -> None:
    email = read(EMAIL_URL=url).email

    assert email["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert {name: email[name] for name in expected} == expected


def test_another_way_of_sending_mail_is_refused() -> None:
    assert complaint(EMAIL_URL="pigeon://loft").startswith("EMAIL_URL ")


def test_the_sender_is_named_or_of_the_site() -> None:
    assert read(SITE_URL="https://s.example.edu").default_from_email == "seminar@s.example.edu"
    assert read(DEFAULT_FROM_EMAIL="Seminar <a@b.c>").default_from_email == "Seminar <a@b.c>"


def test_arxiv_is_asked_at_its_pace() -> None:
    env = read()

    assert env.arxiv_api_url == "https://export.arxiv.org/api/query"
    assert env.arxiv_pdf_url == "https://export.arxiv.org/pdf/"
    assert env.arxiv_delay_seconds == 3


def test_another_api_brings_its_own_pdfs_and_no_delay() -> None:
    env = read(ARXIV_API_URL="http://127.0.0.1:8901/api/query")

    assert env.arxiv_pdf_url == "http://127.0.0.1:8901/pdf/"
    assert env.arxiv_delay_seconds == 0


def test_an_api_without_an_address_is_refused() -> None:
    assert complaint(ARXIV_API_URL="arxiv").startswith("ARXIV_API_URL must be")
    assert complaint(ARXIV_PDF_URL="file:///etc").startswith("ARXIV_PDF_URL must be")


def test_the_pace_can_be_set() -> None:
    assert read(ARXIV_DELAY_SECONDS="4.5").arxiv_delay_seconds == 4.5


@pytest.mark.parametrize("text", ["soon", "-1", "nan", "inf"])
@pytest.mark.parametrize("name", ["ARXIV_DELAY_SECONDS", "PDF_MAX_MEGABYTES"])
def test_a_number_that_is_none_is_named(name: str, text: str) -> None:
    assert complaint(**{name: text}).startswith(f"{name} must ")


def test_pdfs_may_be_larger_or_smaller() -> None:
    assert read().pdf_max_bytes == 100 * 1024 * 1024
    assert read(PDF_MAX_MEGABYTES="0.5").pdf_max_bytes == 512 * 1024


SWITCHES = st.sampled_from(
    [
        "ARXIV_API_URL",
        "ARXIV_DELAY_SECONDS",
        "CELERY_BROKER_URL",
        "DATABASE_URL",
        "DATA_DIR",
        "DEMO",
        "EMAIL_URL",
        "GIT_HOST",
        "PDF_MAX_MEGABYTES",
        "SITE_URL",
        "STORAGE_URL",
    ]
)
# What an environment can hold: any text but NUL and lone surrogates.
VALUES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
URLS = st.builds(
    "{}://{}".format, st.sampled_from(["s3", "file", "http", "postgres", "smtp", "sqlite"]), VALUES
)


@given(environ=st.dictionaries(SWITCHES, VALUES | URLS, max_size=3))
def test_any_environment_is_understood_or_refused_in_a_sentence(environ: dict[str, str]) -> None:
    sentence = "."
    try:
        read_environment(environ, base_dir=BASE)
    except ImproperlyConfigured as refused:
        sentence = str(refused)
    assert sentence.endswith(".")
    assert "\n" not in sentence
