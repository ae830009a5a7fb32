"""The fast path of pydantic models accepts only what the schema accepts, and makes the same instance."""

from __future__ import annotations

import copy
import json
from random import Random
from typing import Annotated, Any, Literal, Optional, Union, get_args, get_origin

import annotated_types
import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from adjax_jsonrpc import Serializer
from adjax_jsonrpc.schema.validator import validator
from adjax_jsonrpc.types.builder import CodecBuilder
from adjax_jsonrpc.types.fastpath.checks import compile_check
from adjax_jsonrpc.types.fastpath.codegen import FALLBACK
from adjax_jsonrpc.types.table import HANDLERS
from tests.support.examples import examples
from tests.support.models import gateway_of, refused


class Inner(BaseModel):
    model_config = ConfigDict(extra="allow")
    a: int = Field(ge=1, le=10, strict=False)
    s: str = Field(default="x", min_length=1, max_length=3)


class Aliased(BaseModel):
    model_config = ConfigDict(populate_by_name=True, strict=False)
    al: float = Field(alias="AL", gt=0)
    choice: Literal["p", "q"] = "p"


class Outer(BaseModel):
    inner: list[Inner] = Field(min_length=1, max_length=3)
    other: Optional[Aliased] = None
    f: float
    b: bool = True
    n: list[list[int]] = Field(default_factory=list)
    nothing: None = None


class Empty(BaseModel): ...


class Limited(BaseModel):
    x: list[Annotated[int, Field(ge=2)]] = [2]
    y: Optional[Annotated[str, annotated_types.Len(1, 2)]] = None


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")
    inner: Inner


PLAIN = [Inner, Aliased, Outer, Empty, Limited, Closed]
LEAVES = [0, 1, 2, 10, 11, -1, 1.0, 2.5, -0.0, True, False, None, "", "x", "p", "abcd", "1", 2**63]
LEAVES += [2**70, 1e300, [], {}, [1], {"a": 1}, "true", "\U0001f600" * 3]


def a_wire(random: Random, annotation: Any) -> Any:
    """A value that an annotation accepts, or nearly."""
    if random.random() < 0.1:
        return random.choice(LEAVES)
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return a_wire(random, args[0])
    if origin is list:
        return [a_wire(random, args[0]) for _ in range(random.choice([0, 1, 1, 2, 4]))]
    if origin is Union:
        return a_wire(random, random.choice(args))
    if origin is Literal:
        return random.choice(["p", "q", "r"])
    if not hasattr(annotation, "model_fields"):
        chosen = {
            int: [1, 2, 10, 3.0],
            str: ["a", "ab", "é", ""],
            float: [1.5, 1, 2**60],
            bool: [True],
        }
        return random.choice(chosen.get(annotation, [None]))
    members = {}
    for name, field in annotation.model_fields.items():
        if random.random() < 0.9:
            key = random.choice([field.alias or name, field.alias or name, name])
            members[key] = a_wire(random, field.annotation)
    if random.random() < 0.08:
        members[random.choice(["z", "__type__", "a", "al", "AL"])] = random.choice(LEAVES)
    return members


@pytest.fixture(scope="module")
def compiled():
    found = []
    for model in PLAIN:
        builder = CodecBuilder(Serializer(), HANDLERS)
        codec = builder.codec(model)
        fast_path = compile_check(codec.fast)
        assert fast_path is not None
        found.append((model, fast_path, validator(builder.document(codec.schema)), codec.decode))
    return found


@settings(max_examples=examples(500), deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_fast_path_agrees_with_the_schema(compiled, random):
    for model, fast_path, accepts, decode in compiled:
        wire = a_wire(random, model)
        before = json.dumps(wire)
        instance = fast_path(wire)
        assert json.dumps(wire) == before
        if instance is not FALLBACK:
            assert accepts(wire)
            decoded = decode(copy.deepcopy(wire))
            assert repr(decoded) == repr(instance)
            assert decoded.model_fields_set == instance.model_fields_set


def test_common_params_need_no_schema(compiled):
    wire = {"inner": [{"a": 1}], "other": {"AL": 1.5}, "f": 1, "n": [[1]], "nothing": None}
    assert all(
        fast_path(wire) is not FALLBACK for model, fast_path, *_ in compiled if model is Outer
    )


class Validated(BaseModel):
    n: int

    @pydantic.field_validator("n")
    @classmethod
    def _n(cls, value):
        if value == 13:
            raise ValueError("unlucky")
        return value + 1


class Checked(BaseModel):
    n: int

    @pydantic.model_validator(mode="after")
    def _all(self):
        return self


class Made(BaseModel):
    n: list[int] = Field(default_factory=lambda: [1])


class Initialized(BaseModel):
    n: int

    def model_post_init(self, context):
        self.n += 1


class Nested(BaseModel):
    inner: list[Validated]


@pytest.mark.parametrize("model", [Validated, Checked, Made, Initialized, Nested])
def test_code_of_the_user_waits_until_the_caller_is_admitted(model):
    gateway = gateway_of(model)
    signature = gateway.registry.get("t.f").signature
    assert signature.accept_fast is None and signature.bind_fast is not None
    wire = {"inner": [{"n": 3}]} if model is Nested else {"n": [3] if model is Made else 3}
    assert signature.bind_fast([wire]) == signature.bind([wire], tags=False)[0]


def test_errors_of_validators_are_told_after_the_fast_path():
    assert refused(Nested, {"inner": [{"n": 1}, {"n": 13}]}) == [("/0/inner/1/n", "unlucky")]


class OwnInit(BaseModel):
    n: int

    def __init__(self, **members):
        super().__init__(**members)


class Stripped(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)
    n: str


class Before(BaseModel):
    n: int

    @pydantic.field_validator("n", mode="before")
    @classmethod
    def _n(cls, value):
        return int(value)


class Afterwards(BaseModel):
    n: Annotated[int, pydantic.AfterValidator(abs), Field(ge=1)]


class Recursive(BaseModel):
    inner: list[Recursive] = []


@pytest.mark.parametrize("model", [OwnInit, Stripped, Before, Afterwards, Recursive])
def test_models_that_need_the_schema_have_no_fast_path(model):
    signature = gateway_of(model).registry.get("t.f").signature
    assert signature.accept_fast is None and signature.bind_fast is None


def test_results_are_held_to_their_schema_on_the_fast_path():
    class Held(BaseModel):
        n: int = Field(ge=2)
        y: Optional[str] = None

    held = gateway_of(Any, result=Held).registry.get("t.f").signature.encode_fast
    assert held(Held(n=3)) == held(Held.model_construct(n=3)) == {"n": 3, "y": None}
    for wrong in ({"n": 1, "y": None}, {"n": "2", "y": None}, {"n": 2**60, "y": None}):
        assert held(Held.model_construct(**wrong)) is FALLBACK
    keeping = gateway_of(Any, result=Outer).registry.get("t.f").signature.encode_fast
    assert keeping is None  # Inner keeps further members
