"""Strategies of hypothesis: params that a method accepts, and params that it refuses."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any, TypeAlias

from hypothesis import strategies as st

from ..errors import InvalidParamsError
from ..methods.method import Method
from ..methods.registry import registry
from .json_strategies import ANY_JSON, json_values
from .messages import UnknownMethodError

Values: TypeAlias = "st.SearchStrategy[Any]"


def valid_params(name: str) -> Values:
    """Return a strategy of params that the method ``name`` accepts: arrays and objects.

    They are made from the method's schema. Raises ``UnknownMethodError``.
    """
    method = _method(name)
    return json_values(method.signature.params_schema).filter(
        lambda params: _is_accepted(method, params)
    )


def invalid_params(name: str) -> Values:
    """Return a strategy of params that the method ``name`` refuses, most of them nearly valid.

    Raises ``UnknownMethodError``, and ``ValueError`` for a method that accepts any params.
    """
    method = _method(name)
    changed = valid_params(name).flatmap(_with_one_change)
    others = st.one_of(st.lists(ANY_JSON), st.dictionaries(st.text(), ANY_JSON))
    return st.one_of(changed, others).filter(lambda params: not _is_accepted(method, params))


def _method(name: str) -> Method:
    try:
        return registry.methods[name]
    except KeyError:
        raise UnknownMethodError(name) from None


def _is_accepted(method: Method, params: Any) -> bool:
    try:
        method.signature.bind(deepcopy(params), tags=True)
    except InvalidParamsError:
        return False
    return True


def _with_one_change(value: Any) -> Values:
    """Return a strategy of ``value`` with one part replaced, removed or added."""
    here: list[Values]
    if isinstance(value, list):
        here = [st.just([*value, None]), *([st.just(value[:-1])] if value else [])]
        parts: list[Any] = list(range(len(value)))
    elif isinstance(value, dict):
        here = [
            st.just({**value, "unknown member": None}),
            *(st.just({k: v for k, v in value.items() if k != gone}) for gone in value),
        ]
        parts = list(value)
    else:
        return ANY_JSON
    inside = [_with_one_change(value[part]).map(_replacing(value, part)) for part in parts]
    return st.one_of(*here, *inside)


def _replacing(value: Any, part: Any) -> Callable[[Any], Any]:
    def replace(new: Any) -> Any:
        changed = value.copy()
        changed[part] = new
        return changed

    return replace
