"""Fields of pydantic: their names, their annotations, and who encodes and decodes them."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable
from typing import Annotated, Any

from ...errors import RegistrationError
from ...schema.subschemas import ANNOTATION_KEYWORDS
from ..annotations import type_name, with_arguments
from .description import MISSING
from .pydantic_calls import schema_of
from .records import empty_default


def config_of(cls: Any) -> dict[str, Any]:
    """Return the configuration of a model or a dataclass."""
    return getattr(cls, "model_config", None) or getattr(cls, "__pydantic_config__", None) or {}


def infos_of(cls: Any) -> dict[str, Any]:
    """Return the fields of a class by their names."""
    infos: dict[str, Any] = vars(cls).get("__pydantic_fields__") or cls.model_fields
    return {name: info for name, info in infos.items() if not getattr(info, "init_var", False)}


def computed_of(cls: Any) -> dict[str, Any]:
    """Return the computed fields of a class by their names."""
    return {
        name: decorator.info
        for name, decorator in cls.__pydantic_decorators__.computed_fields.items()
    }


def keywords_of(info: Any) -> dict[str, Any]:
    """Return the JSON Schema keywords that describe a field."""
    given = {
        "title": info.title,
        "description": info.description,
        "examples": info.examples,
        "deprecated": bool(info.deprecated) or None,
    }
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    given |= {k: v for k, v in extra.items() if k in ANNOTATION_KEYWORDS or k.startswith("x-")}
    return {keyword: value for keyword, value in given.items() if value is not None}


def default_of(info: Any) -> Any:
    """Return the default of a field, ``MISSING`` if it has none."""
    if info.default_factory is not None:
        return empty_default(info.default_factory)
    return MISSING if info.is_required() else info.default


def annotated(annotation: Any, metadata: Iterable[Any]) -> Any:
    """Return an annotation with metadata, without what only pydantic applies, at any depth."""
    args = typing.get_args(annotation)
    if typing.get_origin(annotation) is Annotated:
        annotation = annotated(args[0], args[1:])
    elif args and typing.get_origin(annotation) is not typing.Literal:
        inner = tuple(annotated(each, ()) for each in args)
        annotation = annotation if inner == args else with_arguments(annotation, inner)
    kept = [each for each in metadata if type(each).__name__ not in _APPLIED_BY_PYDANTIC]
    return Annotated[(annotation, *kept)] if kept else annotation


_VALIDATORS = frozenset({"AfterValidator", "BeforeValidator", "PlainValidator", "WrapValidator"})
_SERIALIZERS = frozenset({"PlainSerializer", "WrapSerializer"})
_APPLIED_BY_PYDANTIC = (
    _VALIDATORS | _SERIALIZERS | {"SerializeAsAny", "Strict", "Discriminator", "Tag", "FailFast"}
)


def input_annotation(cls: Any, name: str, info: Any, annotation: Any) -> Any:
    """Return the annotation of params: a validator may take another type than the field has."""
    for each in info.metadata:
        annotation = _declared_input(each, type(each).__name__ == "PlainValidator", annotation)
    for decorator in cls.__pydantic_decorators__.field_validators.values():
        if name in decorator.info.fields or "*" in decorator.info.fields:
            is_plain = decorator.info.mode == "plain"
            annotation = _declared_input(decorator.info, is_plain, annotation)
    return annotation


def _declared_input(validator: Any, is_plain: bool, annotation: Any) -> Any:
    declared = getattr(validator, "json_schema_input_type", None)
    if declared is None or type(declared).__name__ == "PydanticUndefinedType":
        return Any if is_plain else annotation
    return declared


def result_annotation(annotation: Any, info: Any) -> Any:
    """Return the annotation of results."""
    if any(type(each).__name__ == "SerializeAsAny" for each in info.metadata):
        return Any
    return annotated(annotation, info.metadata)


def accepted_names(cls: Any, name: str, info: Any) -> list[str]:
    """Return the names of the member in params. Raises ``RegistrationError``."""
    config = config_of(cls)
    names: list[str] = []
    if config.get("validate_by_alias", True):
        alias = info.validation_alias or info.alias
        for each in getattr(alias, "choices", [alias] if alias else []):
            path = getattr(each, "path", [each])
            if len(path) != 1 or not isinstance(path[0], str):
                raise RegistrationError(
                    f"field {name!r} of {type_name(cls)}: an AliasPath into a member can't be "
                    "served: use the name of the member as the alias"
                )
            names += path
    if config.get("populate_by_name") or config.get("validate_by_name") or not names:
        names.append(name)
    return list(dict.fromkeys(names))


def serialized_name(config: dict[str, Any], name: str, info: Any) -> str:
    """Return the name of the member in results."""
    if config.get("serialize_by_alias") is False:
        return name
    return info.serialization_alias or info.alias or name


def library_names(cls: Any) -> frozenset[str]:
    """Return the names of the fields that pydantic encodes, because they have a serializer."""
    names = {
        field
        for decorator in cls.__pydantic_decorators__.field_serializers.values()
        for field in decorator.info.fields
    }
    if "*" in names:
        names |= {*infos_of(cls), *computed_of(cls)}
    names |= {n for n, info in infos_of(cls).items() if _has_serializer(info)}
    names |= {
        n for n, info in computed_of(cls).items() if _contains(info.return_type, _is_serializer)
    }
    return frozenset(names - {"*"})


def declares_what_it_sends(cls: Any, name: str) -> bool:
    """Return whether the serializers of a field declare the type that they return."""
    serializers = [
        (decorator.func, decorator.info)
        for decorator in cls.__pydantic_decorators__.field_serializers.values()
        if name in decorator.info.fields or "*" in decorator.info.fields
    ]
    if name in infos_of(cls):
        metadata = filter(_is_serializer, infos_of(cls)[name].metadata)
        serializers += [(each.func, each) for each in metadata]
    return all(declares_result(function, info) for function, info in serializers)


def declares_result(function: Any, info: Any) -> bool:
    """Return whether a serializer declares the type that it returns."""
    function = getattr(function, "__func__", function)
    has_annotation = "return" in getattr(function, "__annotations__", {})
    return has_annotation or type(info.return_type).__name__ != "PydanticUndefinedType"


def _has_serializer(info: Any) -> bool:
    return (
        any(map(_is_serializer, info.metadata))
        or is_decoded_by_pydantic(info)
        or _contains(info.annotation, _is_serializer)
    )


def _is_serializer(part: Any) -> bool:
    return type(part).__name__ in _SERIALIZERS


def params_schema(info: Any) -> Callable[[], dict[str, Any]]:
    """Return the function that returns pydantic's own JSON Schema of a field."""
    annotation = Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation
    return lambda: schema_of(annotation, for_results=False)


def is_decoded_by_pydantic(info: Any) -> bool:
    """Return whether the wire form of a field goes to pydantic as it is.

    The value that such metadata makes is not a value that pydantic accepts.
    """
    return any(map(_has_own_decoder, info.metadata)) or _contains(info.annotation, _has_own_decoder)


def _has_own_decoder(part: Any) -> bool:
    if isinstance(part, type):
        return part.__name__ == "Json" and part.__module__ == "pydantic.types"
    is_known = type(part).__name__ in _APPLIED_BY_PYDANTIC or hasattr(part, "annotation")
    return hasattr(part, "__get_pydantic_core_schema__") and not is_known


def _contains(annotation: Any, matches: Callable[[Any], bool]) -> bool:
    """Return whether an annotation, or its metadata, has a part that ``matches``."""
    if typing.get_origin(annotation) is typing.Literal:
        return False
    parts = (annotation, *typing.get_args(annotation))
    return any(map(matches, parts)) or any(_contains(each, matches) for each in parts[1:])
