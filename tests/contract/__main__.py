"""``python -m tests.contract --examples 200000 --seed 1``: many trials."""

from __future__ import annotations

import argparse
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter

import django

APART = 10**6  # annotations from one worker's first to the next one's


def _side_by_side(options: argparse.Namespace) -> int:
    print(f"seed {options.seed}", flush=True)
    words = [each for each in sys.argv[1:] if each]
    for name in ("--workers", "--seed", "--examples", "--start"):
        if name in words:
            at = words.index(name)
            del words[at : at + 2]
    each = options.examples // options.workers
    workers = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.contract",
                *words,
                "--seed",
                str(options.seed),
                "--examples",
                str(each),
                "--start",
                str(options.start + APART * number),
            ]
        )
        for number in range(options.workers)
    ]
    return max([worker.wait() for worker in workers])


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.contract")
    parser.add_argument("--examples", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--start", type=int, default=0, help="the first annotation")
    parser.add_argument("--per", type=int, default=40, help="values of each annotation")
    parser.add_argument("--no-ajv", action="store_true")
    parser.add_argument("--show", type=int, default=3, help="faults of one kind to make small")
    parser.add_argument("--skip", help="no annotations whose source matches this pattern")
    parser.add_argument("--match", help="only annotations whose source matches this pattern")
    parser.add_argument("--seconds", type=float, default=1e9, help="begin nothing after this time")
    parser.add_argument("--workers", type=int, default=1, help="processes; each has its seeds")
    options = parser.parse_args()
    if options.workers > 1:
        return _side_by_side(options)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from tests.contract.annotations import Made
    from tests.contract.judges import Ajv
    from tests.contract.trial import Trial, shrink, trials

    ajv = None if options.no_ajv else Ajv()
    counts: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    refusals: Counter[str] = Counter()
    began = time.monotonic()
    print(f"seed {options.seed}", flush=True)
    for type_, seed in trials(options.seed, options.start):
        if counts["examples"] >= options.examples or time.monotonic() > began + options.seconds:
            break
        source = Made(type_).text
        if options.skip and re.search(options.skip, source):
            continue
        if options.match and not re.search(options.match, source):
            continue
        faults = Trial(type_, seed, ajv, options.per, counts).faults()
        for fault in faults:
            if fault.kind == "refused at start-up":
                reason = re.sub(
                    r"^.*?judges.py:\d+\): |field '\w+' of C\d+: |\bC\d+\b|contract_\d+",
                    "",
                    fault.detail,
                )
                reason = re.sub(r"(parameter 'value'|the result): ", "", reason)
                reason = re.sub(r"^(defaultdict|OrderedDict|Counter|deque)_\w+", r"\1", reason)
                if reason not in refusals:
                    print(f"REFUSED {reason}\n    {fault.source.splitlines()[-1]}", flush=True)
                refusals[reason] += 1
        for each in [each for each in faults if each.known]:
            counts[f"known: {each.known}"] += 1
        faults = [each for each in faults if not each.known]
        for kind in {each.kind for each in faults}:
            kinds[kind] += 1
            if kinds[kind] <= options.show and not kind.startswith("refused at"):
                fault = next(each for each in faults if each.kind == kind)
                print(shrink(fault, ajv).text, "\n", flush=True)
    print(f"seed {options.seed}, {time.monotonic() - began:.0f} s")
    for name, number in counts.most_common():
        print(f"{number:8} {name}")
    print("disagreements:")
    for name, number in kinds.most_common():
        print(f"{number:8} {name}")
    return 1 if kinds else 0


if __name__ == "__main__":
    sys.exit(main())
