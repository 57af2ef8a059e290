"""The web server of ``make run``, alone: ``python -m bench.serve PORT``."""

from __future__ import annotations

import sys

from seminar import serving

if __name__ == "__main__":
    serving.load()
    serving.serve_web(int(sys.argv[1]))
