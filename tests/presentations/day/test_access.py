"""Who may do what with a talk, and when: the whole matrix, written out."""

from __future__ import annotations

import pytest

from readings.accounts.models import User
from readings.courses.access import Access
from readings.courses.models import Course, Role
from readings.presentations.day.access import Part, Right, may, part_of
from readings.presentations.day.hours import Moment

MOMENTS = [Moment.UNKNOWN, Moment.BEFORE, Moment.DURING, Moment.AFTER, Moment.LATER]
# One sign for each moment, in the order above: x may, . may not.
MATRIX = """
                 class  presenter  former  staff  nobody
SEE              xxxxx  xxxxx      xxxxx   xxxxx  .....
SEE_SLIDES       ..xxx  xxxxx      xxxxx   xxxxx  .....
SEE_REMOVED      .....  .....      .....   xxxxx  .....
HAND_IN          .....  xxxxx      .....   xxxxx  .....
GIVE_FEEDBACK    ..xx.  .....      .....   .....  .....
SEE_FEEDBACK     .....  ...xx      ...xx   xxxxx  .....
SEE_AUTHORS      .....  .....      .....   xxxxx  .....
SEE_RETURNED     .....  xxxxx      xxxxx   .....  .....
MARK             .....  .....      .....   xxxxx  .....
"""


def test_the_matrix_is_what_the_rule_says() -> None:
    heading, *lines = MATRIX.strip().splitlines()
    parts = [Part(word) for word in heading.split()]
    assert set(parts) == set(Part)
    seen = set()
    for line in lines:
        name, *cells = line.split()
        seen.add(Right[name])
        for part, cell in zip(parts, cells, strict=True):
            allowed = "".join("x" if may(Right[name], part, one) else "." for one in MOMENTS)
            assert (name, part, allowed) == (name, part, cell)
    assert seen == set(Right)


@pytest.mark.parametrize(
    ("role", "gives", "is_current", "part"),
    [
        (None, True, True, Part.NOBODY),
        (Role.STUDENT, False, True, Part.CLASS),
        (Role.AUDITOR, False, True, Part.CLASS),
        (Role.STUDENT, True, True, Part.PRESENTER),
        (Role.STUDENT, True, False, Part.FORMER),
        (Role.STUDENT, False, False, Part.NOBODY),
        (Role.ASSISTANT, True, True, Part.STAFF),
        (Role.INSTRUCTOR, False, False, Part.STAFF),
    ],
)
def test_what_somebody_is_to_a_talk(
    role: Role | None, gives: bool, is_current: bool, part: Part
) -> None:
    access = Access(course=Course(), user=User(), role=role)
    assert part_of(access, gives=gives, is_current=is_current) == part
