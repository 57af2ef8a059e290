"""PDFs written by hand, for what no PDF library would write."""

from __future__ import annotations

import zlib


def raw_pdf(*contents: bytes) -> bytes:
    """A PDF of one page for each content stream, compressed; font ``/F`` is Helvetica."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * index) for index in range(len(contents)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(contents), kids),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for index, content in enumerate(contents):
        packed = zlib.compress(content, 9)
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]"
            b"/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>" % (5 + 2 * index),
            b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
        ]
    body = b"%PDF-1.4\n"
    offsets = []
    for number, text in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\n"
        b"startxref\n%d\n%%%%EOF" % (len(objects) + 1, table, len(objects) + 1, len(body))
    )


def page_saying(words: str) -> bytes:
    """A content stream of one line."""
    return b"BT /F 12 Tf 9 100 Td (%s) Tj ET" % words.encode("latin-1")


def page_that_burns_time() -> bytes:
    """A few kilobytes on which pypdf works for half a minute."""
    return b"BT /F 12 Tf " + b"(a) Tj 0 1 Td " * 300_000 + b" ET"


def page_that_burns_memory() -> bytes:
    """A few kilobytes that unpack to 70 MB."""
    return bytes(70_000_000)
