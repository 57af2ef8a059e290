"""What may be said: forms that keep what was typed."""

from __future__ import annotations

from typing import Final

from django import forms

MAX_COMMENT: Final = 20_000  # characters


class CommentForm(forms.Form):
    """The text of a comment, and the nonce that came with the form."""

    body = forms.CharField(
        error_messages={"required": "Write something first: an empty comment cannot be posted."}
    )
    nonce = forms.CharField(max_length=32, required=False)

    def clean_body(self) -> str:
        """Line ends as the database keeps them, within the limit."""
        typed: str = self.cleaned_data["body"]
        body = typed.replace("\r\n", "\n").replace("\r", "\n")
        if len(body) > MAX_COMMENT:
            raise forms.ValidationError(
                f"This comment has {len(body):,} characters and may have {MAX_COMMENT:,}. "
                "Shorten it, or post it in parts."
            )
        return body


class ThreadForm(CommentForm):
    """The first comment of a thread, with a title for those who want one."""

    title = forms.CharField(
        max_length=200,
        required=False,
        error_messages={"max_length": "A title has at most 200 characters."},
    )
