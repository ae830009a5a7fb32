"""Regular expressions that mean the same in ECMAScript, in Python's ``re`` and in Rust.

JSON Schema has the expressions of ECMAScript, but each validator uses those of its language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .._types import JsonSchema
from ..errors import RegistrationError
from ..schema.subschemas import NO_FINAL_LINE_FEED, map_subschemas, with_keywords

_SPACES = r"\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_SHORTHANDS = {"d": "0-9", "w": "A-Za-z0-9_", "s": _SPACES}
"""What ECMAScript means by them. In Python they also match characters of other scripts."""
_SYNTAX = frozenset(r"^$\.*+?()[]{}|/")
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v", "0": "\0"}

_ESCAPED = (
    r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]{1,5}\}|c[A-Za-z]|0(?![0-9])|[nrtfv]"
    r"|[^0-9A-Za-z])"
)
_TOKEN = re.compile(
    rf"""
    (?P<quantifier> [*+?] | \{{[0-9]+(?:,[0-9]*)?\}} )
    | (?P<class> \[\^?(?:\\.|[^\]\\])+\] )
    | (?P<open> \((?:\?:|\?<[A-Za-z_][A-Za-z0-9_]*>|(?!\?)) )
    | (?P<close> \) )
    | (?P<or> \| )
    | (?P<anchor> [\^$] | \\[bB] )
    | (?P<shorthand> \\[dDwWsS] | \\[pP]\{{[A-Za-z_=]+\}} )
    | (?P<char> {_ESCAPED} | [^\\()\[] )
    """,
    re.VERBOSE | re.DOTALL,
)
_ATOM = re.compile(rf"\\[dDwWsSb]|\\[pP]\{{[A-Za-z_=]+\}}|{_ESCAPED}|[^\\]", re.DOTALL)


def portable(keywords: Mapping[str, Any]) -> dict[str, Any]:
    """Return keywords of a schema whose patterns mean the same for all validators.

    Raises ``RegistrationError`` for a pattern that can't be written so.
    """
    changed = map_subschemas(dict(keywords), _portable_schema)
    pattern = changed.get("pattern")
    if isinstance(pattern, str):
        tokens = [*_tokens(pattern)]
        changed["pattern"] = "".join(token.text for token in tokens)
        if _needs_end(tokens):
            changed = with_keywords(changed, {"not": NO_FINAL_LINE_FEED})
    return changed


def _portable_schema(schema: JsonSchema) -> JsonSchema:
    return portable(schema) if isinstance(schema, dict) else schema


class _Token(NamedTuple):
    """A part of a pattern in its portable form."""

    kind: str
    text: str
    may_match_line_feed: bool = False


def _tokens(pattern: str) -> Iterator[_Token]:
    place, before = 0, ""
    while place < len(pattern):
        found = _TOKEN.match(pattern, place)
        if found is None:
            raise _refusal(pattern, _unknown(pattern[place:]))
        kind, text = str(found.lastgroup), found[0]
        if kind == "quantifier":
            if before == "quantifier" and text == "?":
                kind = "lazy"
            elif before not in ("char", "class", "shorthand", "close"):
                is_possessive = before == "quantifier" and text == "+"
                what = "the possessive quantifier" if is_possessive else "the quantifier"
                raise _refusal(pattern, f"{what} {pattern[:place][-1:]}{text}")
        if text.startswith("{") and kind == "char" and pattern.startswith("{,", place):
            raise _refusal(pattern, "the quantifier {,")
        yield _translated(pattern, kind, text)
        place, before = found.end(), kind


def _unknown(rest: str) -> str:
    if re.match(r"\(\?<?[=!]", rest):
        return f"the look-around {rest[:3]}"
    found = re.match(r"\\[0-9]+|\\.|\(\?P?.?|\[\^?\]?", rest, re.DOTALL)
    return found[0] if found else rest[:1]


def _refusal(pattern: str, part: str) -> RegistrationError:
    return RegistrationError(
        f"the pattern {pattern!r} can't be served: {part} is not the same in ECMAScript, Python "
        "and expressions of linear time"
    )


def _translated(pattern: str, kind: str, text: str) -> _Token:
    if kind == "open":
        return _Token(kind, "(" if text == "(" else "(?:")
    if kind == "shorthand" and text[1].lower() in _SHORTHANDS:
        negated = "^" if text[1].isupper() else ""
        return _Token(kind, f"[{negated}{_SHORTHANDS[text[1].lower()]}]", text[1] in "sDW")
    if kind == "shorthand":
        return _Token(kind, text, True)
    if kind == "class":
        return _translated_class(pattern, text)
    if kind == "char":
        if text == ".":
            return _Token(kind, r"[^\n]")
        point = _character(text)
        return _Token(kind, _written(point), point == "\n")
    return _Token(kind, text)


def _translated_class(pattern: str, text: str) -> _Token:
    negated = text.startswith("[^")
    body = text[1 + negated : -1]
    atoms = _ATOM.findall(body)
    if not atoms:
        raise _refusal(pattern, text)
    if "".join(atoms) != body:
        unknown = next(a for a in re.findall(r"\\.", body, re.DOTALL) if not _ATOM.match(a))
        raise _refusal(pattern, unknown)
    whole = any(atom[0] == "\\" and atom[1] in "DWSpP" for atom in atoms)
    parts: list[str] = []
    has_line_feed = whole
    index = 0
    while index < len(atoms):
        atom = atoms[index]
        if atom[0] == "\\" and atom[1] in "dwsDWSpP":
            keep = whole or atom[1] not in _SHORTHANDS
            parts.append(atom if keep else _SHORTHANDS[atom[1]])
            has_line_feed |= atom[1] == "s"
            index += 1
            continue
        low = high = _character(atom)
        if atoms[index + 1 : index + 2] == ["-"] and index + 2 < len(atoms):
            if re.match(r"\\[dwsDWSpP]", atoms[index + 2]):
                raise _refusal(pattern, f"the range {''.join(atoms[index : index + 3])}")
            high = _character(atoms[index + 2])
            index += 2
        index += 1
        has_line_feed |= low <= "\n" <= high
        parts.append(_in_class(low) + (f"-{_in_class(high)}" if high != low else ""))
    may_match = whole or has_line_feed != negated
    return _Token("class", f"[{'^' * negated}{''.join(parts)}]", may_match)


def _character(atom: str) -> str:
    """Return the character that a part of a pattern stands for."""
    if atom[0] != "\\":
        return atom
    name = atom[1]
    if name == "b":  # in a class
        return "\b"
    if name in "xu" and len(atom) > 2:
        return chr(int(atom[2:].strip("{}"), 16))
    if name == "c":
        return chr(ord(atom[2]) % 32)
    return _CONTROLS.get(name, name)


def _written(char: str) -> str:
    return f"\\{char}" if char in _SYNTAX and char != "/" else _visible(char)


def _in_class(char: str) -> str:
    """Return a character as a part of a class. Rust has operators such as ``&&`` in classes."""
    if char in "&~":
        return f"\\x{ord(char):02x}"
    return f"\\{char}" if char in r"\[]^-" else _visible(char)


def _visible(char: str) -> str:
    if char in _CONTROLS.values() and char != "\0":
        return "\\" + next(name for name, each in _CONTROLS.items() if each == char)
    if char < " " or char in "\x7f\x85\u2028\u2029\ufeff":
        return f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}"
    return char


def _needs_end(tokens: list[_Token]) -> bool:
    """Return whether no text that the pattern matches ends with a line feed, because of ``$``.

    In Python, ``$`` also matches before a line feed at the end of the text.
    """
    if any(token.may_match_line_feed for token in tokens):
        return False
    return all(_ends_certainly(alternative) for alternative in _alternatives(tokens))


def _alternatives(tokens: list[_Token]) -> list[list[_Token]]:
    alternatives: list[list[_Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.kind == "open") - (token.kind == "close")
        if token.kind == "or" and depth == 0:
            alternatives.append([])
        else:
            alternatives[-1].append(token)
    return alternatives


def _ends_certainly(tokens: list[_Token]) -> bool:
    if not tokens or tokens[-1].text != "$" or tokens[-1].kind != "anchor":
        return False
    if tokens[0].kind == "anchor" and tokens[0].text == "^":
        return True
    last = [each for each in tokens[:-1] if each.kind != "lazy"][-1:]
    if last and last[0].kind == "quantifier":
        before = [each for each in tokens[:-1] if each.kind != "lazy"][-2]
        is_optional = last[0].text in "*?" or last[0].text.startswith("{0")
        return not is_optional and before.kind in ("char", "class", "shorthand")
    return bool(last) and last[0].kind in ("char", "class", "shorthand")
