"""Annotations → codecs that share one ``$defs``."""

from __future__ import annotations

import sys
import typing
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ForwardRef, NamedTuple, TypeAlias, TypeVar

from .._types import JsonSchema, Members
from ..errors import RegistrationError
from .annotations import resolved_hints, substitute, type_name
from .codec import Codec, tag_schema
from .object_type import ObjectType
from .serializer import Serializer

Args: TypeAlias = "tuple[Any, ...]"
Handler: TypeAlias = "Callable[[CodecBuilder, Args], Codec]"
"""Returns the codec of a class or typing form with these arguments."""
ClassHandler: TypeAlias = "Callable[[CodecBuilder, Any, Args], Codec]"
"""Returns the codec of a class that is made of fields or members."""


class Handlers(NamedTuple):
    """What the builder knows of types (the one in use is ``table.HANDLERS``).

    ``classes`` and ``forms`` have a handler for each class and each form of ``typing``.
    ``class_handler`` finds the handler of a class by what it is made of. ``any_of`` returns the
    codec of a union.
    """

    classes: Mapping[Any, Handler]
    forms: Mapping[Any, Handler]
    class_handler: Callable[[Any], ClassHandler | None]
    any_of: Callable[[CodecBuilder, list[Codec]], Codec]


QUALIFIERS = frozenset({"Final", "ClassVar", "Required", "NotRequired", "ReadOnly"})


class CodecBuilder:
    """Makes codecs that share one ``$defs``.

    ``strict`` takes tagged forms only (``@typed(strict=True)``). ``for_results`` describes what
    is sent: fields that a class computes belong to it.
    """

    def __init__(
        self,
        serializer: Serializer,
        handlers: Handlers,
        *,
        strict: bool = False,
        for_results: bool = False,
    ) -> None:
        self.serializer = serializer
        self.handlers = handlers
        self.strict = strict
        self.for_results = for_results
        self.defs: dict[str, JsonSchema] = {}
        self._shared: dict[Any, Codec] = {}

    def codec(self, annotation: Any) -> Codec:
        """Give the codec of an annotation; ``RegistrationError`` where it can't be served."""
        if isinstance(annotation, str):
            raise RegistrationError(f"the name {annotation!r} can't be resolved")
        if isinstance(annotation, ForwardRef):
            raise RegistrationError(f"the name {annotation.__forward_arg__!r} can't be resolved")
        if isinstance(annotation, TypeVar):
            return self._type_variable(annotation)
        if hasattr(annotation, "__supertype__"):  # NewType
            return self.codec(annotation.__supertype__)
        if _is_alias(annotation):
            return self.define(
                annotation, annotation.__name__, lambda: self.codec(_alias_value(annotation))
            )
        origin = typing.get_origin(annotation)
        if _is_alias(origin):
            return self._generic_alias(origin, typing.get_args(annotation))
        if origin is None:
            return self._class(annotation)
        if getattr(origin, "_name", None) in QUALIFIERS:
            return self.codec(typing.get_args(annotation)[0])
        handler = self.handlers.forms.get(origin)
        if handler is not None:
            return handler(self, typing.get_args(annotation))
        # tuple[()] has no arguments either, but is not the bare tuple.
        return self._class(origin, typing.get_args(annotation) or ((),), annotation)

    def variant(self, **options: bool) -> CodecBuilder:
        """A builder of its own ``$defs`` with other options."""
        return CodecBuilder(self.serializer, self.handlers, **options)

    def document(self, schema: JsonSchema) -> JsonSchema:
        """Give ``schema`` as a document of its own: with the ``$defs`` that it reaches."""
        reached = _reached(schema, self.defs)
        if not reached or not isinstance(schema, dict):
            return schema
        return {**schema, "$defs": {name: self.defs[name] for name in sorted(reached)}}

    def define(self, key: Any, name: str, build: Callable[[], Codec]) -> Codec:
        """Build a codec once, as an entry of ``$defs`` that may refer to itself."""
        if key in self._shared:
            return self._shared[key]
        name = self._free_name(key, name)
        self.defs[name] = True
        reference: JsonSchema = {"$ref": f"#/$defs/{name}"}
        built: list[Codec] = []

        def decode_later(value: Any) -> Any:
            decode = built[0].decode
            return value if decode is None else decode(value)

        self._shared[key] = Codec(reference, decode_later, tags_only=False)
        codec = build()
        built.append(codec)
        self.defs[name] = codec.schema
        self._shared[key] = replace(codec, schema=reference)
        return self._shared[key]

    def _free_name(self, key: Any, name: str) -> str:
        if name in self.defs:
            owner = key[0] if isinstance(key, tuple) else key
            name = f"{owner.__module__}.{name}"
        number = 2
        while name in self.defs:
            name, number = f"{name}_{number}", number + 1
        return name

    def _class(self, cls: Any, args: tuple[Any, ...] = (), annotation: Any = None) -> Codec:
        if cls is None:
            cls = type(None)
        if not isinstance(cls, type) and cls is not Any:
            raise RegistrationError(f"{cls!r} is no type")
        registered = [t for t in self.serializer.object_types if serves(t, cls)]
        if registered:
            return self.handlers.any_of(self, [self.tag(object_type) for object_type in registered])
        handler = self.handlers.classes.get(cls)
        if handler is not None:
            return handler(self, args)
        class_handler = self.handlers.class_handler(cls)
        if class_handler is None:
            raise RegistrationError(
                f"{type_name(annotation or cls)} can't be served: use a type that JSON Schema "
                "can describe, or register an ObjectType for the class"
            )
        return class_handler(self, cls, args)

    def _type_variable(self, variable: Any) -> Codec:
        if variable.__constraints__:
            return self.handlers.any_of(
                self, [self.codec(each) for each in variable.__constraints__]
            )
        return self.codec(Any if variable.__bound__ is None else variable.__bound__)

    def _generic_alias(self, alias: Any, args: tuple[Any, ...]) -> Codec:
        value = _alias_value(alias)
        arguments = dict(zip(alias.__type_params__, args, strict=False))
        name = f"{alias.__name__}_{'_'.join(map(type_name, args))}"
        return self.define((alias, args), name, lambda: self.codec(substitute(value, arguments)))

    # ── pieces that entries are made of ──

    def tag(self, object_type: type[ObjectType], members: Members | None = None) -> Codec:
        """Give the codec of one tagged type."""
        schema = tag_schema(object_type, members)
        if members is None:
            name = f"tag.{object_type.name}"
            self.defs[name] = schema
            schema = {"$ref": f"#/$defs/{name}"}
        return Codec(schema, self.serializer.from_wire, tags_only=True)


def _is_alias(annotation: Any) -> bool:
    """Whether it is a ``type X = …`` of the language or of typing_extensions."""
    return type(annotation).__name__ == "TypeAliasType"


def _alias_value(alias: Any) -> Any:
    """Give what an alias stands for, names in strings resolved in its module."""
    names = vars(sys.modules[alias.__module__]) if alias.__module__ in sys.modules else {}
    try:
        return resolved_hints({"value": alias.__value__}, names)["value"]
    except NameError as error:
        raise RegistrationError(f"{alias.__name__}: {error}") from None


def serves(object_type: type[ObjectType], cls: Any) -> bool:
    """Whether values of a registered type are values of ``cls``."""
    # Not issubclass, which a TypedDict or a Protocol refuses to be asked.
    return cls is not object and object_type.cls is not None and cls in object_type.cls.__mro__


def _reached(schema: Any, defs: Mapping[str, JsonSchema]) -> set[str]:
    """Collect the names of ``$defs`` that a schema refers to, directly or not."""
    reached: set[str] = set()
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            name = str(part.get("$ref", "")).removeprefix("#/$defs/")
            if name in defs and name not in reached:
                reached.add(name)
                waiting.append(defs[name])
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
    return reached
