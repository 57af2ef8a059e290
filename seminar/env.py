"""The environment, parsed once into one value; nothing else reads ``os.environ``."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

ARXIV_API_URL = "https://export.arxiv.org/api/query"
ARXIV_PDF_URL = "https://export.arxiv.org/pdf/"
ARXIV_DELAY_SECONDS = 3.0  # arXiv's terms of use: one request in three seconds

SMTP_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}

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
    default_from_email: str
    arxiv_api_url: str
    arxiv_pdf_url: str
    arxiv_delay_seconds: float
    arxiv_stand_in: bool
    pdf_max_bytes: int
    trusted_proxy: bool
    git_host: str

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
    data_dir = _folder(environ.get("DATA_DIR") or str(base_dir / "var"))
    demo = _flag(environ, "DEMO")
    site_url = environ.get("SITE_URL", "").rstrip("/")
    site = _split(site_url)
    if site_url and not _is_origin(site_url):
        raise ImproperlyConfigured(
            "SITE_URL must be http://HOST or https://HOST, with a :PORT if need be and no path."
        )
    if demo and not _is_loopback(site.hostname or "localhost"):
        raise ImproperlyConfigured(
            "DEMO lets anyone sign in with one click, so it works on a loopback address only: "
            f"unset DEMO, or SITE_URL ({site_url})."
        )
    git_host = environ.get("GIT_HOST", "").rstrip("/")
    if git_host and not _is_origin(git_host):
        raise ImproperlyConfigured(
            "GIT_HOST must be http://HOST or https://HOST, with a :PORT if need be and no path."
        )
    api_url = environ.get("ARXIV_API_URL") or ARXIV_API_URL
    pdf_url = environ.get("ARXIV_PDF_URL") or _pdf_url_beside(api_url)
    for name, url in (("ARXIV_API_URL", api_url), ("ARXIV_PDF_URL", pdf_url)):
        if _split(url).scheme not in ("http", "https") or not _split(url).hostname:
            raise ImproperlyConfigured(f"{name} must be the http address of an API like arXiv's.")
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
        default_from_email=environ.get("DEFAULT_FROM_EMAIL")
        or f"seminar@{site.hostname or 'localhost'}",
        arxiv_api_url=api_url,
        arxiv_pdf_url=pdf_url,
        arxiv_delay_seconds=_number(
            environ,
            "ARXIV_DELAY_SECONDS",
            ARXIV_DELAY_SECONDS if api_url == ARXIV_API_URL else 0.0,
        ),
        arxiv_stand_in=_flag(environ, "ARXIV_STAND_IN"),
        pdf_max_bytes=int(_number(environ, "PDF_MAX_MEGABYTES", 100.0) * 1024 * 1024),
        trusted_proxy=_flag(environ, "TRUSTED_PROXY"),
        git_host=git_host,
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
        raise ImproperlyConfigured(f"{name} must be zero or more, not {text!r}.")
    return value


def _folder(path: str) -> Path:
    try:
        return Path(path).expanduser().resolve()
    except (RuntimeError, OSError):
        raise ImproperlyConfigured(f"DATA_DIR must be a folder, not {path!r}.") from None


def _split(url: str) -> SplitResult:
    """The parts of ``url``; all empty where it is not even shaped like one."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # refused only when looked at
    except ValueError:
        return urlsplit("")
    return parts


def _is_origin(url: str) -> bool:
    parts = _split(url)
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and "@" not in parts.netloc
        and url == f"{parts.scheme}://{parts.netloc}"
    )


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
    parts = _split(api_url)
    return f"{parts.scheme}://{parts.netloc}/pdf/"


def _database(url: str, data_dir: Path) -> dict[str, Any]:
    wrong = ImproperlyConfigured(
        "DATABASE_URL must be sqlite:///FILE or postgres://USER:PASSWORD@HOST/NAME."
    )
    if not url:
        url = f"sqlite:///{quote(str(data_dir / 'seminar.sqlite3'))}"
    if _split(url).scheme not in ("sqlite", "postgres", "postgresql"):
        raise wrong
    try:
        parsed: dict[str, Any] = {
            **dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True)
        }
    except ValueError:
        raise wrong from None
    if parsed["ENGINE"] == "django.db.backends.sqlite3":
        parsed["OPTIONS"] = SQLITE_OPTIONS | dict(parsed.get("OPTIONS") or {})
    return parsed


def _storage(url: str, data_dir: Path) -> dict[str, Any]:
    """``STORAGE_URL`` as an entry of Django's ``STORAGES``.

    Empty or ``file:///folder``: a folder.  ``s3://KEY:SECRET@HOST[:PORT]/BUCKET?region=...``: an
    S3 service; ``&insecure=1`` speaks plain http to it; no host means Amazon's.
    """
    parts = _split(url)
    folder = str(data_dir / "files") if not url else unquote(parts.path)
    bucket = parts.path.strip("/")
    if not url or (parts.scheme == "file" and not parts.netloc and folder.startswith("/")):
        return {
            "BACKEND": "readings.core.storage.WholeFileStorage",
            "OPTIONS": {"location": folder},
        }
    if parts.scheme != "s3" or not bucket:
        raise ImproperlyConfigured(
            "STORAGE_URL must be file:///FOLDER or s3://KEY:SECRET@HOST/BUCKET?region=REGION."
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
    """``EMAIL_URL`` as Django's ``EMAIL_*`` settings; without one, mail is printed.

    ``smtp://USER:PASSWORD@HOST[:PORT]`` speaks plainly, ``smtp+tls://`` turns to TLS before
    anything secret is said (STARTTLS), ``smtps://`` begins with it.
    """
    parts = _split(url)
    if not url or url == "console:":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme not in SMTP_PORTS or not parts.hostname:
        raise ImproperlyConfigured(
            "EMAIL_URL must be console: or smtp://USER:PASSWORD@HOST:PORT, with smtp+tls:// for "
            "STARTTLS and smtps:// for TLS from the beginning."
        )
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or SMTP_PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 20,
    }
