"""Template tags available everywhere: icons, times in a course's zone, stored HTML."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from readings.core import clock, markdown

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon of ``static/icons/sprite.svg``; the word stands beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("icons/sprite.svg"),
        name,
    )


@register.filter
def trusted(rendered: str) -> SafeString:
    """HTML stored by ``core.markdown``, shown as it is."""
    return markdown.trusted(rendered)


@register.simple_tag
def local_time(instant: dt.datetime | None, zone: ZoneInfo, style: str = "") -> SafeString | str:
    """An instant in ``zone`` as ``Wed Sep 17, 8:30`` with ``<time datetime>``.

    ``style="relative"`` writes "in 2 days" instead, ``style="both"`` one after the other, and
    ``style="day"`` only how many calendar days it is away.
    """
    if instant is None:
        return ""
    there = instant.astimezone(zone)
    words = clock.relative(instant, timezone.now(), zone)
    absolute = clock.short_instant(there)
    day = clock.relative_day(there.date(), timezone.now().astimezone(zone).date())
    text = {"relative": words, "both": f"{absolute}, {words}", "day": day}.get(style, absolute)
    return format_html(
        '<time datetime="{}" title="{} ({})">{}</time>',
        there.isoformat(timespec="seconds"),
        clock.long_instant(there),
        zone.key,
        text,
    )
