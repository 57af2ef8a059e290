"""The shelf: a course's reading lists, from which readings are put on the agenda."""
