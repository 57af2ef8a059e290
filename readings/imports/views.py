"""Pages of imports (to be written by whoever owns this package)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from readings.courses.access import Access, for_staff


@for_staff
def paste(request: HttpRequest, access: Access) -> HttpResponse:
    """The entrance."""
    return render(request, "courses/base_course.html", {"section": "import"})
