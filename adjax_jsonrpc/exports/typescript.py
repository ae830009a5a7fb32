"""TypeScript declarations of methods: the ``Api`` of ``createClient<Api>()``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .._types import JsonSchema
from ..methods.method import Method
from ..methods.signature import Signature
from ..schema.subschemas import UniqueNames, closure, ref_name, tag_of
from ..types.builtin_tags import BUILT_IN
from ..types.serializer import Serializer
from .docstrings import Docstring, parse_docstring
from .typescript_types import TypeWriter, member_name

_HEADER = """\
// Made by "manage.py export_typescript": changes made here are lost.

/** One method: its params by position, its params by name, and its result. */
export interface Method<Args extends readonly unknown[], Params, Result> {
  args: Args;
  params: Params;
  result: Result;
}

/**
 * The classes that the page registers with `client.types`, by their tags. Name yours by
 * `declare module "<this file>" { interface Registered { money: Money } }`.
 */
export interface Registered {}

/** The class that is registered for a tag, otherwise what the client does without one. */
export type Tagged<Name extends string, Otherwise> = Name extends keyof Registered
  ? Registered[Name]
  : Otherwise;
"""
_DECLARED = frozenset(["Api", "Method", "Registered", "Tagged"])
_CLASSES = frozenset(["Array", "ArrayBuffer", "Date", "Map", "Set", "Uint8Array"])
_RESERVED = _DECLARED | _CLASSES | {f"Readonly{name}" for name in ("Array", "Map", "Set")}


def declarations(
    methods: Iterable[Method], serializer: Serializer, *, exact_integers: bool = True
) -> str:
    """Return the text of a TypeScript file that declares ``Api`` and all its types.

    The client returns an integer beyond ±(2^53-1) as a ``bigint``. Without ``exact_integers`` the
    result of ``int`` is declared as ``number`` only.
    """
    in_order = sorted(methods, key=lambda method: method.name)
    definitions = _Definitions(serializer, exact_integers)
    apps: dict[str, list[str]] = {}
    for method in in_order:
        app, _, name = method.name.partition(".")
        apps.setdefault(app, []).append(_method(method, app, name, definitions))
    members = (f"  {member_name(app)}: {{\n{''.join(each)}  }};\n" for app, each in apps.items())
    body = "".join(members)
    declared = [text for _, text in sorted(definitions.declared.items())]
    return "\n".join([_HEADER, *declared, f"export interface Api {{\n{body}}}\n"])


class _Definitions:
    """The declarations of the ``$defs`` of many schemas. Equal definitions are declared once."""

    def __init__(self, serializer: Serializer, exact_integers: bool) -> None:
        self.declared: dict[str, str] = {}
        self._names = UniqueNames(_RESERVED)
        self._exact_integers = exact_integers
        self._built_in = frozenset(
            each.name for each in BUILT_IN if each.name and serializer.type_named(each.name) is each
        )

    def writer(self, schema: JsonSchema, app: str, *, accepts: bool) -> TypeWriter:
        """Return the writer for a schema of params (``accepts``) or of a result, with ``$defs``."""
        defs = schema.get("$defs", {}) if isinstance(schema, dict) else {}
        return self._writer(lambda name: self._declare(name, defs, app, accepts), accepts)

    def _writer(self, refer: Callable[[str], str], accepts: bool) -> TypeWriter:
        exact = self._exact_integers
        return TypeWriter(refer, self._built_in, accepts=accepts, exact_integers=exact)

    def _declare(self, name: str, defs: Mapping[str, JsonSchema], app: str, accepts: bool) -> str:
        definition = defs.get(name, True)
        target = ref_name(definition)
        if target is not None and definition == {"$ref": f"#/$defs/{target}"}:
            return self._declare(target, defs, app, accepts)
        # A definition has two declarations if its types for params and for results differ.
        as_result, as_params = (
            {each: self._writer(str, accept).type(d) for each, d in closure(name, defs).items()}
            for accept in (False, True)
        )
        base = _identifier(name)
        role = "Params" if accepts else "Result"
        is_base_free = as_result == as_params or not accepts
        names = [base, f"{base}{role}"] if is_base_free else [f"{base}Params"]
        candidates = [*names, *(_identifier(app) + each for each in names)]
        declared = self._names.name_for(candidates, [name, as_params if accepts else as_result])
        if declared not in self.declared:
            self.declared[declared] = ""  # for a type that contains itself
            writer = self._writer(lambda each: self._declare(each, defs, app, accepts), accepts)
            self.declared[declared] = _declaration(declared, definition, writer)
        return declared


def _declaration(name: str, schema: JsonSchema, writer: TypeWriter) -> str:
    if isinstance(schema, dict) and _is_interface(schema):
        members = "".join(f"  {member};\n" for member in writer.members(schema))
        return f"export interface {name} {{\n{members}}}\n"
    return f"export type {name} = {writer.type(schema)};\n"


def _is_interface(schema: dict[str, Any]) -> bool:
    others = schema.keys() & {"propertyNames", "allOf", "anyOf"}
    return schema.get("type") == "object" and not others and tag_of(schema) is None


def _identifier(name: str) -> str:
    """Return the name of a type for a name in ``$defs``. The names of tags end with "Tag"."""
    bare = name.removeprefix("tag.")
    words = list(dict.fromkeys(re.split(r"\W+", bare)))  # "Order.Order" becomes "Order"
    identifier = "".join(word[:1].upper() + word[1:] for word in words)
    if identifier[:1].isdigit():
        identifier = f"_{identifier}"
    return identifier if bare == name else f"{identifier}Tag"


def _method(method: Method, app: str, name: str, definitions: _Definitions) -> str:
    signature = method.signature
    writer = definitions.writer(signature.result_schema, app, accepts=False)
    result = writer.type(signature.result_schema)
    args, params = "unknown[]", "{ [name: string]: unknown }"
    if isinstance(signature, Signature):
        writer = definitions.writer(signature.params_schema, app, accepts=True)
        args, params = _args(signature, writer), writer.type(signature.by_name)
        if not signature.names and params.startswith("{ [name: string]: never"):
            params = "{}"
    comment = _comment(parse_docstring(method.description), method)
    return f"{comment}    {member_name(name)}: Method<{args}, {params}, {result}>;\n"


def _args(signature: Signature, writer: TypeWriter) -> str:
    schema = signature.by_position
    if not isinstance(schema, dict) or "not" in schema:
        return "never"
    return writer.array(schema, signature.names)


def _comment(docstring: Docstring, method: Method) -> str:
    lines = docstring.summary.splitlines()
    if docstring.description:
        lines += ["", *docstring.description.splitlines()]
    tags = [f"@param {name} {text}" for name, text in docstring.parameters.items()]
    if docstring.returns:
        tags.append(f"@returns {docstring.returns}")
    if method.options.deprecated:
        tags.append("@deprecated")
    lines += ["", *tags] if lines and tags else tags
    if not lines:
        return ""
    safe = [line.replace("*/", "*\\/") for line in lines]
    if len(safe) == 1:
        return f"    /** {safe[0]} */\n"
    return "    /**\n" + "".join(f"     * {line}".rstrip() + "\n" for line in safe) + "     */\n"
