"""Template partials for what a page shows by the hundred."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

_MARK: Final = re.compile("\x02(\\w+)\x03")


class Stencil:
    """A partial that is rendered once for each shape of its data and filled in from then on.

    Django's templates take 20 µs to write down a dozen values, ``str.format`` takes 2, and a page
    shows a hundred comments.  The markup stays in the template.  What that asks with ``if`` must be
    among the ``flags``, what it writes with ``{{ }}`` among the ``fields``; both are attributes of
    the template's variable ``name``.
    """

    def __init__(
        self, template: str, *, name: str, fields: Sequence[str], flags: Sequence[str]
    ) -> None:
        self._template = template
        self._name = name
        self._fields = fields
        self._flags = flags
        self._forms: dict[tuple[bool, ...], str] = {}

    def fill(self, shape: tuple[bool, ...], values: Mapping[str, SafeString]) -> SafeString:
        """The partial for one item: ``shape`` has its flags in order, ``values`` its fields.

        Nothing is escaped here: values are safe already, which their type says.
        """
        form = self._forms.get(shape)
        if form is None:
            form = self._forms[shape] = self._form(shape)
        return SafeString(form.format_map(values))

    def _form(self, shape: tuple[bool, ...]) -> str:
        marks = {field: SafeString(f"\x02{field}\x03") for field in self._fields}
        flags = dict(zip(self._flags, shape, strict=True))
        html = render_to_string(self._template, {self._name: marks | flags})
        return _MARK.sub(r"{\1}", html.replace("{", "{{").replace("}", "}}"))
