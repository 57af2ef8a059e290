"""How a reading is called where its label stands beside its title."""

from __future__ import annotations


def after_label(title: str, label: str) -> str:
    """``title`` without the label it begins with: "TVM: An Automated ..." beside "TVM".

    "PyTorch 2: Faster ..." begins with the label "Pytorch2": spaces, case and hyphens count for
    nothing.
    """
    head, colon, rest = title.partition(":")
    if label and colon and rest.strip() and _letters(head) == _letters(label):
        return rest.strip()
    return title


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
