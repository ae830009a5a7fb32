"""Pages and docstrings keep their words: one term for one thing. Tables render as tables."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from tests.support.paths import ROOT
from tests.test_package import MODULES

PAGES = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]

# Words of the code's past that a reader can't know, and the term to write instead. Only words that
# mean nothing else here: "exact", "once" or "alone" have an everyday meaning, too.
TERMS = {
    r"[Aa]ll[ -]or[ -]nothing": "atomic",
    r"[Kk]eyed": "with an idempotency key",
    r"[Ii]nexact": "not on the fast path",
    r"[Rr]efused entr(?:y|ies)": "failed entries",
    r"[Oo]bserved (?:calls?|batch(?:es)?)": "instrumented calls",
    r"[Ss]lots?": "entry",
    r"Exchanges?": "Batch",
}


def prose(text: str) -> str:
    """A page without its code, the targets of its links, and HTML."""
    text = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"(`+).*?\1", "``", text, flags=re.DOTALL)
    return re.sub(r"\]\([^)]*\)|<[^>]*>", "", text)


def faults(text: str) -> list[str]:
    """What is wrong with the words of a text."""
    found = [
        f"{match[0]!r}: write {better!r}"
        for term, better in TERMS.items()
        for match in re.finditer(rf"\b(?:{term})\b", text)
    ]
    if text.startswith("Give "):
        found.append("'Give': write 'Return' of a function, and an exact verb of anything else")
    return found


def tables(text: str) -> list[list[str]]:
    """The lines of each table, outside of code blocks."""
    text = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return [each[0].splitlines() for each in re.finditer(r"(?:^\|.*\n?)+", text, re.MULTILINE)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_words_of_a_page(page):
    assert faults(re.sub(r"\A# .*\n\s*", "", prose(page.read_text()))) == []


def docstrings(source: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each public docstring of a module, with its attributes'."""
    yield from _docstrings(ast.parse(source))


def _docstrings(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> Iterator[tuple[int, str]]:
    for before, inner in zip([None, *node.body], node.body, strict=False):
        if isinstance(inner, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if not inner.name.startswith("_"):
                yield from _docstrings(inner)
        elif isinstance(inner, ast.Expr) and isinstance(inner.value, ast.Constant):
            assigned = isinstance(before, ast.Assign | ast.AnnAssign)
            is_private = assigned and ast.unparse(before).startswith("_")
            if isinstance(inner.value.value, str) and not is_private:
                yield inner.lineno, inner.value.value


@pytest.mark.parametrize("name", MODULES)
def test_words_of_a_modules_docstrings(name):
    found = [
        f"{name}, line {line}: {fault}"
        for line, text in docstrings(MODULES[name].read_text())
        for fault in faults(prose(text))
    ]
    assert found == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_tables_of_a_page(page):
    """A table has a row of titles and a line of dashes; all its rows have as many cells."""
    for lines in tables(page.read_text()):
        assert re.fullmatch(r"\|(?: *:?-+:? *\|)+", "".join(lines[1:2])), lines[0]
        cells = [len(re.findall(r"(?<!\\)\|", line)) for line in lines]
        assert len(set(cells)) == 1, lines[0]


def test_the_rules_find_what_they_are_for():
    assert len(faults(prose("Give the slot of a keyed call."))) == 3
    assert faults(prose("It gives [all](#a-batch-that-is-all-or-nothing) of `Slot`, once.")) == []
    module = '''"""One."""\ndef _f(): "No."\nclass C:\n  "Two."\n  a: int\n  "Three."'''
    assert [text for _, text in docstrings(module)] == ["One.", "Two.", "Three."]
    assert tables("| a |\n|---|\n| b |\n\n| c |\n") == [["| a |", "|---|", "| b |"], ["| c |"]]
