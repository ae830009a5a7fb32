"""The documentation keeps its words: one term for one thing, and tables that render as tables."""

from __future__ import annotations

import re

import pytest

from tests.support.paths import ROOT

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
    assert tables("| a |\n|---|\n| b |\n\n| c |\n") == [["| a |", "|---|", "| b |"], ["| c |"]]
