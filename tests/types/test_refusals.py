"""What can't be served is refused when it is registered, with what to write instead."""

from __future__ import annotations

import array
import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import io
import ipaddress
import itertools
import numbers
import pathlib
import queue
import re
import types
import typing
import uuid
import zoneinfo
from collections import abc
from typing import Any

import pytest
import typing_extensions

from adjax_jsonrpc import RegistrationError, Serializer
from adjax_jsonrpc.types.builder import CodecBuilder
from adjax_jsonrpc.types.table import HANDLERS
from tests.support.calls import a_gateway, call
from tests.support.schema_examples import example_of

MODULES = [
    abc,
    array,
    collections,
    dataclasses,
    datetime,
    decimal,
    enum,
    fractions,
    io,
    ipaddress,
    numbers,
    pathlib,
    queue,
    re,
    types,
    typing,
    typing_extensions,
    uuid,
    zoneinfo,
]
ARGUMENTS = [int, (int, str), (str, ...), (), (dict, list), "Nowhere", Any]


def public_objects() -> dict[str, Any]:
    return {
        f"{module.__name__}.{name}": getattr(module, name)
        for module in MODULES
        for name in dir(module)
        if not name.startswith("_")
    }


def with_arguments(thing: Any) -> typing.Iterator[Any]:
    """Yield what ``thing[arguments]`` makes, for all arguments that it takes."""
    for arguments in ARGUMENTS:
        try:
            yield thing[arguments]
        except Exception:
            continue


def compositions(thing: Any) -> typing.Iterator[Any]:
    yield thing
    for form in (list, set, typing.Optional, typing.Final, type):
        try:
            yield form[thing]
        except (TypeError, SyntaxError):  # Python refuses the thing
            continue
    for make in (
        lambda: tuple[thing, ...],
        lambda: tuple[int, thing],
        lambda: dict[thing, int],
        lambda: dict[str, thing],
        lambda: typing.Union[int, thing],
        lambda: typing.Annotated[thing, "for somebody else"],
        lambda: collections.deque[thing],
        lambda: dataclasses.make_dataclass("Holder", [("held", thing)]),
        lambda: typing.NamedTuple("Held", [("held", thing)]),
        lambda: typing.TypedDict("Kept", {"kept": thing}),
        lambda: typing.NewType("New", thing),
        lambda: typing.TypeVar("Bound", bound=thing),
    ):
        try:
            yield make()
        except (TypeError, AttributeError, SyntaxError):  # Python refuses the thing
            continue


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_whatever_is_annotated_is_served_or_refused_with_a_reason():
    refused, served = 0, 0
    for name, thing in public_objects().items():
        for annotation in itertools.chain(compositions(thing), with_arguments(thing)):
            for for_results in (False, True):
                builder = CodecBuilder(Serializer(), HANDLERS, for_results=for_results)
                try:
                    builder.codec(annotation)
                except RegistrationError as error:
                    assert len(str(error)) > 20, name
                    refused += 1
                except BaseException as error:
                    raise AssertionError(f"{name}: {annotation!r}") from error
                else:
                    served += 1
    assert served > 500 and refused > 5000


@pytest.mark.parametrize(
    ("annotation", "instead"),
    [
        (abc.Iterator[int], "write list[T] for an array"),
        (typing.Generator[int, None, None], "a generator can't be sent: write list[T]"),
        (abc.KeysView[str], "write list[T] for an array"),
        (typing.Container[str], "write the class of the container: list[T], set[T] or dict[K, T]"),
        (typing.Sized, "write the class of the container"),
        (typing.Hashable, "write the type of the value, such as str, int or UUID"),
        (range, "write its bounds as two integers, or list[int] for its numbers"),
        (queue.Queue, "write list[T] for an array"),
        (abc.Awaitable[int], "write the type of the value"),
        (abc.Coroutine[Any, Any, int], "write the type of the value"),
        (abc.AsyncIterator[int], "write the type of the value"),
        (abc.Callable[[int], int], "a function can't be sent"),
        (types.FunctionType, "a function can't be sent"),
        (bytearray, "write bytes"),
        (memoryview, "write bytes"),
        (array.array, "write bytes"),
        (typing.BinaryIO, "write bytes"),
        (re.Pattern[str], "write str and compile it in the method"),
        (numbers.Integral, "write int, float or Decimal"),
        (typing.SupportsInt, "write int, float or Decimal"),
        (datetime.timezone, "write ZoneInfo"),
        (types.MappingProxyType[str, int], "write dict[K, T] or Mapping[K, T]"),
        (types.SimpleNamespace, "write a TypedDict or a dataclass"),
        (type[int], "a class can't be sent"),
        (typing.NoReturn, "no value has this type; write None"),
        (typing_extensions.Never, "no value has this type; write None"),
        (typing_extensions.Self, "write the name of the class"),
        (typing_extensions.ParamSpec("P"), "write the types of the parameters"),
        (typing_extensions.TypeVarTuple("Ts"), "write the types of the parameters"),
        (typing_extensions.Unpack[tuple[int, ...]], "it is served for **kwargs only"),
        (typing_extensions.TypeGuard[int], "write bool"),
        (typing.Literal, "it needs a type in brackets"),
        (typing.Optional, "it needs a type in brackets"),
        (dataclasses.InitVar[int], "InitVar"),
        (typing.NamedTuple, "write a class that inherits from it"),
        (len, "is not a type that can be served"),
    ],
)
def test_a_refusal_says_what_to_write_instead(annotation, instead):
    def method(request, first: int, value): ...

    method.__annotations__["value"] = annotation
    with pytest.raises(RegistrationError) as caught:
        a_gateway(method).registry.get("t.method")
    assert "parameter 'value': " in str(caught.value)
    assert instead in str(caught.value)
    method.__annotations__ = {"return": list[annotation] if annotation is not len else len}
    with pytest.raises(RegistrationError, match="the result: "):
        a_gateway(method).registry.get("t.method")


@pytest.mark.parametrize("text", ["list[int", "not a type", "datetime.Nothing", "1 / 0", "Nobody"])
def test_a_text_that_is_no_annotation_is_refused(text):
    def method(request, value): ...

    method.__annotations__["value"] = text
    holder = dataclasses.make_dataclass("Holder", [("held", text)])
    holder.__module__ = __name__
    for annotated in ({"value": text}, {"value": holder}, {"value": list[text]}):
        method.__annotations__ = annotated
        with pytest.raises(RegistrationError):
            a_gateway(method).registry.get("t.method")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_whatever_is_served_can_be_called_and_can_return():
    """Each annotation has a value that the gateway accepts, and sends back in the same form."""
    called = 0
    for name, thing in public_objects().items():
        for annotation in itertools.chain(compositions(thing), with_arguments(thing)):

            def echo(request, value):
                return value

            echo.__annotations__ = {"value": annotation, "return": annotation}
            try:
                gateway = a_gateway(echo)
                schema = gateway.registry.get("t.echo").signature.params_schema
            except RegistrationError:
                continue
            value = schema["anyOf"][0]["properties"]["value"]
            wire = example_of(value, schema.get("$defs", {}))
            result = call(gateway, "t.echo", wire)
            assert call(gateway, "t.echo", result) == result, f"{name}: {annotation!r}"
            called += 1
    assert called > 300
