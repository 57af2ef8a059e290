"""The project that a group presents."""
