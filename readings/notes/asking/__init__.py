"""What a course asks in its notes, and by which rules: where instructors decide it."""
