"""Course home, paper page, and the state of the fetches."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET, require_POST, require_safe

from readings.core.refusals import Refusal
from readings.core.serving import serve_stored_file
from readings.courses.access import Access, for_members, for_staff, for_visitors
from readings.pages.forms import UploadForm
from readings.pages.paper import build_paper
from readings.pages.progress import build_progress
from readings.pages.schedule import build_schedule
from readings.pages.visitors import answer_from_cache
from readings.papers import services as paper_services
from readings.papers.citing import bibtex as bibtex_of
from readings.papers.citing import cite_key
from readings.papers.queries import shown_version
from readings.schedule.models import Reading
from readings.schedule.queries import reading_of
from readings.schedule.services import pin_version
