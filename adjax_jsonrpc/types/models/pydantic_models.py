"""Models and dataclasses of pydantic → description.

They are recognized by attributes of their class, so that pydantic need not be imported.
"""

from __future__ import annotations

import typing
from collections.abc import Callable
from typing import Any

from ...errors import RegistrationError
from ..annotations import member_hints, type_name, with_arguments
from .description import Field, Form, Model
from .django_objects import attributes_of
from .pydantic_calls import construct_dataclass, construct_model, schema_of, sent_by_pydantic
from .pydantic_fields import (
    accepted_names,
    annotated,
    computed_of,
    config_of,
    declares_result,
    declares_what_it_sends,
    default_of,
    infos_of,
    input_annotation,
    is_decoded_by_pydantic,
    keywords_of,
    library_names,
    params_schema,
    result_annotation,
    serialized_name,
)


def is_pydantic(cls: Any) -> bool:
    """Return whether ``cls`` is a model or a dataclass of pydantic."""
    return isinstance(cls, type) and "__pydantic_validator__" in vars(cls)


def pydantic_model(cls: Any, args: tuple[Any, ...]) -> Model:
    """Return the description of a model or a dataclass of pydantic."""
    config, is_model = config_of(cls), hasattr(cls, "model_fields")
    generic = member_hints(cls, args) if args else {}
    infos = infos_of(cls)
    if any(info.annotation is None for info in infos.values()) or not _is_complete(cls):
        raise RegistrationError(f"{type_name(cls)}: pydantic can't resolve its annotations yet")
    fields = [_field(cls, name, info, generic.get(name)) for name, info in infos.items()]
    fields += [_computed_field(cls, name, info) for name, info in computed_of(cls).items()]
    has_own_form = bool(cls.__pydantic_decorators__.model_serializers) or bool(
        config.get("json_encoders")
    )
    return Model(
        cls,
        tuple(fields),
        construct_model(cls) if is_model else construct_dataclass(cls),
        pydantic_form(cls),
        others=_OTHERS[config.get("extra") or "ignore"],
        others_annotation=_extra_annotation(cls),
        is_root=bool(getattr(cls, "__pydantic_root_model__", False)),
        from_attributes=_from_attributes(cls) if config.get("from_attributes") else None,
        own_schema=_own_schema(cls) if has_own_form else None,
        has_dict=is_model and all(each.accepts and each.sends for each in fields),
        has_plain_members=not library_names(cls) and all(f.always_sent for f in fields),
    )


_OTHERS: dict[str, Any] = {"ignore": "ignored", "forbid": "refused", "allow": "kept"}


def _is_complete(cls: Any) -> bool:
    if not getattr(cls, "__pydantic_complete__", True) and hasattr(cls, "model_rebuild"):
        cls.model_rebuild(raise_errors=False)
    return bool(getattr(cls, "__pydantic_complete__", True))


def _extra_annotation(cls: Any) -> Any:
    if config_of(cls).get("extra") != "allow":
        return Any
    try:
        hint = member_hints(cls, ()).get("__pydantic_extra__")
    except NameError:
        return Any
    forms = [hint, *typing.get_args(hint)]  # dict[str, T], or dict[str, T] | None
    found = [typing.get_args(each) for each in forms if typing.get_origin(each) is dict]
    return found[0][1] if found else Any


def _field(cls: Any, name: str, info: Any, generic: Any) -> Field:
    config = config_of(cls)
    annotation = _without_references(cls, info.annotation) if generic is None else generic
    accepted = input_annotation(cls, name, info, annotation)
    sent = serialized_name(config, name, info)
    excluded = info.exclude is True
    is_init = getattr(info, "init", None) is not False
    return Field(
        name=name,
        annotation=annotated(accepted, info.metadata if accepted is annotation else ()),
        accepts=tuple(accepted_names(cls, name, info)) if is_init else (),
        sends=None if excluded else sent,
        required=info.is_required(),
        always_sent=getattr(info, "exclude_if", None) is None,
        default=default_of(info),
        keywords=keywords_of(info),
        result_annotation=result_annotation(annotation, info),
        params_schema=params_schema(info) if is_decoded_by_pydantic(info) else None,
        result_schema=_member_schema(cls, name, sent) if name in library_names(cls) else None,
    )


def _without_references(cls: Any, annotation: Any) -> Any:
    """Return an annotation in which pydantic's references to a generic model are the model."""
    if type(annotation).__name__ == "PydanticRecursiveRef":
        origin = cls.__pydantic_generic_metadata__["origin"] or cls
        is_same = annotation.type_ref.startswith(f"{origin.__module__}.{origin.__qualname__}:")
        return cls if is_same else annotation
    args = typing.get_args(annotation)
    if not args or typing.get_origin(annotation) is typing.Literal:
        return annotation
    resolved = tuple(_without_references(cls, each) for each in args)
    return annotation if resolved == args else with_arguments(annotation, resolved)


def _computed_field(cls: Any, name: str, info: Any) -> Field:
    config = config_of(cls)
    sent = info.alias if info.alias and config.get("serialize_by_alias") is not False else name
    is_library = name in library_names(cls)
    return Field(
        name=name,
        annotation=info.return_type,
        accepts=(),
        sends=sent,
        required=False,
        always_sent=getattr(info, "exclude_if", None) is None,
        keywords=keywords_of(info),
        result_schema=_member_schema(cls, name, sent) if is_library else None,
    )


def _own_schema(cls: Any) -> Callable[[], dict[str, Any]]:
    serializers = [*cls.__pydantic_decorators__.model_serializers.values()]
    if any(not declares_result(each.func, each.info) for each in serializers):
        return lambda: {}
    return lambda: schema_of(cls)


def _member_schema(cls: Any, name: str, sent: str) -> Callable[[], dict[str, Any]]:
    if not declares_what_it_sends(cls, name):
        return lambda: {}

    def schema() -> dict[str, Any]:
        document = schema_of(cls)
        member = dict(document.get("properties", {}).get(sent, {}))
        member.pop("title", None)  # made of the name
        member.pop("default", None)
        return {**member, "$defs": document.get("$defs", {})}

    return schema


def _from_attributes(cls: Any) -> Callable[[Any], Any]:
    return lambda value: cls.model_validate(attributes_of(value), from_attributes=True)


def pydantic_form(cls: Any) -> Form:
    """Return the function that reads what an instance sends, with the names of its aliases."""
    decorators, config = cls.__pydantic_decorators__, config_of(cls)
    if decorators.model_serializers or config.get("json_encoders"):
        return lambda instance: sent_by_pydantic(cls, instance, None)
    if getattr(cls, "__pydantic_root_model__", False):
        return lambda instance: instance.root
    by_pydantic = library_names(cls)
    omits = [i for i in [*infos_of(cls).values(), *computed_of(cls).values()] if _exclude_if(i)]
    names = {n: serialized_name(config, n, i) for n, i in infos_of(cls).items() if not i.exclude}
    names |= {n: _computed_field(cls, n, info).sends or n for n, info in computed_of(cls).items()}
    own = [(name, wire_name) for name, wire_name in names.items() if name not in by_pydantic]

    def members(instance: Any) -> dict[str, Any]:
        found = {wire_name: getattr(instance, name) for name, wire_name in own}
        if by_pydantic:
            found |= sent_by_pydantic(cls, instance, set(by_pydantic))
            found = {each: found[each] for each in names.values() if each in found}
        extra = getattr(instance, "__pydantic_extra__", None)
        return {**found, **extra} if extra else found

    return members if not omits else _without_omitted(cls, members)


def _exclude_if(info: Any) -> Any:
    return getattr(info, "exclude_if", None)


def _without_omitted(cls: Any, members: Form) -> Form:
    config = config_of(cls)
    conditions = [
        (n, serialized_name(config, n, i), _exclude_if(i)) for n, i in infos_of(cls).items()
    ]

    def kept(instance: Any) -> dict[str, Any]:
        found: dict[str, Any] = members(instance)
        for name, wire_name, exclude in conditions:
            if exclude is not None and exclude(getattr(instance, name)):
                found.pop(wire_name, None)
        return found

    return kept
