"""TypeScript declarations of the methods: the ``Api`` of ``createClient<Api>()``."""

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
from .docstrings import Docstring, parse
from .typescript_types import Writer, key

_HEADER = """\
// Made by "manage.py export_typescript": changes made here are lost.

/** One method: what it takes by position and by name, and what it gives. */
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
    """Give the text of a TypeScript file that declares ``Api`` and every type it needs.

    An integer beyond ±(2^53-1) comes back as a ``bigint``; without ``exact_integers`` the
    declarations leave that out.
    """
    in_order = sorted(methods, key=lambda method: method.name)
    shared = _Shared(serializer, exact_integers)
    apps: dict[str, list[str]] = {}
    for method in in_order:
        app, _, name = method.name.partition(".")
        apps.setdefault(app, []).append(_method(method, app, name, shared))
    body = "".join(f"  {key(app)}: {{\n{''.join(parts)}  }};\n" for app, parts in apps.items())
    definitions = [text for _, text in sorted(shared.declared.items())]
    return "\n".join([_HEADER, *definitions, f"export interface Api {{\n{body}}}\n"])


class _Shared:
    """Declares the ``$defs`` of many schemas once each."""

    def __init__(self, serializer: Serializer, exact_integers: bool) -> None:
        self.declared: dict[str, str] = {}
        self._names = UniqueNames(_RESERVED)
        self._exact_integers = exact_integers
        self._built_in = frozenset(
            each.name for each in BUILT_IN if each.name and serializer.type_named(each.name) is each
        )

    def writer(self, schema: JsonSchema, app: str, *, accepts: bool) -> Writer:
        """Give the writer of a schema and its ``$defs``."""
        defs = schema.get("$defs", {}) if isinstance(schema, dict) else {}
        return self._writer(lambda name: self._declare(name, defs, app, accepts), accepts)

    def _writer(self, refer: Callable[[str], str], accepts: bool) -> Writer:
        return Writer(refer, self._built_in, accepts=accepts, exact_integers=self._exact_integers)

    def _declare(self, name: str, defs: Mapping[str, JsonSchema], app: str, accepts: bool) -> str:
        definition = defs.get(name, True)
        target = ref_name(definition)
        if target is not None and definition == {"$ref": f"#/$defs/{target}"}:
            return self._declare(target, defs, app, accepts)
        given, taken = (
            {each: self._writer(str, way).type(part) for each, part in closure(name, defs).items()}
            for way in (False, True)
        )
        base = _identifier(name)
        role = "Params" if accepts else "Result"
        plain = [base, f"{base}{role}"] if given == taken or not accepts else [f"{base}Params"]
        candidates = [*plain, *(_identifier(app) + each for each in plain)]
        declared = self._names.name_for(candidates, [name, taken if accepts else given])
        if declared not in self.declared:
            self.declared[declared] = ""  # met again inside of itself
            writer = self._writer(lambda each: self._declare(each, defs, app, accepts), accepts)
            self.declared[declared] = _declaration(declared, definition, writer)
        return declared


def _declaration(name: str, schema: JsonSchema, writer: Writer) -> str:
    if isinstance(schema, dict) and _is_interface(schema):
        members = "".join(f"  {member};\n" for member in writer.members(schema))
        return f"export interface {name} {{\n{members}}}\n"
    return f"export type {name} = {writer.type(schema)};\n"


def _is_interface(schema: dict[str, Any]) -> bool:
    others = schema.keys() & {"propertyNames", "allOf", "anyOf"}
    return schema.get("type") == "object" and not others and tag_of(schema) is None


def _identifier(name: str) -> str:
    """Make a type's name of one in ``$defs``: a tag's says that it is one."""
    bare = name.removeprefix("tag.")
    words = list(dict.fromkeys(re.split(r"\W+", bare)))  # "Order.Order" is an Order
    made = "".join(word[:1].upper() + word[1:] for word in words)
    if made[:1].isdigit():
        made = f"_{made}"
    return made if bare == name else f"{made}Tag"


def _method(method: Method, app: str, name: str, shared: _Shared) -> str:
    signature = method.signature
    result = shared.writer(signature.result_schema, app, accepts=False)
    given = result.type(signature.result_schema)
    args, params = "unknown[]", "{ [name: string]: unknown }"
    if isinstance(signature, Signature):
        writer = shared.writer(signature.params_schema, app, accepts=True)
        args, params = _args(signature, writer), writer.type(signature.by_name)
        if not signature.names and params.startswith("{ [name: string]: never"):
            params = "{}"
    says = _comment(parse(method.description), method)
    return f"{says}    {key(name)}: Method<{args}, {params}, {given}>;\n"


def _args(signature: Signature, writer: Writer) -> str:
    schema = signature.by_position
    if not isinstance(schema, dict) or "not" in schema:
        return "never"
    return writer.array(schema, signature.names)


def _comment(says: Docstring, method: Method) -> str:
    lines = says.summary.splitlines()
    if says.description:
        lines += ["", *says.description.splitlines()]
    tags = [f"@param {name} {text}" for name, text in says.parameters.items()]
    if says.returns:
        tags.append(f"@returns {says.returns}")
    if method.options.deprecated:
        tags.append("@deprecated")
    lines += ["", *tags] if lines and tags else tags
    if not lines:
        return ""
    safe = [line.replace("*/", "*\\/") for line in lines]
    if len(safe) == 1:
        return f"    /** {safe[0]} */\n"
    return "    /**\n" + "".join(f"     * {line}".rstrip() + "\n" for line in safe) + "     */\n"
