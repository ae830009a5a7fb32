"""Calls of pydantic: instances, their errors, and what its own serializers send."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

from ...errors import WireError, excerpt
from .description import Construct
from .wire_errors import joined


def construct_model(cls: Any) -> Construct:
    """Return the function that makes a model of members by their aliases."""
    schema = cls.__pydantic_core_schema__
    trusting = _without_equal_values(schema)
    if trusting is schema:
        return _construct(cls.model_validate)
    return _construct(_validator(trusting).validate_python)


def _validator(schema: Any) -> Any:
    from pydantic_core import SchemaValidator

    try:  # otherwise pydantic takes the validator of the class instead of the schema
        return SchemaValidator(schema, _use_prebuilt=False)
    except TypeError:  # before pydantic 2.12
        return SchemaValidator(schema)


def _without_equal_values(schema: Any) -> Any:
    """Return a core schema that does not change the values that our codecs have decoded.

    pydantic makes a lazy iterator of an ``Iterable``. It takes ``1`` for ``True`` in a union with
    a ``Literal``, and refuses a large integer in one. Other schemas are returned as they are.
    """
    if isinstance(schema, dict):
        if schema.get("type") in _JUDGED_BY_EQUALITY and _is_trusted(schema):
            return {"type": "any"}
        changed = {key: _without_equal_values(each) for key, each in schema.items()}
        return changed if any(changed[key] is not schema[key] for key in schema) else schema
    if isinstance(schema, (list, tuple)):
        items = [_without_equal_values(each) for each in schema]
        same = all(a is b for a, b in zip(items, schema, strict=True))
        return schema if same else type(schema)(items)
    return schema


_JUDGED_BY_EQUALITY = frozenset({"generator", "literal", "union"})


def _is_trusted(schema: Any) -> bool:
    """Return whether such a schema has a value that pydantic confuses, and no validator."""
    text = repr(schema)
    if "function-" in text or "definition-ref" in text:
        return False
    literals = [*_literals(schema)]
    return schema["type"] == "generator" or any(type(each) in (bool, int) for each in literals)


def _literals(schema: Any) -> Iterator[Any]:
    if isinstance(schema, dict):
        if schema.get("type") == "literal":
            yield from schema["expected"]
        for each in schema.values():
            yield from _literals(each)
    elif isinstance(schema, (list, tuple)):
        for each in schema:
            yield from _literals(each)


def construct_dataclass(cls: Any) -> Construct:
    """Return the function that makes a dataclass of pydantic of members by their aliases."""
    return _construct(lambda members: cls(**members))


def _construct(make: Construct) -> Construct:
    def construct(members: dict[str, Any]) -> Any:
        try:
            return make(members)
        except WireError:
            raise
        except ValueError as error:
            raise wire_error(error, members) from None

    return construct


def wire_error(error: Any, value: Any) -> WireError:
    """Return the errors of a pydantic ``ValidationError`` in ``value``, or any other error."""
    if not hasattr(error, "errors"):
        return WireError(excerpt(str(error)))
    errors = []
    for details in error.errors(include_url=False):
        errors.append(WireError(excerpt(_message(details))))
        for step in reversed(_steps(details["loc"], value)):
            errors[-1].inside(step)
    return joined(errors)


def _message(details: Any) -> str:
    cause = details.get("ctx", {}).get("error")  # of a validator: without "Value error, "
    return str(cause) or details["msg"] if isinstance(cause, Exception) else str(details["msg"])


def _steps(location: tuple[Any, ...], value: Any) -> list[str | int]:
    """Return the steps of a location that are steps in ``value``.

    pydantic also names the branch of a union, and the index of a member of a set.
    """
    steps: list[str | int] = []
    for step in location:
        if isinstance(value, dict) and step not in value:
            if not steps and step != "__root__":  # a missing member
                steps.append(step)
            continue
        if isinstance(value, dict) or (isinstance(value, (list, tuple)) and type(step) is int):
            if not isinstance(value, dict) and not 0 <= step < len(value):
                break
            steps.append(step)
            value = value[step]
    return steps


def sent_by_pydantic(cls: Any, instance: Any, names: set[str] | None) -> Any:
    """Return what pydantic sends for an instance, or for the fields with these names."""
    return cls.__pydantic_serializer__.to_python(
        instance, mode="json", by_alias=_by_alias(cls), include=names, warnings=False
    )


def _by_alias(cls: Any) -> bool:
    config = getattr(cls, "model_config", None) or getattr(cls, "__pydantic_config__", None) or {}
    return config.get("serialize_by_alias") is not False


def schema_of(annotation: Any, *, for_results: bool = True) -> dict[str, Any]:
    """Return pydantic's own JSON Schema of what it accepts, or of what it sends.

    Parts of results that pydantic can't describe allow any value. Raises ``TypeError`` for params
    that it can't describe.
    """
    from pydantic import TypeAdapter
    from pydantic.errors import PydanticInvalidForJsonSchema
    from pydantic.json_schema import GenerateJsonSchema

    class Generator(GenerateJsonSchema):
        def handle_invalid_for_json_schema(self, schema: Any, error_info: str) -> dict[str, Any]:
            return {} if for_results else super().handle_invalid_for_json_schema(schema, error_info)

    try:
        document: dict[str, Any] = TypeAdapter(annotation).json_schema(
            mode="serialization" if for_results else "validation",
            by_alias=_by_alias(annotation) if for_results else True,
            schema_generator=Generator,
        )
    except PydanticInvalidForJsonSchema as error:
        raise TypeError(str(error).partition("\n")[0]) from None
    return document


def is_pydantic_model(cls: Any) -> bool:
    """Return whether ``cls`` is a model, and not a dataclass, of pydantic."""
    return hasattr(cls, "__pydantic_root_model__")


def is_library_type(cls: Any) -> bool:
    """Return whether pydantic, if it is installed, knows how to validate a class."""
    has_hook = isinstance(cls, type) and hasattr(cls, "__get_pydantic_core_schema__")
    return has_hook and find_spec("pydantic") is not None


def library_form(cls: Any) -> Callable[[Any], Any]:
    """Return the function that makes the JSON value that pydantic sends."""
    from pydantic import TypeAdapter

    adapter = TypeAdapter(cls)
    return lambda value: adapter.dump_python(value, mode="json")
