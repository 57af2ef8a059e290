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

from bench.instance import ROOT, Instance, Serving, scratch_instance, served
from bench.load import Ask, Plan, Result, form
from seminar.local import HOST

WARM_UP_SECONDS = 1.0
MOST_SECONDS = 30.0
BODY = "Is the loss really $O(n^2)$, or only **in the worst case**? See section 3."


@dataclass(frozen=True)
class Target:
    """One thing that is measured; ``beside`` names the hand-written one with the same facts."""

    name: str
    asks: list[Ask]
    status: int = 200
    beside: str = ""


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
    """What is measured, in order; posting comes last because it leaves something behind."""
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


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each target, each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="targets whose name contains this")
    given = parser.parse_args()
    rounds: dict[str, list[Measured]] = {}
    with scratch_instance() as instance, served(instance) as serving:
        found = [
            one
            for one in targets(instance, etag_of(serving))
            if given.only in one.name or one.name == "nothing"
        ]
        for number in range(min(given.rounds, 10)):
            for target in found:
                print(f"round {number + 1}: {target.name}", file=sys.stderr)
                once = measure(serving, target, min(given.seconds, MOST_SECONDS))
                rounds.setdefault(target.name, []).append(once)
        busiest = instance.contents["busiest"]
    measured = {name: Measured.median(many) for name, many in rounds.items()}
    loop = loop_milliseconds()
    print(f"paper page: {busiest['notes']} notes, {busiest['comments']} comments")
    print(f"this machine: a million turns of a loop take {loop:.0f} ms of CPU")
    print(
        f"{'':28}{'req/s':>8}{'p50 ms':>8}{'p99 ms':>8}{'CPU ms':>8}{'bytes':>9}"
        f"{'x minimal':>11}{'x nothing':>11}"
    )
    report = {}
    for target in found:
        one = measured[target.name]
        beside = one.cpu_ms / measured[target.beside].cpu_ms if target.beside else None
        idle = one.cpu_ms / measured["nothing"].cpu_ms
        print(
            f"{target.name:28}{one.per_second:8.0f}{one.p50_ms:8.1f}{one.p99_ms:8.1f}"
            f"{one.cpu_ms:8.2f}{one.bytes:9.0f}{f'{beside:.2f}' if beside else '':>11}{idle:11.1f}"
        )
        report[target.name] = asdict(one) | {"cpu_of_minimal": beside, "cpu_of_nothing": idle}
    print(json.dumps({"pages": report, "busiest": busiest, "loop_ms": loop}))


if __name__ == "__main__":
    main()
