"""Methods of a jsonrpcserver methods dict, called through jsonrpcserver's own dispatcher."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from .errors import InvalidParamsError, WireError
from .method import Method, Options, place_of
from .serializer import Serializer
from .signature import Arguments
from .source import Pass
from .typing import Json, JsonSchema, Params
from .vocabulary import NOCONTEXT, async_mounted, mounted


class OpenSignature:
    """Takes any params: jsonrpcserver binds them."""

    def __init__(self, function: Callable[..., Any], context: bool, serializer: Serializer) -> None:
        declared = list(inspect.signature(function).parameters.values())[context:]
        self.names = [each.name for each in declared]
        self.defaults = {p.name: p.default for p in declared if p.default is not p.empty}
        self.params_schema: JsonSchema = {"type": ["array", "object"]}
        self.result_schema: JsonSchema = True
        self.take_exact: Pass | None = None
        self.send_exact: Pass | None = None
        self._declared = inspect.Signature(declared)
        self._serializer = serializer

    def refusal(self, params: Params) -> list[dict[str, Any]] | None:
        return None

    def bind(self, params: Params, *, tags: bool) -> Arguments:
        return self.decode(params, tags=tags)

    def decode(self, params: Params, *, tags: bool) -> Arguments:
        try:
            return [self._serializer.from_wire(params) if tags else params], {}
        except WireError as error:
            raise InvalidParamsError(
                [{"path": error.path, "message": error.message, "keyword": "__type__"}]
            ) from None

    def arguments(self, args: list[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        (params,) = args
        try:
            if isinstance(params, list):
                bound = self._declared.bind(*params)
            else:
                bound = self._declared.bind(**params)
        except TypeError as error:
            raise InvalidParamsError(
                [{"path": "", "message": str(error), "keyword": "params"}]
            ) from None
        bound.apply_defaults()
        return bound.arguments

    def check_result(self, wire: Json) -> None:
        return None


def mounted_method(
    full_name: str,
    name: str,
    function: Callable[..., Any],
    options: Options,
    *,
    context: bool,
    serializer: Serializer,
) -> Method:
    """Make the method ``full_name`` of the function that a methods dict has as ``name``."""
    is_async = inspect.iscoroutinefunction(function)
    call = async_mounted if is_async else mounted

    def through_dispatcher(request: Any, params: Params) -> Any:
        return call(name, function, params, request if context else NOCONTEXT)

    return Method(
        name=full_name,
        function=through_dispatcher,
        signature=OpenSignature(function, context, serializer),
        options=options,
        is_async=is_async,
        place=place_of(inspect.unwrap(function)),
        description=inspect.getdoc(function) or "",
    )
