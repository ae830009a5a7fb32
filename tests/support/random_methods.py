"""Methods of random annotations, the same at every run, with wire forms for their parameter."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adjax_jsonrpc import Registry, Serializer
from tests.support.strategies import ANNOTATIONS, wires


@cache
def random_methods(count: int = 120) -> tuple[Registry, dict[str, Any]]:
    """Return a registry of methods ``t.f0``, ``t.f1``, …, and by their names a wire form."""
    registry = Registry(Serializer(), app_label=lambda module: "t")
    forms: dict[str, Any] = {}

    @settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def collect(data: st.DataObject) -> None:
        annotation = data.draw(ANNOTATIONS)
        name = f"t.f{len(forms)}"
        forms[name] = data.draw(wires(annotation))

        def method(request, value): ...

        method.__annotations__ = {"value": annotation, "return": annotation}
        registry.register(name=name)(method)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        collect()
    return registry, forms
