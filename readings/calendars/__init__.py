"""Calendar feeds: a course's classes, and a person's classes, deadlines and talks."""
