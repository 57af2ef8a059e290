"""Requests per second, latency and CPU of the pages, beside a page written by hand and none at all.

    python -m bench.pages [--seconds 5] [--rounds 3] [--only paper]

Granian as in production (2 processes, one blocking thread each), a course with 30 students and 600
comments, 16 connections of one load generator on the same machine.  What matters are the ratios:
how much more a page costs than one with the same facts that is written by hand (see
``bench/minimal.py``), and than a view that does nothing.  The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

from bench.instance import ROOT, Instance, Serving, scratch_instance, served
from bench.load import Ask, Plan, Result, form
from seminar.local import HOST

WARM_UP_SECONDS = 1.0
MOST_SECONDS = 30.0
MOST_ROUNDS = 10
Report = dict[str, dict[str, Any]]  # name of a target to its figures

BODY = "Is the loss really $O(n^2)$, or only **in the worst case**? See section 3."


@dataclass(frozen=True)
class Target:
    """One thing that is measured; ``beside`` names the hand-written one with the same facts."""

    name: str
    asks: list[Ask]
    status: int = 200
    beside: str = ""

    @property
    def leaves_rows(self) -> bool:
        """Whether asking for it changes the database."""
        return any(ask.form for ask in self.asks)


@dataclass(frozen=True)
class Measured:
    """What one target costs: the median of the rounds."""

    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float  # of all server processes, for each request
    bytes: int
    generator_load: float  # share of one core that the load generator took

    @classmethod
    def median(cls, rounds: list[Measured]) -> Measured:
        """Field by field."""
        return cls(
            **{
                name: statistics.median(asdict(one)[name] for one in rounds)
                for name in asdict(rounds[0])
            }
        )


def targets(instance: Instance, etag: str) -> list[Target]:
    """What is measured, in order."""
    slug = instance.contents["slug"]
    sessions: list[str] = instance.contents["sessions"]
    readings: list[int] = instance.contents["readings"]
    page = f"papers/{instance.contents['busiest']['id']}/"

    def rotating(path: str) -> list[Ask]:
        return [Ask(path, session) for session in sessions]

    def posting(prefix: str, **fields: str) -> list[Ask]:
        return [
            Ask(f"{prefix}/papers/{reading}/comments/", session, form(**fields), is_htmx=True)
            for reading in readings
            for session in sessions
        ]

    return [
        Target("nothing", [Ask("/bench/nothing/")]),
        Target("minimal public schedule", [Ask(f"/bench/{slug}/")]),
        Target("public schedule", [Ask(f"/c/{slug}/")], beside="minimal public schedule"),
        Target("public schedule, unchanged", [Ask(f"/c/{slug}/", etag=etag)], 304,
               "minimal public schedule"),
        Target("minimal schedule", rotating(f"/bench/{slug}/")),
        Target("schedule", rotating(f"/c/{slug}/"), beside="minimal schedule"),
        Target("minimal paper", rotating(f"/bench/{slug}/{page}")),
        Target("paper", rotating(f"/c/{slug}/{page}"), beside="minimal paper"),
        Target("minimal comment", posting(f"/bench/{slug}", body=BODY, nonce="{nonce}")),
        Target("comment", posting(f"/c/{slug}", body=BODY, nonce="{nonce}", since="{since}"),
               beside="minimal comment"),
    ]  # fmt: skip


def measure(serving: Serving, target: Target, seconds: float) -> Measured:
    """One round of one target.  Raises ``RuntimeError`` when it does not answer as it should."""
    _generate(serving, target, WARM_UP_SECONDS)
    before = serving.cpu_seconds()
    result = _generate(serving, target, seconds)
    cpu = serving.cpu_seconds() - before
    return Measured(
        per_second=result.requests / result.seconds,
        p50_ms=result.p50,
        p99_ms=result.p99,
        cpu_ms=cpu / result.requests * 1000,
        bytes=result.bytes_each,
        generator_load=result.own_cpu_seconds / result.seconds,
    )


def _generate(serving: Serving, target: Target, seconds: float) -> Result:
    plan = Plan(port=serving.port, asks=target.asks, seconds=seconds)
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps(asdict(plan)).encode(),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    result = Result(**json.loads(done.stdout))
    if set(result.statuses) != {str(target.status)}:
        raise RuntimeError(f"{target.name} was answered with {result.statuses}")
    return result


def loop_milliseconds() -> float:
    """CPU time of a million turns of an empty loop: how fast this machine is right now."""
    fastest = min(_time_a_loop() for _number in range(5))
    return fastest * 1000


def _time_a_loop() -> float:
    begun = time.process_time()
    total = 0
    for number in range(1_000_000):
        total += number
    return time.process_time() - begun


def etag_of(serving: Serving) -> str:
    """The label of the public schedule as it is now."""
    connection = http.client.HTTPConnection(HOST, serving.port)
    connection.request("GET", f"/c/{serving.instance.contents['slug']}/")
    label = connection.getresponse().headers["ETag"]
    connection.close()
    return str(label)


def measure_all(instance: Instance, only: str, seconds: float, rounds: int) -> Report:
    """Measure the targets whose name contains ``only``, with what they are compared with."""
    measured: dict[str, list[Measured]] = {}
    with served(instance) as serving:
        every = targets(instance, etag_of(serving))
        wanted = [one for one in every if only in one.name]
        names = {"nothing"} | {name for one in wanted for name in (one.name, one.beside)}
        found = [one for one in every if one.name in names]
        # Posting leaves something behind, so everything else is measured before.
        pages = [one for one in found if not one.leaves_rows]
        posts = [one for one in found if one.leaves_rows]
        for target in [*pages * rounds, *posts * rounds]:
            print(f"measuring: {target.name}", file=sys.stderr)
            once = measure(serving, target, seconds)
            measured.setdefault(target.name, []).append(once)
    medians = {name: Measured.median(many) for name, many in measured.items()}
    return {
        one.name: asdict(medians[one.name])
        | {
            "cpu_of_minimal": medians[one.name].cpu_ms / medians[one.beside].cpu_ms
            if one.beside
            else None,
            "cpu_of_nothing": medians[one.name].cpu_ms / medians["nothing"].cpu_ms,
        }
        for one in found
    }


def show(report: Report) -> None:
    """Print the report as a table."""
    heads = ("req/s", "p50 ms", "p99 ms", "CPU ms", "bytes", "x minimal", "x nothing")
    print(f"{'':28}" + "".join(f"{head:>10}" for head in heads))
    for name, one in report.items():
        beside = one["cpu_of_minimal"]
        print(
            f"{name:28}{one['per_second']:10.0f}{one['p50_ms']:10.1f}{one['p99_ms']:10.1f}"
            f"{one['cpu_ms']:10.2f}{one['bytes']:10.0f}"
            f"{f'{beside:.2f}' if beside else '':>10}{one['cpu_of_nothing']:10.1f}"
        )


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each target, each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="targets whose name contains this")
    given = parser.parse_args()
    seconds, rounds = min(given.seconds, MOST_SECONDS), min(given.rounds, MOST_ROUNDS)
    with scratch_instance() as instance:
        report = measure_all(instance, given.only, seconds, rounds)
        busiest = instance.contents["busiest"]
    loop = loop_milliseconds()
    print(f"paper page: {busiest['notes']} notes, {busiest['comments']} comments")
    print(f"this machine: a million turns of a loop take {loop:.0f} ms of CPU")
    show(report)
    print(json.dumps({"pages": report, "busiest": busiest, "loop_ms": loop}))


if __name__ == "__main__":
    main()
