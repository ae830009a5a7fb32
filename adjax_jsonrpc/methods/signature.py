"""The signature of a method: validates and decodes ``params``, and checks results."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from copy import deepcopy
from typing import Any, TypeAlias

from .._compat import ParameterKind as Kind
from .._messages import gettext
from .._types import Decode, Json, JsonSchema, Params
from ..errors import InvalidParamsError, WireError, excerpt
from ..schema.explain import Explainer
from ..schema.large_integers import needs_exact_integers, with_exact_integers
from ..schema.validator import validator
from ..schema.value_checks import exported
from ..types.builder import CodecBuilder
from ..types.codec import Codec
from ..types.fastpath.checks import Check, compile_check, either, members, positions
from ..types.fastpath.codegen import FastPath
from ..types.serializer import Serializer
from ..types.table import HANDLERS
from .parameters import (
    Parameter,
    annotations_of,
    codec_of,
    declared_parameters,
    of_kind,
    parameters_of,
)
from .typed import typed_options

Arguments: TypeAlias = "tuple[list[Any], dict[str, Any]]"
"""The bound arguments after the request: by position, and by name."""


class RefusedParamsError(InvalidParamsError):
    """Params that are not valid for a ``Signature``; ``data`` needs no tags."""

    has_plain_data = True


class Signature:
    """The parameters and the result of one method, compiled once.

    ``params_schema`` is the exported schema of ``params`` with its ``$defs``. What is enforced is
    this schema with the checks that JSON Schema has no keyword for. ``by_position`` is its part
    for an array, ``by_name`` its part for an object.
    ``result_schema`` is the schema of the result. ``accept_fast`` and ``encode_fast`` are the fast
    paths of the params and of the result, ``None`` without one. ``bind_fast`` is that of params
    with code of the project, such as validators: only for callers that are admitted. ``send`` is
    what the return annotation does to a result before it is encoded. Raises ``RegistrationError``
    for a function that can't be served.
    """

    def __init__(self, function: Callable[..., Any], serializer: Serializer) -> None:
        request, *declared = declared_parameters(function)
        options = typed_options(function)
        annotations = annotations_of(function, options.annotations, request.name)
        builder = CodecBuilder(serializer, HANDLERS, strict=options.strict)
        self._declared = inspect.Signature(declared)
        self.parameters = parameters_of(declared, annotations, builder, request.name)
        self._array = _by_position(self.parameters)
        self._object = _by_name(self.parameters, request)
        self.by_position = exported(self._array)
        self.by_name = exported(self._object)
        enforced = builder.document({"anyOf": [self._object, self._array]})
        self.params_schema = exported(enforced)
        self._explainer = Explainer(enforced, builder.decoders)
        self._needs_exact_integers = needs_exact_integers(enforced)
        self._accepts_array = validator(builder.document(self._array))
        self._accepts_object = validator(builder.document(self._object))
        fast_params = _fast_params(self.parameters)
        self.accept_fast = compile_check(fast_params)
        self.bind_fast: FastPath | None = None
        if self.accept_fast is None:
            self.bind_fast = compile_check(fast_params, runs_user_code=True)
        self._decoders = {tags: _decoders(self.parameters, tags) for tags in (False, True)}
        self._mutable_defaults = [
            (index, each) for index, each in enumerate(self.parameters) if each.has_mutable_default
        ]
        results = CodecBuilder(serializer, HANDLERS, for_results=True)
        result = codec_of(results, annotations.get("return", Any), "the result")
        self._result = results.document(result.schema)
        self.result_schema = exported(self._result)
        self._accepts_result = validator(self._result)
        self.send: Decode | None = result.send
        result_check = result.fast if serializer.has_plain_forms else None
        self.encode_fast = compile_check(result_check, for_results=True)

    @property
    def names(self) -> list[str]:
        """The names of the parameters in order, without ``*args`` and ``**kwargs``."""
        variable = (Kind.VAR_POSITIONAL, Kind.VAR_KEYWORD)
        return [each.name for each in self.parameters if each.kind not in variable]

    @property
    def defaults(self) -> dict[str, Any]:
        """The defaults of the parameters that have one."""
        missing = inspect.Parameter.empty
        return {each.name: each.default for each in self.parameters if each.default is not missing}

    def validate(self, params: Params) -> list[dict[str, Any]] | None:
        """Return the errors that the schema finds in ``params``, ``None`` if it accepts them."""
        is_array = type(params) is list
        accepts = self._accepts_array if is_array else self._accepts_object
        try:
            if self._needs_exact_integers:
                params = typing.cast(Params, with_exact_integers(params))
            if accepts(params):
                return None
            return self._explain(params, self._array if is_array else self._object)
        except (RecursionError, ValueError) as error:  # a limit of the validator itself
            return [{"path": "", "message": excerpt(str(error)), "keyword": "depth"}]

    def bind(self, params: Params, *, tags: bool) -> Arguments:
        """Validate and decode ``params``: return the arguments after the request.

        ``tags``: the body may contain tagged values. Raises ``InvalidParamsError`` with all
        errors.
        """
        errors = self.validate(params)
        if errors is not None:
            raise RefusedParamsError(errors)
        return self.decode(params, tags=tags)

    def decode(self, params: Params, *, tags: bool) -> Arguments:
        """Return the arguments for ``params`` that the schema has accepted; see ``bind``.

        Changes ``params`` in place.
        """
        by_position, by_name, rest, others = self._decoders[tags]
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        values: Any = params
        steps: list[tuple[Any, Decode]]
        if type(params) is list:
            args = params
            steps = [each for each in by_position if each[0] < len(args)]
            if rest is not None:
                steps += [(index, rest[1]) for index in range(rest[0], len(args))]
        else:
            kwargs = typing.cast("dict[str, Any]", params)
            steps = [each for each in by_name if each[0] in kwargs]
            if others is not None:
                steps += [(name, others[1]) for name in kwargs if name not in others[0]]
        remaining = iter(steps)
        step: str | int = 0
        try:
            for step, decode in remaining:
                values[step] = decode(values[step])
        except WireError as error:
            error.inside(step).join((other, d, values[other]) for other, d in remaining)
            raise RefusedParamsError(decoding_errors(error)) from None
        except (RecursionError, ValueError) as error:  # decoders of unions call the validator
            text = excerpt(str(error))
            raise RefusedParamsError([{"path": "", "message": text, "keyword": "depth"}]) from None
        for index, parameter in self._mutable_defaults:  # the function may change its copy
            if index >= len(args) and parameter.name not in kwargs:
                kwargs[parameter.name] = deepcopy(parameter.default)
        return args, kwargs

    def arguments(self, args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return bound arguments by the names of their parameters, with defaults."""
        bound = self._declared.bind(*args, **kwargs)
        bound.apply_defaults()
        return bound.arguments

    def check_result(self, wire: Json) -> None:
        """Check the wire form of a result. Raises ``WireError`` with the first error."""
        if self._result is not True and not self._accepts_result(wire):
            # For the log: in English, whatever the language of the caller is.
            errors = Explainer(self._result, translate=str).errors(wire)
            reasons = [f"{error['path']}: {error['message']}" for error in errors[:1]]
            raise WireError(f"the result breaks its annotation: {''.join(reasons)}")

    def _explain(self, params: Params, schema: JsonSchema) -> list[dict[str, Any]]:
        if isinstance(schema, dict) and schema.get("not") == {}:
            is_array = type(params) is list
            message = (
                gettext("a parameter can only be passed by name: params must be an object")
                if is_array
                else gettext("a parameter can only be passed by position: params must be an array")
            )
            return [{"path": "", "message": message, "keyword": "not"}]
        errors = self._explainer.errors(params, schema)
        if type(params) is list:
            for error in errors:
                if error["path"] == "" and error["keyword"] == "minItems":
                    missing = [p.name for p in self.parameters[len(params) :] if p.required]
                    error["message"] = gettext("missing: %(names)s") % {"names": ", ".join(missing)}
        return errors or [{"path": "", "message": gettext("not accepted"), "keyword": "anyOf"}]


def decoding_errors(error: WireError) -> list[dict[str, Any]]:
    """Return an error of decoding, and its ``others``, as entries of ``data.errors``."""
    return [
        {"path": each.path, "message": each.message, "keyword": "__type__"}
        for each in (error, *error.others)
    ]


def _by_position(parameters: list[Parameter]) -> JsonSchema:
    if any(each.required for each in of_kind(parameters, Kind.KEYWORD_ONLY)):
        return {"type": "array", "not": {}}
    positional = of_kind(parameters, Kind.POSITIONAL_ONLY, Kind.POSITIONAL_OR_KEYWORD)
    rest = of_kind(parameters, Kind.VAR_POSITIONAL)
    schema: dict[str, Any] = {"type": "array"}
    if positional:
        schema["prefixItems"] = [each.codec.schema for each in positional]
    required = sum(each.required for each in positional)
    if required:
        schema["minItems"] = required
    if rest:
        schema["items"] = rest[0].codec.schema
    elif positional:
        schema["items"] = False
    else:
        schema["maxItems"] = 0
    return schema


def _by_name(parameters: list[Parameter], request: inspect.Parameter) -> JsonSchema:
    if any(each.required for each in of_kind(parameters, Kind.POSITIONAL_ONLY)):
        return {"type": "object", "not": {}}
    named = of_kind(parameters, Kind.POSITIONAL_OR_KEYWORD, Kind.KEYWORD_ONLY)
    others = of_kind(parameters, Kind.VAR_KEYWORD)
    properties = {each.name: each.codec.schema for each in named}
    schema: dict[str, Any] = {"type": "object"}
    if others and request.kind is Kind.POSITIONAL_OR_KEYWORD:
        properties[request.name] = False  # **kwargs must not contain the request
    if properties:
        schema["properties"] = properties
    required = [each.name for each in named if each.required]
    if required:
        schema["required"] = required
    schema["additionalProperties"] = others[0].codec.schema if others else False
    return schema


def _fast_params(parameters: list[Parameter]) -> Check | None:
    """Return the check for params that need no validation, by position or by name."""
    if any(each.has_mutable_default for each in parameters):
        return None
    positional = of_kind(parameters, Kind.POSITIONAL_ONLY, Kind.POSITIONAL_OR_KEYWORD)
    named = of_kind(parameters, Kind.POSITIONAL_OR_KEYWORD, Kind.KEYWORD_ONLY)
    forms: list[Check | None] = []
    if len(positional) == len(parameters):
        required = sum(each.required for each in positional)
        forms += [positions([each.codec.fast for each in positional], required)]
    if len(named) == len(parameters):
        required_names = frozenset(each.name for each in named if each.required)
        forms += [members({each.name: each.codec.fast for each in named}, required_names)]
    return either([form for form in forms if form is not None])


_Decoders: TypeAlias = (
    "tuple[list[tuple[int, Decode]], list[tuple[str, Decode]], "
    "tuple[int, Decode] | None, tuple[frozenset[str], Decode] | None]"
)


def _decoders(parameters: list[Parameter], tags: bool) -> _Decoders:
    """Return the decoders that are needed: by position, by name, for *args, for **kwargs."""

    def needed(codec: Codec) -> Decode | None:
        return codec.decode if tags or not codec.tags_only else None

    positional = of_kind(parameters, Kind.POSITIONAL_ONLY, Kind.POSITIONAL_OR_KEYWORD)
    named = of_kind(parameters, Kind.POSITIONAL_OR_KEYWORD, Kind.KEYWORD_ONLY)
    rest = of_kind(parameters, Kind.VAR_POSITIONAL)
    others = of_kind(parameters, Kind.VAR_KEYWORD)
    decode_rest = needed(rest[0].codec) if rest else None
    decode_others = needed(others[0].codec) if others else None
    names = frozenset(each.name for each in named)
    return (
        [(index, d) for index, p in enumerate(positional) if (d := needed(p.codec))],
        [(p.name, d) for p in named if (d := needed(p.codec))],
        None if decode_rest is None else (len(positional), decode_rest),
        None if decode_others is None else (names, decode_others),
    )
