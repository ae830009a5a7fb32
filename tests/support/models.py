"""A method with one annotation: what arrives, what is sent, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from adjax_jsonrpc import Serializer
from tests.support.calls import CallError, a_gateway, call


def gateway_of(annotation, *, result: Any = ..., returns=None, types=()):
    """A gateway with ``t.f``, which keeps what arrives in ``received`` and returns it."""

    def f(request, value):
        gateway.received = value
        return value if returns is None else returns(value)

    f.__annotations__ = {"value": annotation, "return": annotation if result is ... else result}
    gateway = a_gateway(f, serializer=Serializer(types))
    return gateway


def accepted(annotation, wire, **options):
    """What arrives for a wire form, and what is sent back."""
    gateway = gateway_of(annotation, **options)
    result = call(gateway, "t.f", wire)
    return gateway.received, result


def refused(annotation, wire, **options):
    with pytest.raises(CallError) as caught:
        call(gateway_of(annotation, **options), "t.f", wire)
    assert caught.value.code == -32602
    return [(error["path"], error["message"]) for error in caught.value.errors]


def sent(annotation, value, **options):
    """The result of a method that returns ``value``."""
    gateway = gateway_of(Any, result=annotation, returns=lambda _: value, **options)
    return call(gateway, "t.f", None)
