"""What a service says when it cannot do what somebody asked for."""

from __future__ import annotations


class Refusal(Exception):
    """A rule of the product said no; ``str()`` of it is the sentence that the person reads.

    A refusal is raised before anything was changed, or rolls back what was.
    """
