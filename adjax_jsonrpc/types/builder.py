"""Annotation → codec. The codecs of one builder share their ``$defs``."""

from __future__ import annotations

import typing
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ForwardRef, NamedTuple, TypeAlias, TypeVar

from .._types import Decode, JsonSchema, Members
from ..errors import RegistrationError, excerpt
from ..schema.subschemas import closure, ref_names
from .annotations import alias_value, arguments_of, is_alias, substitute, type_name
from .builtin_tags import BUILT_IN
from .codec import Codec, tag_schema
from .member_schemas import served_members
from .object_type import ObjectType
from .refusals import refusal
from .sending import Sender
from .serializer import Serializer

Args: TypeAlias = "tuple[Any, ...]"
"""The arguments of an annotation: ``(int,)`` in ``list[int]``."""
Handler: TypeAlias = "Callable[[CodecBuilder, Args], Codec]"
"""Returns the codec of one class, or of one form of ``typing``, with these arguments."""
ClassHandler: TypeAlias = "Callable[[CodecBuilder, Any, Args], Codec]"
"""Returns the codec of any class with fields or members, such as a dataclass or an Enum."""


class Handlers(NamedTuple):
    """The table of types that a builder uses; ``table.HANDLERS`` is the only one.

    It is an argument of the builder, so that the modules of the handlers can import the builder.
    ``classes`` and ``forms`` have a handler for each class and each form of ``typing``.
    ``class_handler`` returns the handler of a class with fields or members, or ``None``.
    ``any_of`` returns the codec of a union of codecs.
    """

    classes: Mapping[Any, Handler]
    forms: Mapping[Any, Handler]
    class_handler: Callable[[Any], ClassHandler | None]
    any_of: Callable[[CodecBuilder, list[Codec]], Codec]


_MAX_NESTED = 10
"""How often a generic class may be inside of itself with other types."""

_QUALIFIERS = frozenset({"Final", "ClassVar", "Required", "NotRequired", "ReadOnly"})


class CodecBuilder:
    """Builds codecs that share one ``$defs``.

    With ``strict`` the codecs accept only tagged forms, not plain ones (``@typed(strict=True)``).
    With ``for_results`` they describe what is sent, which includes the computed fields of classes.
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
        # By the id() of the schema, for the explanation of errors.
        self.decoders: dict[int, tuple[JsonSchema, Decode]] = {}
        self.is_for_keys = False
        """Whether the codec that is built is of members of a set, or of keys."""
        self._defined: dict[Any, Codec] = {}
        self._being_built: dict[str, Any] = {}

    def codec(self, annotation: Any) -> Codec:
        """Return the codec of an annotation. Raises ``RegistrationError`` if there is none."""
        codec = self._codec(annotation)
        if codec.decode is not None:
            self.decoders[id(codec.schema)] = codec.schema, codec.decode
        return codec

    def _codec(self, annotation: Any) -> Codec:
        if isinstance(annotation, str):
            raise RegistrationError(f"the name {annotation!r} can't be resolved")
        if isinstance(annotation, ForwardRef):
            raise RegistrationError(f"the name {annotation.__forward_arg__!r} can't be resolved")
        if isinstance(annotation, TypeVar) and hasattr(annotation, "__constraints__"):
            return self._type_variable_codec(annotation)
        if hasattr(annotation, "__supertype__"):  # NewType
            return self.codec(annotation.__supertype__)
        if is_alias(annotation):
            return self.define(
                annotation, annotation.__name__, lambda: self._alias_codec(annotation, ())
            )
        origin = typing.get_origin(annotation)
        if is_alias(origin):
            return self._generic_alias_codec(origin, typing.get_args(annotation))
        if origin is None:
            is_string = getattr(annotation, "_name", None) == "LiteralString"
            return self._class_codec(str if is_string else annotation)
        if getattr(origin, "_name", None) in _QUALIFIERS:
            return self.codec(typing.get_args(annotation)[0])
        handler = self.handlers.forms.get(origin)
        if handler is not None:
            return handler(self, typing.get_args(annotation))
        # () is for annotations without brackets, such as typing.List, which has no __args__.
        # tuple[()] has no arguments either, and gets ((),).
        no_args = ((),) if hasattr(annotation, "__args__") else ()
        return self._class_codec(origin, typing.get_args(annotation) or no_args, annotation)

    def codec_of_key(self, annotation: Any) -> Codec:
        """Return the codec of an annotation of members of a set, or of keys of a dict."""
        outer, self.is_for_keys = self.is_for_keys, True
        try:
            return self.codec(annotation)
        finally:
            self.is_for_keys = outer

    def variant(self, **options: bool) -> CodecBuilder:
        """Return a builder with other options and ``$defs`` of its own."""
        return CodecBuilder(self.serializer, self.handlers, **options)

    def document(self, schema: JsonSchema) -> JsonSchema:
        """Return ``schema`` with the ``$defs`` that it refers to, directly or indirectly."""
        reached: dict[str, JsonSchema] = {}
        for name in ref_names(schema):
            reached |= closure(name, self.defs)
        if not reached or not isinstance(schema, dict):
            return schema
        return {**schema, "$defs": dict(sorted(reached.items()))}

    def define(self, key: Any, name: str, build: Callable[[], Codec]) -> Codec:
        """Return the codec for ``key``, built once, with a schema that refers to ``$defs``.

        ``key`` is the class or alias, or a tuple that begins with it. ``name`` is the name in
        ``$defs``; if it is taken, the module of the class is put in front. The type may contain
        itself: while ``build`` runs, the same ``key`` gets a codec that decodes later.
        """
        if key in self._defined:
            return self._defined[key]
        name = self._free_name(key, name)
        self.defs[name] = True
        reference: JsonSchema = {"$ref": f"#/$defs/{name}"}
        finished: list[Codec] = []

        def decode_later(value: Any) -> Any:
            decode = finished[0].decode
            return value if decode is None else decode(value)

        send_later = Sender(
            lambda value: finished[0].send.rank(value) if finished[0].send else 0,
            lambda value: finished[0].send.convert(value) if finished[0].send else value,
        )
        send = send_later if self.for_results else None
        self._defined[key] = Codec(reference, decode_later, tags_only=False, send=send)
        codec = self._build_definition(key, name, build)
        finished.append(codec)
        self.defs[name] = codec.schema
        self._defined[key] = replace(codec, schema=reference)
        return self._defined[key]

    def is_being_built(self, name: str) -> bool:
        """Return whether the codec with this name in ``$defs`` is not finished yet."""
        return name in self._being_built

    def _build_definition(self, key: Any, name: str, build: Callable[[], Codec]) -> Codec:
        owner = key[0] if isinstance(key, tuple) else key
        if sum(each is owner for each in self._being_built.values()) >= _MAX_NESTED:
            raise RegistrationError(
                f"{excerpt(type_name(owner), 80)} contains itself with other types in brackets, "
                "without an end"
            )
        self._being_built[name] = owner
        # A definition may be used at other places, too.
        outer, self.is_for_keys = self.is_for_keys, False
        codec = build()
        self.is_for_keys = outer
        del self._being_built[name]
        return codec

    def _free_name(self, key: Any, name: str) -> str:
        if name in self.defs:
            owner = key[0] if isinstance(key, tuple) else key
            name = f"{owner.__module__}.{name}"
        number = 2
        while name in self.defs:
            name, number = f"{name}_{number}", number + 1
        return name

    def _class_codec(self, cls: Any, args: tuple[Any, ...] = (), annotation: Any = None) -> Codec:
        if cls is None:
            cls = type(None)
        if not isinstance(cls, type) and cls is not Any:
            raise refusal(cls)
        registered = [t for t in self.serializer.object_types if is_type_for(t, cls)]
        if registered:
            return self.handlers.any_of(self, [self.tag(object_type) for object_type in registered])
        handler = self.handlers.classes.get(cls)
        if handler is not None:
            return handler(self, args)
        class_handler = self.handlers.class_handler(cls)
        if class_handler is None:
            raise refusal(annotation or cls)
        return class_handler(self, cls, args)

    def _type_variable_codec(self, variable: Any) -> Codec:
        if variable.__constraints__:
            return self.handlers.any_of(
                self, [self.codec(each) for each in variable.__constraints__]
            )
        return self.codec(Any if variable.__bound__ is None else variable.__bound__)

    def _generic_alias_codec(self, alias: Any, args: tuple[Any, ...]) -> Codec:
        name = f"{alias.__name__}_{'_'.join(map(type_name, args))}"
        return self.define((alias, args), name, lambda: self._alias_codec(alias, args))

    def _alias_codec(self, alias: Any, args: Args) -> Codec:
        arguments = arguments_of(alias.__type_params__, args)
        return self.codec(substitute(alias_value(alias), arguments))

    def tag(self, object_type: type[ObjectType], members: Members | None = None) -> Codec:
        """Return the codec of one tagged type. ``members`` replace its own ``schema``."""
        own = object_type.schema
        if members is None and own is not None and object_type not in BUILT_IN:
            schema = tag_schema(object_type, served_members(own))
        else:
            schema = tag_schema(object_type, members)
        if members is None:
            name = f"tag.{object_type.name}"
            self.defs[name] = schema
            schema = {"$ref": f"#/$defs/{name}"}
        return Codec(schema, self.serializer.from_wire, tags_only=True)


def is_type_for(object_type: type[ObjectType], cls: Any) -> bool:
    """Return whether the instances of a registered type are instances of ``cls``."""
    # issubclass raises TypeError for a TypedDict or a Protocol.
    return cls is not object and object_type.cls is not None and cls in object_type.cls.__mro__
