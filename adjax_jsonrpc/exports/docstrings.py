"""Parse docstrings in Google, NumPy or Sphinx style."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from inspect import cleandoc


@dataclass(frozen=True)
class Docstring:
    """The parts of a docstring.

    - ``summary``: the first paragraph, on one line.
    - ``description``: the text after it, without the sections of ``parameters`` and ``returns``.
    - ``parameters``: the description of each parameter by name, on one line.
    - ``returns``: the description of the result, on one line.
    """

    summary: str = ""
    description: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    returns: str = ""


_PARAMETERS = frozenset(
    ("args", "arguments", "parameters", "params", "other parameters", "keyword arguments")
)
_RETURNS = frozenset(["returns", "return"])
_OTHERS = frozenset(["raises", "raise", "yields", "warns", "attributes", "see also", "todo"])
_SECTIONS = _PARAMETERS | _RETURNS | _OTHERS
_UNDERLINE = re.compile(r"-{3,}\s*")
_SPHINX = re.compile(r":(\w+)(?:\s+([^:]+?))?:(?:\s+(.*))?")
_SPHINX_PARAMETERS = frozenset(["param", "parameter", "arg", "argument", "key", "keyword"])
_SPHINX_OTHERS = frozenset(["type", "rtype", "raises", "raise", "except", "exception", "vartype"])
_GOOGLE_ENTRY = re.compile(r"(\*{0,2}\w+)\s*(?:\([^)]*\))?\s*:(?:\s+(.*)|$)")
_GOOGLE_TYPE = re.compile(r"[\w.]+(?:\[.*?\])?(?:\s*\|\s*[\w.]+(?:\[.*?\])?)*:\s+(.*)")
_NUMPY_NAMES = re.compile(r"(\*{0,2}\w+(?:\s*,\s*\*{0,2}\w+)*)\s*(?::.*)?")


def parse_docstring(text: str) -> Docstring:
    """Parse a docstring as ``inspect.getdoc`` returns it.

    Text outside of known sections becomes the description.
    """
    parser = _Parser(text.splitlines())
    prose = "\n".join(parser.prose()).strip()
    summary, _, description = prose.partition("\n\n")
    return Docstring(_joined([summary]), description.strip(), parser.parameters, parser.returns)


class _Parser:
    """Yields the lines outside of sections, and collects the content of the sections."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self.parameters: dict[str, str] = {}
        self.returns = ""

    def prose(self) -> Iterator[str]:
        index = 0
        fenced = False
        while index < len(self._lines):
            line = self._lines[index]
            fenced ^= line.lstrip().startswith("```")
            end = index if fenced else self._section(index)
            if end == index:
                yield line
                end += 1
            index = end

    def _section(self, start: int) -> int:
        """Read a section that begins at ``start``. Return the index of the line after it."""
        title = self._lines[start].rstrip()
        following = self._lines[start + 1] if start + 1 < len(self._lines) else ""
        name = title.removesuffix(":").strip().lower()
        if name in _SECTIONS and title[:1].strip():
            if _UNDERLINE.fullmatch(following):
                return self._numpy(name, start + 2)
            if title.endswith(":") and following[:1].isspace():
                return self._google(name, start + 1)
        field_ = _SPHINX.fullmatch(title)
        return self._sphinx(start, field_) if field_ else start

    def _sphinx(self, start: int, found: re.Match[str]) -> int:
        role, argument, text = found.groups("")
        is_section = role in _SPHINX_OTHERS or role in _RETURNS
        if not is_section and not (role in _SPHINX_PARAMETERS and argument):
            return start
        end = self._end_of_indented(start + 1)
        whole = _joined([text, *self._lines[start + 1 : end]])
        if role in _SPHINX_PARAMETERS:
            self.parameters[_bare(argument.split()[-1])] = whole
        elif role in _RETURNS:
            self.returns = whole
        return end

    def _google(self, name: str, start: int) -> int:
        end = self._end_of_indented(start)
        block = cleandoc("\n".join(["", *self._lines[start:end]])).splitlines()
        if name in _RETURNS:
            typed = _GOOGLE_TYPE.fullmatch(block[0])
            self.returns = _joined([typed[1] if typed else block[0], *block[1:]])
        elif name in _PARAMETERS:
            self._entries(block, _GOOGLE_ENTRY)
        return end

    def _numpy(self, name: str, start: int) -> int:
        end = start
        while end < len(self._lines) and not self._numpy_begins(end):
            end += 1
        block = self._lines[start:end]
        if name in _RETURNS:
            indented = [line for line in block if line[:1].isspace()]
            self.returns = _joined(indented or block)
        elif name in _PARAMETERS:
            self._entries(block, _NUMPY_NAMES)
        return end

    def _numpy_begins(self, index: int) -> bool:
        return index + 1 < len(self._lines) and bool(_UNDERLINE.fullmatch(self._lines[index + 1]))

    def _entries(self, block: list[str], entry: re.Pattern[str]) -> None:
        names: list[str] = []
        for line in block:
            found = None if line[:1].isspace() else entry.fullmatch(line.rstrip())
            text = line
            if found:
                names = [_bare(name) for name in found[1].split(",")]
                text = (found[2] or "") if entry is _GOOGLE_ENTRY else ""
            for name in names:
                self.parameters[name] = _joined([self.parameters.get(name, ""), text])

    def _end_of_indented(self, index: int) -> int:
        """Return the index of the line after an indented block, which may contain blank lines."""
        end = index
        while index < len(self._lines):
            line = self._lines[index]
            if line.strip():
                if not line[0].isspace():
                    break
                end = index + 1
            index += 1
        return end


def _bare(name: str) -> str:
    return name.strip().lstrip("*")


def _joined(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())
