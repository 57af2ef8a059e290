"""A title beside its label."""

from __future__ import annotations

import pytest

from readings.schedule.naming import after_label


@pytest.mark.parametrize(
    ("title", "label", "shown"),
    [
        ("TVM: An Automated Compiler", "TVM", "An Automated Compiler"),
        ("PyTorch 2: Faster Machine Learning", "Pytorch2", "Faster Machine Learning"),
        ("TVM: An Automated Compiler", "", "TVM: An Automated Compiler"),
        ("TVM-like: A Study", "TVM", "TVM-like: A Study"),
        ("TVM", "TVM", "TVM"),
        ("TVM: ", "TVM", "TVM: "),
        ("doi:10.1145/3620665.3640366", "Pytorch2", "doi:10.1145/3620665.3640366"),
    ],
)
def test_the_label_is_not_said_twice(title: str, label: str, shown: str) -> None:
    assert after_label(title, label) == shown
