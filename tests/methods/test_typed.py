"""``@typed`` on direct calls, as in django-adjax 1.2."""

from __future__ import annotations

import asyncio

import pytest

from adjax_jsonrpc import typed
from adjax_jsonrpc.utils.types import typed as typed_12


def test_typed_stands_where_adjax_12_had_it():
    assert typed_12 is typed


def f(request, a, b=1):
    return a


ANNOTATIONS = {"a": int, "b": int, "return": int}


@pytest.mark.parametrize(
    "decorated",
    [typed(ANNOTATIONS)(f), typed(ANNOTATIONS, strict=True)(f), typed(ANNOTATIONS, False)(f)],
)
def test_a_direct_call_is_checked(decorated):
    assert decorated(None, 1) == 1
    assert decorated(None, 1, b=2) == 1
    with pytest.raises(TypeError, match="argument 'a' is str, not int"):
        decorated(None, "x")
    with pytest.raises(TypeError, match="argument 'b' is str, not int"):
        decorated(None, 1, "x")


def test_strict_wants_just_the_class():
    assert typed({"a": int})(f)(None, True) is True
    with pytest.raises(TypeError, match="argument 'a' is bool, not int"):
        typed({"a": int}, strict=True)(f)(None, True)


def test_the_result_is_checked():
    with pytest.raises(TypeError, match="the result is int, not dict"):
        typed({"return": dict})(f)(None, 1)


def test_bare_typed_takes_the_functions_annotations():
    def annotated(request, a, *rest, c=None) -> None:
        return None

    annotated.__annotations__.update(a=float, c=list[int], rest=str)
    decorated = typed(annotated)
    assert decorated(None, 1, 2, 3, c="unchecked: no class to ask") is None
    with pytest.raises(TypeError, match="argument 'a'"):
        decorated(None, "x")


def test_a_coroutine_function_stays_one():
    async def later(request, a):
        return a

    decorated = typed({"a": int, "return": int})(later)
    assert asyncio.iscoroutinefunction(decorated)
    assert asyncio.run(decorated(None, 1)) == 1
    with pytest.raises(TypeError):
        asyncio.run(decorated(None, "x"))
