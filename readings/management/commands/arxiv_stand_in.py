"""``manage.py arxiv_stand_in``: the sample papers, served as arXiv would serve them."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from readings.demo.stand_in import ArxivStandIn


class Command(BaseCommand):
    """Run the offline stand-in for arXiv until it is interrupted."""

    help = "Serve the sample papers at arXiv's addresses, for trying Seminar without a network."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=0, help="0 (the default): any free port")

    def handle(self, *_: Any, **options: Any) -> None:
        """Listen, say where, and answer until SIGINT or SIGTERM."""
        host, port = options["host"], options["port"]
        try:
            stand_in = ArxivStandIn(host=host, port=port)
        except (OSError, OverflowError) as problem:
            raise CommandError(f"Cannot listen on {host}, port {port}: {problem}.") from None
        ended = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: ended.set())
        with stand_in:
            self.stdout.write(f"ARXIV_API_URL={stand_in.api_url}")
            self.stdout.write(f"ARXIV_PDF_URL={stand_in.pdf_url}")
            self.stdout.flush()
            ended.wait()
