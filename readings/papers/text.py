"""The text of a PDF, page by page: ``python -m readings.papers.text FILE``.

A program of its own, because pypdf on a hostile or broken file may need any amount of time and
memory, and because nothing else then needs pypdf in memory.  It starts in 0.2 s: no Django here.
``extraction.py`` runs it and reads what it prints: one JSON object a line, in this order::

    {"failure": "encrypted" | "damaged" | "memory"}                  and nothing more, or
    {"page_count": 12}
    {"text": "..."} or {"unread": true}                              once a page, in order
    {"failure": "memory"}                                            perhaps, in place of the rest
    {"outline": [{"level": 0, "title": "...", "page": 3}, ...]}
    {"end": true}

A line is complete when it is written, so whoever stops this program keeps the pages so far.  It
stops by itself, between two lines, when there is more than may be written.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
import resource
import sys
from collections.abc import Iterator
from typing import Any

from pypdf import PasswordType, PdfReader, overwrite_configuration
from pypdf.errors import FileNotDecryptedError
from pypdf.generic import Destination

MAX_PAGES = 3_000
MAX_PAGE_CHARACTERS = 100_000
MAX_OUTLINE_ENTRIES = 500
MAX_OUTLINE_DEPTH = 6
MAX_TITLE_CHARACTERS = 300

# What neither PostgreSQL nor a web page can hold: control characters, and NUL among them.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


def main(arguments: list[str]) -> int:
    """Print the lines described above for one file."""
    parser = argparse.ArgumentParser(description="Print the text of a PDF as JSON lines.")
    parser.add_argument("file")
    parser.add_argument("--cpu-seconds", type=int, default=120)
    parser.add_argument("--memory-bytes", type=int, default=1024**3)
    parser.add_argument("--output-bytes", type=int, default=64 * 1024**2)
    options = parser.parse_args(arguments)
    limit_resources(options.cpu_seconds, options.memory_bytes, options.output_bytes)
    logging.disable()
    overwrite_configuration(jbig2dec_binary=None)  # never start another program
    left = options.output_bytes
    try:
        for line in read_lines(options.file):
            words = json.dumps(line)
            left -= len(words) + 1
            if left < 0:
                break
            print(words, flush=True)  # noqa: T201 (this is its output)
    except MemoryError:
        print('{"failure": "memory"}', flush=True)  # noqa: T201
    return 0


def limit_resources(cpu_seconds: int, memory_bytes: int, output_bytes: int) -> None:
    """Let the system end this process when it takes too much; it writes no file but its output."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output_bytes, output_bytes))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def read_lines(file: str) -> Iterator[dict[str, Any]]:
    """The lines for ``file``; raises nothing but ``MemoryError``."""
    try:
        reader = PdfReader(file)
        if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
            raise FileNotDecryptedError
        page_count = len(reader.pages)
    except MemoryError:
        raise
    except FileNotDecryptedError:
        yield {"failure": "encrypted"}
        return
    except Exception:  # pypdf raises nearly everything on a broken file
        yield {"failure": "damaged"}
        return
    yield {"page_count": page_count}
    for index in range(min(page_count, MAX_PAGES)):
        try:
            text = reader.pages[index].extract_text()
        except MemoryError:
            raise
        except Exception:  # as above; the other pages may be sound
            yield {"unread": True}
        else:
            yield {"text": storable(text)[:MAX_PAGE_CHARACTERS].strip()}
    yield {"outline": read_outline(reader)}
    yield {"end": True}


def read_outline(reader: PdfReader) -> list[dict[str, Any]]:
    """Headings as ``{"level": from 0, "title": words, "page": from 1 or None}``, in order."""
    try:
        outline = reader.outline
    except MemoryError:
        raise
    except Exception:
        return []
    headings: list[dict[str, Any]] = []
    for level, destination in _flattened(outline, 0):
        title = " ".join(storable(str(destination.title or "")).split())[:MAX_TITLE_CHARACTERS]
        if not title:
            continue
        headings.append({"level": level, "title": title, "page": _page_of(reader, destination)})
        if len(headings) == MAX_OUTLINE_ENTRIES:
            break
    return headings


def _flattened(outline: list[Any], level: int) -> Iterator[tuple[int, Destination]]:
    """pypdf nests: a list after a destination holds what stands under it."""
    for item in outline:
        if isinstance(item, Destination):
            yield level, item
        elif isinstance(item, list) and level < MAX_OUTLINE_DEPTH:
            yield from _flattened(item, level + 1)


def _page_of(reader: PdfReader, destination: Destination) -> int | None:
    try:
        number = reader.get_destination_page_number(destination)
    except MemoryError:
        raise
    except Exception:
        return None
    return None if number is None or number < 0 else number + 1


def storable(text: str) -> str:
    """``text`` as every database takes it: no control characters, no halves of characters.

    A pair of surrogates becomes the character it stands for, a lone one U+FFFD.
    """
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROLS.sub("", whole.replace("\r\n", "\n").replace("\r", "\n"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
