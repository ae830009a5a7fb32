"""``python -m tests.soak --minutes 10``: prints a table for each server, exits 1 if one fails."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.shared import shared_folder

from .run import SERVERS, soak


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    options.add_argument("--minutes", type=float, default=10, help="how long, each (10)")
    options.add_argument("--connections", type=int, default=50, help="at the same time (50)")
    options.add_argument("servers", nargs="*", choices=[*SERVERS, []], help="which (all)")
    given = options.parse_args()
    failed = False
    for server in given.servers or SERVERS:
        with TemporaryDirectory() as directory:
            report = soak(server, given.minutes, Path(directory), given.connections)
        print(report.table(), flush=True)
        failed = failed or bool(report.violations)
    sys.exit(failed)


with shared_folder():
    main()
