"""What takes long to make is made once for all processes of a test run."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

_VARIABLE = "FOLDER_OF_THE_TEST_RUN"


@contextmanager
def shared_folder() -> Iterator[None]:
    """Make a folder, which the processes that are started meanwhile share, and remove it."""
    if _VARIABLE in os.environ:  # one of those processes
        yield
        return
    os.environ[_VARIABLE] = mkdtemp(prefix="test-run-")
    try:
        yield
    finally:
        shutil.rmtree(os.environ.pop(_VARIABLE))


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder with what ``make`` wrote there, in whichever process was first."""
    folder = Path(os.environ[_VARIABLE]) / name
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = Path(mkdtemp(dir=folder.parent))
            make(unfinished)
            unfinished.rename(folder)
    return folder
