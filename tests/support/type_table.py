"""What the table of docs/types.md says about an annotation: each column, as it really is."""

from __future__ import annotations

import collections
import datetime
import ipaddress
import json
import re
import typing
from collections import abc
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, Flag
from fractions import Fraction
from numbers import Number
from pathlib import Path
from typing import Any, NamedTuple, TypedDict
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs
import msgspec
import pydantic
from typing_extensions import LiteralString, Never, Self

from adjax_jsonrpc import Registry, Schema, Serializer
from adjax_jsonrpc.exports.typescript import declarations
from adjax_jsonrpc.gateway import Gateway
from adjax_jsonrpc.schema.subschemas import map_subschemas, ref_name, tag_of


class Size(Enum):
    SMALL = "s"
    LARGE = "l"


class Access(Flag):
    READ = 1
    WRITE = 2


class Item(TypedDict):
    sku: str


@dataclass
class Point:
    x: float
    label: str = ""


class Pair(NamedTuple):
    a: bool
    b: str


@attrs.define
class Room:
    name: str
    free: bool = True


class Parcel(msgspec.Struct):
    weight: float
    sent: datetime.date


class Guest(pydantic.BaseModel):
    name: str
    paid: Decimal


@dataclass
class Loop:
    again: Loop


NAMES: dict[str, Any] = {
    **vars(typing),
    **vars(abc),
    **vars(collections),
    **vars(datetime),
    **vars(ipaddress),
    "Decimal": Decimal,
    "EmailStr": pydantic.EmailStr,
    "Fraction": Fraction,
    "HttpUrl": pydantic.HttpUrl,
    "LiteralString": LiteralString,
    "Number": Number,
    "Never": Never,
    "Path": Path,
    "Schema": Schema,
    "Self": Self,
    "T": typing.TypeVar("T"),
    "UUID": UUID,
    "ZoneInfo": ZoneInfo,
    **{cls.__name__: cls for cls in (Access, Guest, Item, Loop, Pair, Parcel, Point, Room, Size)},
}
"""What the names in the table mean."""


class TypeCase:
    """A method ``t.f`` that takes an annotation and returns it."""

    def __init__(self, annotation: str) -> None:
        self.received: list[Any] = []

        def f(request, value):
            self.received.append(value)
            return value

        meaning = eval(annotation, NAMES)
        f.__annotations__ = {"value": meaning, "return": meaning}
        registry = Registry(Serializer(), app_label=lambda module: "t")
        registry.register(f)
        self._gateway = Gateway(registry)
        self._signature = registry.get("t.f").signature
        text = declarations(registry.methods.values(), registry.serializer)
        found = re.search(r"\bf: Method<\[value: (.*)\], \{ value: \1 \}, (.*)>;", text)
        assert found is not None, text
        self.params_type, self.result_type = found.groups()

    def send(self, form: str) -> Any:
        """Send a wire form, as JSON text; return the result. The value is in ``received``."""
        body = f'{{"jsonrpc":"2.0","method":"t.f","params":[{form}],"id":1}}'
        response = json.loads(self._gateway.handle(body.encode()))
        assert "result" in response, response
        return response["result"]

    def schema(self) -> list[str]:
        """Return the branches of the schema, without what only repeats the form of a text."""
        document = self._signature.params_schema
        defs = document.get("$defs", {})
        schema = document["anyOf"][0]["properties"]["value"]
        name = ref_name(schema)
        if name is not None and tag_of(schema) is None:
            schema = defs[name]
        is_union = isinstance(schema, dict) and schema.keys() == {"anyOf"}
        return [_written(each) for each in (schema["anyOf"] if is_union else [schema])]


def _written(schema: Any) -> str:
    tag = tag_of(schema)
    if tag is not None:
        return f"tag {tag}"
    return json.dumps(_short(schema), separators=(",", ":"))


def _short(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    tag = tag_of(schema)
    if tag is not None:
        return {"tag": tag}
    if schema.get("type") == "string":
        schema = {k: v for k, v in schema.items() if k not in ("pattern", "maxLength", "not")}
    return map_subschemas(schema, _short)
