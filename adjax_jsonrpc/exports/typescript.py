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
from .typescript_texts import DECLARED, HEADER, LEGACY
from .typescript_types import TypeWriter, member_name

_NAME = re.compile(r"[^\W\d][\w$]*")

_CLASSES = frozenset(["Array", "ArrayBuffer", "Date", "Map", "Set", "Uint8Array"])
_RESERVED = DECLARED | _CLASSES | {f"Readonly{name}" for name in ("Array", "Map", "Set")}


def declarations(
    methods: Iterable[Method],
    serializer: Serializer,
    *,
    big_integers: bool = False,
    variable: str = "ADJAX",
) -> str:
    """Return the text of a TypeScript file that declares ``Api`` and all its types.

    An ``int`` is declared as ``number``. With ``big_integers`` it is ``number | bigint``, as
    ``BigInt`` is in any case: the client returns an integer beyond ±(2^53-1) as a ``bigint``.
    ``variable`` is the global variable of interface.js.
    """
    definitions = _Definitions(serializer, big_integers)
    root = _Node()
    for method in sorted(methods, key=lambda method: method.name):
        node = root
        for step in method.name.split("."):
            node = node.below.setdefault(step, _Node())
        node.comment, node.text = _method(method, definitions)
    declared = [text for _, text in sorted(definitions.declared.items())]
    api = f"export interface Api {{\n{root.members(1)}}}\n"
    legacy = [LEGACY.replace("{variable}", variable)] if _NAME.fullmatch(variable) else []
    return "\n".join([HEADER, *declared, api, *legacy])


class _Node:
    """A method, or the methods whose names begin alike, or both: ``desk.v2``, ``desk.v2.quote``."""

    def __init__(self) -> None:
        self.comment: list[str] = []
        self.text = ""
        self.below: dict[str, _Node] = {}

    def members(self, depth: int) -> str:
        """Return the declarations of what is below this node, indented by ``depth`` levels."""
        indent = "  " * depth
        return "".join(
            f"{''.join(f'{indent}{line}'.rstrip() + chr(10) for line in node.comment)}"
            f"{indent}{member_name(name)}: {node.type(depth)};\n"
            for name, node in self.below.items()
        )

    def type(self, depth: int) -> str:
        """Return the type of this node."""
        if not self.below:
            return self.text
        members = f"{{\n{self.members(depth + 1)}{'  ' * depth}}}"
        return f"{self.text} & {members}" if self.text else members


class _Definitions:
    """The declarations of the ``$defs`` of many schemas. Equal definitions are declared once."""

    def __init__(self, serializer: Serializer, big_integers: bool) -> None:
        self.declared: dict[str, str] = {}
        self._names = UniqueNames(_RESERVED)
        self._big_integers = big_integers
        self._built_in = frozenset(
            each.name for each in BUILT_IN if each.name and serializer.type_named(each.name) is each
        )

    def writer(self, schema: JsonSchema, app: str, *, accepts: bool) -> TypeWriter:
        """Return the writer for a schema of params (``accepts``) or of a result, with ``$defs``."""
        defs = schema.get("$defs", {}) if isinstance(schema, dict) else {}
        return self._writer(lambda name: self._declare(name, defs, app, accepts), accepts)

    def _writer(self, refer: Callable[[str], str], accepts: bool) -> TypeWriter:
        big = self._big_integers
        return TypeWriter(refer, self._built_in, accepts=accepts, big_integers=big)

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


def _method(method: Method, definitions: _Definitions) -> tuple[list[str], str]:
    """Return the lines of a method's comment, and its type."""
    signature, app = method.signature, method.name.partition(".")[0]
    writer = definitions.writer(signature.result_schema, app, accepts=False)
    result = writer.type(signature.result_schema)
    args, params = "unknown[]", "{ [name: string]: unknown }"
    if isinstance(signature, Signature):
        writer = definitions.writer(signature.params_schema, app, accepts=True)
        args, params = _args(signature, writer), writer.type(signature.by_name)
        if not signature.names and params.startswith("{ [name: string]: never"):
            params = "{}"
    comment = _comment(parse_docstring(method.description), method)
    return comment, f"Method<{args}, {params}, {result}>"


def _args(signature: Signature, writer: TypeWriter) -> str:
    schema = signature.by_position
    if not isinstance(schema, dict) or "not" in schema:
        return "never"
    return writer.array(schema, signature.names)


def _comment(docstring: Docstring, method: Method) -> list[str]:
    lines = docstring.summary.splitlines()
    if docstring.description:
        lines += ["", *docstring.description.splitlines()]
    tags = [f"@param {name} {text}" for name, text in docstring.parameters.items()]
    if docstring.returns:
        tags.append(f"@returns {docstring.returns}")
    if method.options.deprecated:
        tags.append("@deprecated")
    lines += ["", *tags] if lines and tags else tags
    safe = [line.replace("*/", "*\\/") for line in lines]
    if len(safe) <= 1:
        return [f"/** {line} */" for line in safe]
    return ["/**", *(f" * {line}" for line in safe), " */"]
