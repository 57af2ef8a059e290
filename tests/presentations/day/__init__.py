"""The day of the talk."""
