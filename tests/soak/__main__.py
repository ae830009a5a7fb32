"""``python -m tests.soak --minutes 10``: prints a table for each run, exits 1 if one fails."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.shared import shared_folder

from .keys import KEYED, soak_keys
from .run import SERVERS, soak


def main() -> None:
    runs = {
        **{server: partial(soak, server) for server in SERVERS},
        **{f"keys-{server}": partial(soak_keys, server) for server in KEYED},
    }
    options = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    options.add_argument("--minutes", type=float, default=10, help="how long, each (10)")
    options.add_argument("runs", nargs="*", choices=[*runs, []], help="which (all)")
    given = options.parse_args()
    failed = False
    for run in given.runs or runs:
        with TemporaryDirectory() as directory:
            report = runs[run](given.minutes, Path(directory))
        print(report.table(), flush=True)
        failed = failed or bool(report.violations)
    sys.exit(failed)


with shared_folder():
    main()
