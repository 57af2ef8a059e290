"""Size of the first visit, largest paint, queries, and memory when idle.

    python -m bench.weight

The course has 30 students and 600 comments; queries are counted with a term of 3 weeks and one of
30.  Needs Chromium.  The last line is one JSON object.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict

from bench.instance import ROOT, scratch_instance, served
from bench.memory import idle_memory
from bench.paint import visit
from seminar.local import HOST

SHORT_TERM, LONG_TERM = 3, 30


def count_queries(weeks: int) -> dict[str, int]:
    """The number of queries of each main page in a course of so many weeks."""
    with scratch_instance(weeks=weeks) as instance:
        counted = subprocess.run(
            [sys.executable, "manage.py", "count_queries"],
            cwd=ROOT,
            env=instance.environment,
            check=True,
            stdout=subprocess.PIPE,
        )
    return dict(json.loads(counted.stdout))


def main() -> None:
    """Measure everything and print it."""
    with scratch_instance() as instance, served(instance) as serving:
        slug, session = instance.contents["slug"], instance.contents["sessions"][0]
        origin = f"http://{HOST}:{serving.port}"
        pages = {"schedule": f"/c/{slug}/"}
        pages["paper"] = f"/c/{slug}/papers/{instance.contents['busiest']['id']}/"
        visits = {name: visit(origin, path, session) for name, path in pages.items()}
        visits["public schedule"] = visit(origin, pages["schedule"])
        # What browser and machine take for a page of one word.
        visits["nothing"] = visit(origin, "/bench/nothing/")
    for name, one in visits.items():
        print(
            f"{name:18} HTML {one.html_bytes / 1024:6.1f} KB, assets {one.asset_bytes / 1024:6.1f} "
            f"KB compressed, {one.requests} requests, largest paint {one.largest_paint_ms:.0f} ms"
        )
    short, long = count_queries(SHORT_TERM), count_queries(LONG_TERM)
    for name in short:
        print(f"{name:32} {short[name]:3} queries with 3 weeks, {long[name]:3} with 30")
    memory = idle_memory()
    for name, size in memory.items():
        print(f"{name:42} {size:6.1f} MiB")
    report = {
        "visits": {name: asdict(one) for name, one in visits.items()},
        "queries": {name: [short[name], long[name]] for name in short},
        "idle_mib": memory,
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
