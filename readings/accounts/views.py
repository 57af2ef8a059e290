"""The profile, and the sample instance's way in."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from readings.accounts.forms import ProfileForm
from readings.accounts.models import User


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponseBase:
    """One's own name, and where address and password are changed."""
    user = cast(User, request.user)
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect("accounts:profile")
    return render(request, "account/profile.html", {"form": form})


@require_POST
def sign_in_as_sample(request: HttpRequest, user_id: int) -> HttpResponseBase:
    """Sign in as a sample person with one click.  Only routed, and only working, in the demo."""
    if not settings.DEMO:
        raise Http404
    user = get_object_or_404(User, pk=user_id, is_sample=True, is_active=True)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    membership = user.memberships.select_related("course").first()
    if membership is None:
        return redirect("courses:index")
    return redirect("pages:schedule", membership.course.slug)
