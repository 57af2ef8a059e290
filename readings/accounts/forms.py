"""Sign-up asks for a name besides what allauth asks for."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest

from readings.accounts.models import User


class SignupForm(forms.Form):
    """The fields that allauth's sign-up form inherits."""

    name = forms.CharField(
        label="Your name",
        max_length=120,
        help_text="As the others in your course know you.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "email", "password1"]

    def signup(self, _request: HttpRequest, user: User) -> None:
        """Called by allauth with the new user."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class ProfileForm(forms.ModelForm[User]):
    """What a person may change about themselves here."""

    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": "Your name"}
        help_texts = {"name": "As the others in your courses know you."}
