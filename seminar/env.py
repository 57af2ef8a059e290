"""The environment, parsed once into one value; nothing else reads ``os.environ``."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import dj_database_url
import dj_email_url
from django.core.exceptions import ImproperlyConfigured

ARXIV_API_URL = "https://export.arxiv.org/api/query"
ARXIV_PDF_URL = "https://export.arxiv.org/pdf/"
ARXIV_DELAY_SECONDS = 3.0  # arXiv's terms of use: one request in three seconds

SQLITE_OPTIONS = {
    # A deferred transaction that turns into a writer fails at once when another one writes;
    # an immediate one waits its turn.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}


@dataclass(frozen=True)
class Environment:
    """What the environment says, checked; field by field the switches of ``docs/deploying.md``."""

    debug: bool
    demo: bool
    secret_key: str
    site_url: str
    data_dir: Path
    database: dict[str, Any]
    broker_url: str
    storage: dict[str, Any]
    email: dict[str, Any]
    arxiv_api_url: str
    arxiv_pdf_url: str
    arxiv_delay_seconds: float
    arxiv_stand_in: bool
    pdf_max_bytes: int
    trusted_proxy: bool

    @property
    def host(self) -> str:
        """The host name of the site's address, empty where none was given."""
        return urlsplit(self.site_url).hostname or ""

    @property
    def secure(self) -> bool:
        """Whether people reach the site over https."""
        return self.site_url.startswith("https://")


def read_environment(environ: Mapping[str, str], *, base_dir: Path) -> Environment:
    """Parse and check ``environ``.

    Raises ``ImproperlyConfigured`` with one sentence that names the variable and the way out.
    """
    data_dir = Path(environ.get("DATA_DIR") or base_dir / "var").expanduser().resolve()
    demo = _flag(environ, "DEMO")
    site_url = environ.get("SITE_URL", "").rstrip("/")
    if site_url and urlsplit(site_url).scheme not in ("http", "https"):
        raise ImproperlyConfigured("SITE_URL must start with http:// or https://.")
    if demo and not _is_loopback(urlsplit(site_url).hostname or "localhost"):
        raise ImproperlyConfigured(
            "DEMO lets anyone sign in with one click, so it works on a loopback address only: "
            f"unset DEMO, or SITE_URL ({site_url})."
        )
    api_url = environ.get("ARXIV_API_URL") or ARXIV_API_URL
    real_arxiv = api_url == ARXIV_API_URL
    return Environment(
        debug=_flag(environ, "DEBUG"),
        demo=demo,
        secret_key=environ.get("SECRET_KEY", ""),
        site_url=site_url,
        data_dir=data_dir,
        database=_database(environ.get("DATABASE_URL", ""), data_dir),
        broker_url=environ.get("CELERY_BROKER_URL") or "filesystem://",
        storage=_storage(environ.get("STORAGE_URL", ""), data_dir),
        email=_email(environ.get("EMAIL_URL", "")),
        arxiv_api_url=api_url,
        arxiv_pdf_url=environ.get("ARXIV_PDF_URL") or _pdf_url_beside(api_url),
        arxiv_delay_seconds=_number(
            environ, "ARXIV_DELAY_SECONDS", ARXIV_DELAY_SECONDS if real_arxiv else 0.0
        ),
        arxiv_stand_in=_flag(environ, "ARXIV_STAND_IN"),
        pdf_max_bytes=int(_number(environ, "PDF_MAX_MEGABYTES", 100.0) * 1024 * 1024),
        trusted_proxy=_flag(environ, "TRUSTED_PROXY"),
    )


def _flag(environ: Mapping[str, str], name: str) -> bool:
    text = environ.get(name, "").strip().lower()
    if text in ("", "0", "false", "no", "off"):
        return False
    if text in ("1", "true", "yes", "on"):
        return True
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {text!r}.")


def _number(environ: Mapping[str, str], name: str, default: float) -> float:
    text = environ.get(name, "").strip()
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a number, not {text!r}.") from None
    if not 0 <= value < float("inf"):
        raise ImproperlyConfigured(f"{name} must not be negative.")
    return value


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _pdf_url_beside(api_url: str) -> str:
    """arXiv's own PDF address for arXiv's own API, else ``/pdf/`` on the API's origin."""
    if api_url == ARXIV_API_URL:
        return ARXIV_PDF_URL
    parts = urlsplit(api_url)
    return f"{parts.scheme}://{parts.netloc}/pdf/"


def _database(url: str, data_dir: Path) -> dict[str, Any]:
    if not url:
        url = f"sqlite:///{data_dir / 'seminar.sqlite3'}"
    try:
        parsed: dict[str, Any] = {
            **dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True)
        }
    except (ValueError, KeyError) as problem:
        raise ImproperlyConfigured(f"DATABASE_URL is not understood: {problem}") from None
    if parsed["ENGINE"] == "django.db.backends.sqlite3":
        parsed["OPTIONS"] = SQLITE_OPTIONS | dict(parsed.get("OPTIONS") or {})
    elif parsed["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_URL must start with sqlite:// or postgres://.")
    return parsed


def _storage(url: str, data_dir: Path) -> dict[str, Any]:
    """``STORAGE_URL`` as an entry of Django's ``STORAGES``.

    Empty or ``file:///folder``: a folder.  ``s3://KEY:SECRET@HOST[:PORT]/BUCKET?region=...``: an
    S3 service; ``&insecure=1`` speaks plain http to it; no host means Amazon's.
    """
    if not url or url.startswith("file://"):
        folder = Path(unquote(urlsplit(url).path)) if url else data_dir / "files"
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder)},
        }
    parts = urlsplit(url)
    bucket = parts.path.strip("/")
    if parts.scheme != "s3" or not bucket:
        raise ImproperlyConfigured(
            "STORAGE_URL must be file:///folder or s3://KEY:SECRET@HOST/BUCKET?region=REGION."
        )
    query = parse_qs(parts.query)
    host = parts.netloc.rpartition("@")[2]
    scheme = "http" if query.get("insecure") else "https"
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "access_key": unquote(parts.username or "") or None,
            "secret_key": unquote(parts.password or "") or None,
            "bucket_name": bucket,
            "endpoint_url": f"{scheme}://{host}" if host else None,
            "region_name": query.get("region", [None])[0],
            "file_overwrite": False,
            "default_acl": None,
        },
    }


def _email(url: str) -> dict[str, Any]:
    """``EMAIL_URL`` as Django's ``EMAIL_*`` settings; without one, mail is printed."""
    try:
        parsed = dj_email_url.parse(url or "console:")
    except (ValueError, KeyError) as problem:
        raise ImproperlyConfigured(f"EMAIL_URL is not understood: {problem}") from None
    return {name: value for name, value in parsed.items() if name.startswith("EMAIL_")}
