"""The processes of a server that was started here: who they are, and how much memory they hold."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from statistics import linear_regression, median

PAGE = os.sysconf("SC_PAGE_SIZE")
MEGABYTE = 2**20


def children(parent: int) -> list[int]:
    """Return the processes that a process has started and that run."""
    found = []
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            state, ppid = (directory / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:  # ended meanwhile
            continue
        if int(ppid) == parent and state != "Z":
            found.append(int(directory.name))
    return found


def tree(root: int) -> list[int]:
    """Return a process with all that descend from it."""
    return [root, *(each for child in children(root) for each in tree(child))]


def is_there(process: int) -> bool:
    """Say whether a process still has threads, or ended without its parent having noticed.

    A killed process is a zombie as soon as its first thread has ended. The others keep its sockets
    open for a while, and take connections that nobody will answer; its parent can notice the end
    only after the last of them.
    """
    return Path(f"/proc/{process}").exists()


class Memory(threading.Thread):
    """Notes every second how much memory a server's processes hold together."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self._root = root
        self._ended = threading.Event()
        self.samples: list[tuple[float, float]] = []

    def run(self) -> None:
        began = time.monotonic()
        while not self._ended.wait(1):
            self.samples.append((time.monotonic() - began, self._now()))

    def stop(self) -> None:
        self._ended.set()
        self.join()

    def _now(self) -> float:
        pages = 0
        for process in tree(self._root):
            try:
                pages += int(Path(f"/proc/{process}/statm").read_text().split()[1])
            except OSError:
                continue
        return pages * PAGE / MEGABYTE

    def between(self, first: float, last: float) -> list[tuple[float, float]]:
        return [each for each in self.samples if first <= each[0] <= last]


def growth(samples: list[tuple[float, float]]) -> tuple[float, float, float]:
    """Return the megabytes at the start, those at the end, and the slope in megabytes a minute."""
    tenth = max(1, len(samples) // 10)
    values = [value for _, value in samples]
    slope = linear_regression(*zip(*samples, strict=True)).slope * 60 if len(samples) > 1 else 0.0
    return median(values[:tenth]), median(values[-tenth:]), slope
