"""Methods of a jsonrpcserver methods dict, called by jsonrpcserver's own dispatcher."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any

from .._flow import Flow, Invoke, arun, raisable, run
from .._jsonrpcserver import (
    NOCONTEXT,
    NODATA,
    JsonRpcError,
    async_dispatch_to_serializable,
    dispatch_to_serializable,
)
from .._types import Decode, Json, JsonSchema, Params
from ..errors import InvalidParamsError, WireError
from ..types.fastpath.codegen import FastPath
from ..types.serializer import Serializer
from .functions import place_of
from .method import Method
from .options import Options
from .signature import Arguments, decoding_errors


class MountedSignature:
    """The signature of a mounted method: any params are valid, because jsonrpcserver binds them."""

    def __init__(self, function: Callable[..., Any], context: bool, serializer: Serializer) -> None:
        declared = list(inspect.signature(function).parameters.values())[context:]
        self.names = [each.name for each in declared]
        self.defaults = {p.name: p.default for p in declared if p.default is not p.empty}
        self.params_schema: JsonSchema = {"type": ["array", "object"]}
        self.result_schema: JsonSchema = True
        self.accept_fast: FastPath | None = None
        self.bind_fast: FastPath | None = None
        self.encode_fast: FastPath | None = None
        self.send: Decode | None = None
        self._declared = inspect.Signature(declared)
        self._serializer = serializer

    def validate(self, params: Params) -> list[dict[str, Any]] | None:
        return None

    def bind(self, params: Params, *, tags: bool) -> Arguments:
        return self.decode(params, tags=tags)

    def decode(self, params: Params, *, tags: bool) -> Arguments:
        try:
            return [self._serializer.from_wire(params) if tags else params], {}
        except WireError as error:
            raise InvalidParamsError(decoding_errors(error)) from None

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
    """Return the method ``full_name`` for the function ``name`` of a methods dict."""
    is_async = inspect.iscoroutinefunction(function)
    drive: Any = arun if is_async else run

    def through_dispatcher(request: Any, params: Params) -> Any:
        return drive(_dispatch(name, function, params, request if context else NOCONTEXT, is_async))

    return Method(
        name=full_name,
        function=through_dispatcher,
        signature=MountedSignature(function, context, serializer),
        options=options,
        is_async=is_async,
        place=place_of(inspect.unwrap(function)),
        description=inspect.getdoc(function) or "",
    )


def _dispatch(
    name: str, function: Callable[..., Any], params: Params, context: Any, is_async: bool
) -> Flow[Any]:
    """Call one function of a methods dict with jsonrpcserver's own dispatcher.

    ``context`` is the first argument of the function, ``NOCONTEXT`` for no such argument. Raises
    ``JsonRpcError`` for an error that the function returns or raises. Any other exception is
    raised unchanged: jsonrpcserver itself would send its text to the caller.
    """
    raised: list[Exception] = []

    @wraps(function)
    def recording(*args: Any, **kwargs: Any) -> Any:
        with _recorded_in(raised):
            return function(*args, **kwargs)

    @wraps(function)
    async def arecording(*args: Any, **kwargs: Any) -> Any:
        with _recorded_in(raised):
            return await function(*args, **kwargs)

    methods = {name: arecording if is_async else recording}
    request = {"jsonrpc": "2.0", "method": name, "params": params, "id": 0}
    dispatch: Any = async_dispatch_to_serializable if is_async else dispatch_to_serializable
    call = partial(dispatch, request, methods=methods, context=context, **_WITHOUT_PARSING)
    response = yield Invoke(call, (), is_async)
    if raised:
        raise raisable(raised.pop())
    if "error" in response:
        error = response["error"]
        raise JsonRpcError(error["code"], error["message"], error.get("data", NODATA))
    return response["result"]


@contextmanager
def _recorded_in(raised: list[Exception]) -> Iterator[None]:
    try:
        yield
    except JsonRpcError:
        raise
    except Exception as exception:
        raised.append(exception)
        raise


# Arguments of the dispatcher: the gateway has parsed and checked the Request already.
_WITHOUT_PARSING: dict[str, Any] = {
    "deserializer": lambda request: request,
    "validator": lambda request: None,
}
