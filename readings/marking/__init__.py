"""Owns marks and remarks on notes, and the queue in which they are given."""
