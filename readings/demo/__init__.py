"""Owns the sample course, its class, and the offline stand-in for arXiv."""
