"""Explain why a schema rejects a value, in bounded time and space.

Only those parts of the value are examined that are not valid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from .._messages import gettext, shown
from .._types import Decode, JsonSchema
from ..errors import MAX_ERRORS, WireError, excerpt, pointer
from ..protocol.tags import TAG
from .branches import Unions
from .found import Found, Path
from .keyword_messages import (
    CHECKED_KEYWORDS,
    NOT_TAGGED,
    WRONG_TAG,
    KeywordCheck,
    form_message,
    keyword_checks,
    message_of,
    type_predicate,
)
from .linear_jsonschema import LinearValidator
from .subschemas import ANNOTATION_KEYWORDS, NO_FINAL_LINE_FEED, tag_of
from .text_forms import text_form
from .validator import validator
from .value_checks import KEYWORD, check_of

# Explained in this module. jsonschema explains all other keywords.
_EXPLAINED_HERE = frozenset(
    {*CHECKED_KEYWORDS, "$ref", "$defs", "properties", "prefixItems", "allOf", "anyOf"}
    | {KEYWORD, "if", "then", "else"}
)

# On each level of nesting the rest of the value is validated once more.
_MAX_DEPTH = 16


class _Subschema:
    """A schema inside the document. Its validator and its keywords are prepared on first use."""

    __slots__ = ("_defs", "accepts", "keywords", "schema")

    def __init__(self, schema: JsonSchema, defs: dict[str, JsonSchema]) -> None:
        self.schema = schema
        self.keywords: _Keywords | None = None
        self._defs = defs
        self.accepts: Callable[[Any], bool] = self._compile_and_accept

    def _compile_and_accept(self, value: Any) -> bool:
        schema = self.schema
        if isinstance(schema, bool):
            self.accepts = lambda value: schema
        elif len(schema) == 1 and "type" in schema:
            self.accepts = type_predicate(schema["type"])
        else:
            self.accepts = validator({**schema, "$defs": self._defs} if self._defs else schema)
        return self.accepts(value)


class _Keywords:
    """The keywords of one schema, grouped by how each is explained."""

    __slots__ = (
        "additional",
        "all_of",
        "any_of",
        "branches",
        "check",
        "checks",
        "condition",
        "form",
        "form_parts",
        "items",
        "others",
        "otherwise",
        "prefix_items",
        "properties",
        "tag",
        "then",
    )

    def __init__(
        self, schema: dict[str, Any], subschema: Callable[[JsonSchema], _Subschema]
    ) -> None:
        self.branches: list[JsonSchema] | None = schema.get("anyOf")
        # If anyOf is the only keyword, a rejected value is known to break it.
        is_certain = self.branches is None or len(schema) == 1
        self.any_of = None if is_certain else subschema({"anyOf": self.branches})
        self.condition = None if "if" not in schema else subschema(schema["if"])
        self.then, self.otherwise = (subschema(schema.get(k, True)) for k in ("then", "else"))
        self.all_of = [subschema(each) for each in schema.get("allOf", ())]
        self.check = check_of(schema)
        tag = tag_of(schema)
        self.tag = None if tag is None else shown(tag)
        self.form = text_form(schema)
        own = {} if self.form is None else self.form[1]
        self.form_parts = [(keyword, subschema({keyword: own[keyword]})) for keyword in own]
        rest = {k: v for k, v in schema.items() if k not in own}
        self.checks: list[tuple[str, KeywordCheck]] = keyword_checks(rest)
        others = {k: v for k, v in rest.items() if k not in _EXPLAINED_HERE}
        if "pattern" in others and others.get("not") == NO_FINAL_LINE_FEED:
            del others["not"]  # the pattern rejects the same texts here
        prefix_items, items = schema.get("prefixItems", ()), schema.get("items", True)
        self.others = subschema(others) if others else None
        self.properties = {k: subschema(v) for k, v in schema.get("properties", {}).items()}
        additional = schema.get("additionalProperties", True)
        self.additional = None if isinstance(additional, bool) else subschema(additional)
        self.prefix_items = [subschema(each) for each in prefix_items]
        self.items = None if isinstance(items, bool) else subschema(items)

    def parts(self, value: Any) -> Iterator[tuple[str | int, _Subschema, Any]]:
        """Yield each member or item that has a schema: name or index, schema, part."""
        if type(value) is dict:
            schema_of, additional = self.properties.get, self.additional
            for name, item in value.items():
                schema = schema_of(name, additional)
                if schema is not None:
                    yield name, schema, item
        elif type(value) is list:
            for index, (schema, item) in enumerate(zip(self.prefix_items, value, strict=False)):
                yield index, schema, item
            if self.items is not None:
                for index in range(len(self.prefix_items), len(value)):
                    yield index, self.items, value[index]


def _with_ref_beside(schema: JsonSchema) -> JsonSchema:
    """Return a schema whose ``$ref`` is not beside keywords that constrain, too."""
    if not isinstance(schema, dict) or "$ref" not in schema:
        return schema
    others = {k: v for k, v in schema.items() if k != "$ref"}
    if others.keys() <= ANNOTATION_KEYWORDS:
        return schema
    return {**others, "allOf": [{"$ref": schema["$ref"]}, *others.get("allOf", ())]}


def _joined(texts: list[str], value: str) -> str:
    """Return messages about one value as one message. A long value is named once."""
    if len(value) > _LONG:
        texts = [*texts[:1], *(each.removeprefix(value).lstrip() for each in texts[1:])]
    return excerpt("; ".join(texts), _MAX_JOINED)


_LONG = 40
_MAX_JOINED = 300


class Explainer:
    """Explains why one document, a schema with its ``$defs``, rejects values.

    ``decoders`` has the parts of the document that are decoded: schema and decoder, by the ``id()``
    of the schema.
    ``translate`` returns a message in the language of the caller.
    """

    def __init__(
        self,
        document: JsonSchema,
        decoders: Mapping[int, tuple[JsonSchema, Decode]] | None = None,
        translate: Callable[[str], str] = gettext,
    ) -> None:
        self._document = document
        self._defs = document.get("$defs", {}) if isinstance(document, dict) else {}
        self._decoders = decoders or {}
        self._translate = translate
        # By the id() of the schema, which stays valid: the subschema holds a reference to it.
        self._subschemas: dict[int, _Subschema] = {}
        self._unions = Unions(self._defs)

    def errors(self, value: Any, schema: JsonSchema | None = None) -> list[dict[str, Any]]:
        """Return at most ``MAX_ERRORS`` errors as ``{"path", "message", "keyword"}``.

        ``schema`` is a part of the document, by default the whole document. ``value`` must be one
        that ``schema`` rejects. Parts that it accepts are decoded, in place, because the decoders
        may find further errors.
        """
        found = Found(self._translate)
        subschema = self._subschema(self._document if schema is None else schema)
        self._explain(subschema, value, (), found)
        for path, (decode, part) in found.accepted.items():
            if found.is_full:
                break
            self._decode(decode, part, path, found)
        return found.errors[:MAX_ERRORS]

    def _decode(self, decode: Decode, part: Any, path: Path, found: Found) -> None:
        try:
            decode(part)
        except WireError as error:
            for each in (error, *error.others):
                found.add_text(pointer(path) + each.path, each.message, "__type__")
        except (RecursionError, ValueError):  # a limit of the validator that unions call
            return

    def _subschema(self, schema: JsonSchema) -> _Subschema:
        subschema = self._subschemas.get(id(schema))
        if subschema is None:
            subschema = self._subschemas[id(schema)] = _Subschema(schema, self._defs)
        return subschema

    def _explain(self, subschema: _Subschema, value: Any, path: Path, found: Found) -> None:
        """Add the errors of a value that a subschema rejects."""
        keywords = subschema.keywords
        if keywords is None:
            schema = self._unions.resolve(_with_ref_beside(subschema.schema))
            if not isinstance(schema, dict):
                found.add(path, message_of("false", schema, value), "false")
                return
            keywords = subschema.keywords = _Keywords(schema, self._subschema)
        if len(path) >= _MAX_DEPTH:
            found.add(path, message_of("depth", _MAX_DEPTH, value), "depth")
            return
        if keywords.branches is not None and (
            keywords.any_of is None or not keywords.any_of.accepts(value)
        ):
            self._explain_union(keywords.branches, value, path, found)
        for each in keywords.all_of:
            if not each.accepts(value):
                self._explain(each, value, path, found)
        if keywords.condition is not None:
            holds = keywords.condition.accepts(value)
            applied = keywords.then if holds else keywords.otherwise
            if not applied.accepts(value):
                self._explain(applied, value, path, found)
        self._explain_value(keywords, value, path, found)
        for step, schema_of_part, part in keywords.parts(value):
            if found.is_full:
                return
            decoder = self._decoders.get(id(schema_of_part.schema))
            if not schema_of_part.accepts(part):
                self._explain(schema_of_part, part, (*path, step), found)
            elif decoder is not None:
                found.accepted[(*path, step)] = decoder[1], part

    def _explain_value(self, keywords: _Keywords, value: Any, path: Path, found: Found) -> None:
        """Add the errors of a value itself, not of its parts."""
        if keywords.form is not None:
            broken = (k for k, part in keywords.form_parts if not part.accepts(value))
            for keyword in islice(broken, 1):
                found.add(path, form_message(keywords.form[0], value), keyword)
        for keyword, check in keywords.checks:
            is_tag = keyword == "type" and keywords.tag is not None
            for template, values in check(value):
                message = (NOT_TAGGED, {**values, "limit": keywords.tag})
                found.add(path, message if is_tag else (template, values), keyword)
        problem = None if keywords.check is None else keywords.check.find_problem(value)
        if problem is not None:
            found.add(path, problem.message, problem.keyword)
        if keywords.others is not None and not keywords.others.accepts(value):
            self._explain_by_jsonschema(keywords.others.schema, value, path, found)

    def _explain_union(
        self, branches: list[JsonSchema], value: Any, path: Path, found: Found
    ) -> None:
        branch = self._unions.intended_branch(branches, value)
        if branch is not None:
            self._explain(self._subschema(branch), value, path, found)
            return
        candidates = self._unions.candidates(branches, value)
        if isinstance(value, (dict, list)) or not candidates:
            found.add(path, self._unions.message(branches, value), "anyOf")
            return
        # Each branch has its reason. None of them is about a part of the value.
        each_found = Found(self._translate)
        for each in candidates:
            self._explain(self._subschema(each), value, path, each_found)
        texts = dict.fromkeys(error["message"] for error in each_found.errors)
        keywords = {error["keyword"] for error in each_found.errors}
        keyword = keywords.pop() if len(keywords) == 1 else "anyOf"
        found.add_text(pointer(path), _joined([*texts], shown(value)), keyword)

    def _explain_by_jsonschema(self, schema: Any, value: Any, path: Path, found: Found) -> None:
        """Add the errors that jsonschema finds."""
        reference = LinearValidator({**schema, "$defs": self._defs})
        try:
            errors = list(islice(reference.iter_errors(value), MAX_ERRORS))
        except RecursionError:
            errors = []
        if not errors:  # too deep for jsonschema, or a keyword that is not checked there
            keyword = next(iter(schema))
            found.add(path, message_of(keyword, schema[keyword], value), keyword)
        for error in errors:
            keyword = str(error.validator)
            template, values = message_of(keyword, error.validator_value, error.instance)
            if keyword == "const" and path and path[-1] == TAG:
                template = WRONG_TAG
            found.add((*path, *error.path), (template, values), keyword)
