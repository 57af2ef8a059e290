"""Uploaded files in a folder, and static files under names with their hash, for ``STORAGES``."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

#: Where files are written before they get their name; listed nowhere.
INCOMING: Final = ".incoming"
_DAY: Final = 24 * 60 * 60


class HashedStaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Static files whose names change with their content, also where one script imports another.

    Django's own ``support_js_module_import_aggregation`` reads other people's scripts as well, and
    fails on an import without an ending.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (
            "js/*.js",
            (
                (r'(?P<matched>from "(?P<url>\./[^"]+)";)', 'from "%(url)s";'),
                (r'(?P<matched>import "(?P<url>\./[^"]+)";)', 'import "%(url)s";'),
            ),
        ),
    )


class WholeFileStorage(FileSystemStorage):
    """A folder in which a file stands under its name whole or not at all, as in an S3 bucket.

    Django's own writes under the name itself: who looks meanwhile finds a part of the file, and
    who is interrupted leaves it.  Of two that get the same name at the same moment the later one
    stays, as in a bucket; ours are named by their content.
    """

    def _save(self, name: str, content: Any) -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        incoming = Path(self.location, INCOMING)
        incoming.mkdir(exist_ok=True)
        _remove_left_behind(incoming)
        with tempfile.NamedTemporaryFile(dir=incoming, delete=False) as file:
            part = Path(file.name)
            try:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                part.chmod(self.file_permissions_mode or 0o644)
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)
        return name.replace(os.sep, "/")


def _remove_left_behind(incoming: Path) -> None:
    """What was being written by somebody who was killed; nobody writes for a day."""
    for part in incoming.iterdir():
        try:
            if time.time() - part.stat().st_mtime > _DAY:
                part.unlink()
        except FileNotFoundError:
            continue  # written or removed meanwhile
