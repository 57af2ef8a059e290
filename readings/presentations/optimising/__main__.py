"""Assigns in a process of its own: JSON in, JSON out.

    python -m readings.presentations.optimising < request.json

The request is ``{"task": ..., "seed": 1, "seconds": 30, "explains": true}`` (see ``wire``; the last
two may be left out), the answer ``{"assignment": ...}``, or ``{"error": "a sentence"}`` for people
to read where what is fixed is impossible.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from readings.presentations.assignment import LONGEST, assign
from readings.presentations.optimising.values import ImpossibleFixed
from readings.presentations.optimising.wire import Unreadable, assignment_to_json, task_from_json


def answer(text: str | bytes) -> dict[str, Any]:
    """The answer to a request."""
    try:
        request = json.loads(text)
        task, seed = task_from_json(request["task"]), int(request["seed"])
        seconds, explains = float(request.get("seconds", LONGEST)), request.get("explains", True)
        found = assign(task, seed=seed, seconds=seconds, explains=bool(explains))
    except ImpossibleFixed as refusal:
        return {"error": str(refusal)}
    except (Unreadable, KeyError, TypeError, ValueError) as error:
        return {"error": f"The request could not be read: {error}."}
    return {"assignment": assignment_to_json(found)}


def main() -> None:
    """Answer the request on standard input."""
    sys.stdout.write(json.dumps(answer(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
