"""Whether its caller may make a call, and with which arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from types import MappingProxyType
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async
from msgspec.structs import replace

from ..errors import MethodNotFoundError, PermissionDeniedError
from ..methods.functions import function_name, is_coroutine_function
from ..methods.method import Method
from ..methods.options import Access
from ..methods.signature import Arguments
from ..protocol.json import may_hold_tags
from ..types.fastpath.codegen import FALLBACK
from .call import Call
from .context import Answers
from .hooks import Hooks


class Admission:
    """Admits the calls of one body: first the caller, then the params."""

    def __init__(self, request: Any, hooks: Hooks, answers: Answers, body: bytes) -> None:
        self._request = request
        self._hooks = hooks
        self._answers = answers
        self._body = body
        self._tags: bool | None = None

    def bind(self, call: Call) -> Arguments:
        """Give the arguments of a call. Raises ``InvalidParamsError``."""
        if call.exact is not FALLBACK:
            return (call.exact, {}) if type(call.exact) is list else ([], call.exact)
        if self._tags is None:
            self._tags = may_hold_tags(self._body)
        signature = call.method.signature
        bind = signature.decode if call.is_accepted else signature.bind
        arguments: Arguments = bind(call.request.params, tags=self._tags)
        return arguments

    def admit(self, call: Call) -> Arguments:
        """Bind the params of a call whose method is not open, if the caller may make it."""
        method = call.method
        try:
            authorize = self._authorize(method)
            if authorize is not None:
                authorize(self._request, method)
            arguments = self.bind(call)
            if method.options.access:
                named = _named(method, arguments)
                for access in method.options.access:
                    ask: Any = access
                    if is_coroutine_function(access):  # the method is not made here
                        ask = async_to_sync(access)
                    permit(access, ask(self._request, named))
        except (Exception, SystemExit) as exception:
            self._hide(method, exception)
            raise
        return arguments

    async def aadmit(self, call: Call) -> Arguments:
        """Do what ``admit`` does on an event loop: what is synchronous runs in a thread."""
        method = call.method
        try:
            authorize = self._authorize(method)
            if authorize is not None:
                await sync_to_async(authorize)(self._request, method)
            arguments = self.bind(call)
            if method.options.access:
                named = _named(method, arguments)
                for access in method.options.access:
                    ask: Any = access
                    if not is_coroutine_function(access):
                        ask = sync_to_async(access)
                    permit(access, await ask(self._request, named))
        except (Exception, SystemExit) as exception:
            self._hide(method, exception)
            raise
        return arguments

    def refused(self, call: Call) -> BaseException | None:
        """Give what a caller who may not make this call is told, ``None`` for one who may."""
        try:
            if not call.method.is_open:  # params are decoded in place, and only once
                request = replace(call.request, params=deepcopy(call.request.params))
                self.admit(replace(call, request=request))
        except (Exception, SystemExit) as exception:
            return exception
        return None

    def _authorize(self, method: Method) -> Callable[[Any, Method], None] | None:
        if method.is_denied:
            raise PermissionDeniedError
        return self._hooks.authorize

    def _hide(self, method: Method, refused: BaseException) -> None:
        """Answer as for an unknown method; what is the server's own fault is in the log."""
        if method.is_hidden:
            self._answers.error_of(method.name, refused)
            raise MethodNotFoundError from None


def permit(access: Access, allowed: object) -> None:
    """Raise for any answer of ``access=`` but ``True``.

    ``False`` is a refusal. Anything else, a coroutine for one, is a fault and no permission.
    """
    if allowed is not True:
        if allowed is False:
            raise PermissionDeniedError
        raise TypeError(
            f"access: {function_name(access)} gave {type(allowed).__name__}, not True or False"
        )


def _named(method: Method, arguments: Arguments) -> Mapping[str, Any]:
    return MappingProxyType(method.signature.arguments(*arguments))
