"""The blocks of code in the documentation's pages; tests/system/test_docs.py says what runs them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CHECKED_BELOW = {"sh make", "text rooms"}
PLACE = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Block:
    page: Path
    line: int
    language: str
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"

    @property
    def kind(self) -> str:
        """What has to run it, or an empty string where nothing does."""
        if f"{self.language} {self.where}" in CHECKED_BELOW:
            return f"{self.language} {self.where}"
        if re.fullmatch(r"test_\w+\.py", self.where):
            return self.where
        if (self.page.name, self.language) == ("diff-schemas.md", ""):
            return "diff"
        if self.language in ("python", "html"):
            return self.language if re.fullmatch(r"[\w/]+\.(py|html)", self.where) else ""
        if self.language in ("console", "rpc", "js"):
            return self.language if self.where in ("", "demo") else ""
        return "pycon" if (self.language, self.where) == ("pycon", "") else ""


def blocks(page: Path) -> list[Block]:
    found = re.finditer(r"^```(\S*) ?(.*)\n((?s:.*?))^```$", page.read_text(), re.MULTILINE)
    text = page.read_text()
    return [
        Block(page, text.count("\n", 0, each.start()) + 1, each[1], each[2].strip(), each[3])
        for each in found
    ]


def same(actual: str, expected: str) -> bool:
    """Whether the texts are equal, "…" standing for anything."""
    pattern = "(?s:.*?)".join(map(re.escape, expected.strip().split("…")))
    return re.fullmatch(pattern, actual.strip()) is not None


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Return each command after "$ " with the output that is shown below it."""
    lines = text.splitlines()
    while lines:
        command = lines.pop(0).removeprefix("$ ")
        while not _is_whole(command):
            command += "\n" + lines.pop(0)
        output = []
        while lines and not lines[0].startswith("$ "):
            output.append(lines.pop(0))
        yield command, "\n".join(output)


def _is_whole(command: str) -> bool:
    try:
        shlex.split(command)
    except ValueError:
        return False
    return not command.endswith("\\")
