"""The parameters of a function, read from its declaration."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .._compat import ParameterKind as Kind
from ..errors import RegistrationError
from ..schema.endless import endless_definition
from ..types.annotations import is_typed_dict, resolved_hints, type_name
from ..types.builder import CodecBuilder
from ..types.classes import typed_dict_members
from ..types.codec import Codec

_REQUEST_NAMES = frozenset({"request", "_request", "_"})


@dataclass(frozen=True)
class Parameter:
    """One parameter of a method. The request is not among them."""

    name: str
    kind: Kind
    codec: Codec
    required: bool
    default: Any
    annotation: Any

    @property
    def has_mutable_default(self) -> bool:
        """Whether the function could change the default for all later calls."""
        return isinstance(self.default, (list, dict, set, bytearray))


def declared_parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """Return the parameters of a function, the request first. Raises ``RegistrationError``."""
    declared = list(inspect.signature(function).parameters.values())
    positional = (Kind.POSITIONAL_ONLY, Kind.POSITIONAL_OR_KEYWORD)
    if not declared or declared[0].kind not in positional or not _is_request(declared[0]):
        raise RegistrationError("the first parameter must be the request: def method(request, …)")
    return declared


def _is_request(parameter: inspect.Parameter) -> bool:
    annotation = parameter.annotation
    name = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
    return parameter.name in _REQUEST_NAMES or name.rpartition(".")[2].endswith("Request")


def annotations_of(
    function: Callable[..., Any], given: Mapping[str, Any] | None, request_name: str
) -> dict[str, Any]:
    """Return the annotations of a function with names resolved, without that of the request.

    ``given`` are annotations of ``@typed``, which replace those of the function. Raises
    ``RegistrationError`` for a name that can't be resolved.
    """
    innermost = inspect.unwrap(function)
    if not hasattr(innermost, "__globals__"):  # an instance with __call__
        innermost = type(innermost).__call__
    annotations = dict(given or getattr(innermost, "__annotations__", {}))
    annotations.pop(request_name, None)
    type_parameters = {each.__name__: each for each in getattr(innermost, "__type_params__", ())}
    try:
        return resolved_hints(annotations, {**innermost.__globals__, **type_parameters})
    except NameError as error:
        raise RegistrationError(
            f"{error}: annotations are resolved at run time, so import the name outside of "
            "TYPE_CHECKING"
        ) from None
    except RecursionError:
        raise RegistrationError("an annotation is nested too deep") from None


def parameters_of(
    declared: list[inspect.Parameter],
    annotations: Mapping[str, Any],
    builder: CodecBuilder,
    request_name: str,
) -> list[Parameter]:
    """Return the parameters of a function. Raises ``RegistrationError``.

    ``**kwargs: Unpack[Options]`` stands for the members of the TypedDict ``Options``.
    """
    parameters: list[Parameter] = []
    for each in declared:
        unpacked = _unpacked_typed_dict(each, annotations)
        if unpacked is None:
            parameters.append(_parameter_of(each, annotations, builder))
            continue
        taken = {request_name, *(parameter.name for parameter in parameters)}
        for name, annotation, required in typed_dict_members(*unpacked):
            if name in taken:
                raise RegistrationError(f"{name!r} is a parameter and a member of {each.name!r}")
            codec = codec_of(builder, annotation, f"parameter {name!r}")
            kind, no_default = Kind.KEYWORD_ONLY, inspect.Parameter.empty
            parameters.append(Parameter(name, kind, codec, required, no_default, annotation))
    return parameters


def _unpacked_typed_dict(
    declared: inspect.Parameter, annotations: Mapping[str, Any]
) -> tuple[Any, tuple[Any, ...]] | None:
    """Return the TypedDict of ``**kwargs: Unpack[...]`` with its arguments, if it has one."""
    annotation = annotations.get(declared.name)
    is_unpack = getattr(typing.get_origin(annotation), "_name", None) == "Unpack"
    if declared.kind is not Kind.VAR_KEYWORD or not is_unpack:
        return None
    (inner,) = typing.get_args(annotation)
    cls = typing.get_origin(inner) or inner
    return (cls, typing.get_args(inner)) if is_typed_dict(cls) else None


def _parameter_of(
    declared: inspect.Parameter, annotations: Mapping[str, Any], builder: CodecBuilder
) -> Parameter:
    annotation = annotations.get(declared.name, Any)
    _refuse_field(declared, annotation)
    codec = codec_of(builder, annotation, f"parameter {declared.name!r}")
    variable = declared.kind in (Kind.VAR_POSITIONAL, Kind.VAR_KEYWORD)
    required = declared.default is declared.empty and not variable
    return Parameter(declared.name, declared.kind, codec, required, declared.default, annotation)


def _refuse_field(declared: inspect.Parameter, annotation: Any) -> None:
    """Refuse a ``Field`` of pydantic as the default: only a model reads it there."""
    cls = type(declared.default)
    if cls.__name__ == "FieldInfo" and cls.__module__.partition(".")[0] == "pydantic":
        raise RegistrationError(
            f"parameter {declared.name!r}: Field(…) is no default: put Field into Annotated, as in "
            f"Annotated[{type_name(annotation)}, Field(…)]"
        )


def codec_of(builder: CodecBuilder, annotation: Any, what: str) -> Codec:
    """Return the codec of an annotation. Raises ``RegistrationError`` with ``what`` in front."""
    try:
        codec = builder.codec(annotation)
    except RegistrationError as error:
        raise RegistrationError(f"{what}: {error}") from None
    except RecursionError:
        raise RegistrationError(f"{what}: its annotation is nested too deep") from None
    endless = endless_definition(builder.document(codec.schema))
    if endless is not None:
        raise RegistrationError(f"{what}: {endless[0]} {endless[1]}")
    return codec


def of_kind(parameters: list[Parameter], *kinds: Kind) -> list[Parameter]:
    """Return the parameters of these kinds."""
    return [each for each in parameters if each.kind in kinds]
