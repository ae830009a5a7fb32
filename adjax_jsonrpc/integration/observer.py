"""Sends the signals of calls."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from django.dispatch import Signal

from ..calls.call import Call
from ..conf import settings
from ..methods.mounted import MountedSignature
from ..methods.registry import registry
from ..signals import batch_finished, call_failed, call_finished, call_started
from .logs import log_call
from .sensitive import HIDDEN, hide_sensitive_params

logger = logging.getLogger("adjax_jsonrpc")


def observe(request: Any) -> Observer | None:
    """Return what sends the signals of one body, ``None`` if no signal has a receiver."""
    has_receivers = (
        call_started.receivers
        or call_finished.receivers
        or call_failed.receivers
        or batch_finished.receivers
    )
    return Observer(request) if has_receivers else None


def observe_and_log(request: Any) -> Observer:
    """Return what logs the calls of one body, and sends its signals."""
    return Observer(request, logs_calls=True)


class Observer:
    """Sends the signals of one body, and logs its calls with ``logs_calls``.

    If a receiver raises, the exception is only logged.
    """

    def __init__(self, request: Any, *, logs_calls: bool = False) -> None:
        self._request = request
        self._logs_calls = logs_calls
        self._send = partial(_send, request=request, user=getattr(request, "user", None))

    def keep_params(self, call: Call) -> None:
        """Keep a copy of the params for the signals of the call, if they contain params."""
        if settings.signal_params and call.sent_params is None:
            call.sent_params = _copy_of(_shown_params(call))

    def started(self, call: Call) -> None:
        """Send ``call_started``."""
        self.keep_params(call)
        self._send(call_started, **_arguments(call))

    def ended(self, call: Call) -> None:
        """Send ``call_failed`` for a call that failed, then ``call_finished``."""
        sent = {
            **_arguments(call),
            "duration": call.seconds,
            "code": call.code,
            "reference": call.reference,
        }
        if call.code is not None:
            self._send(call_failed, **sent)
        self._send(call_finished, **sent)
        if self._logs_calls:
            self._log(call)

    def _log(self, call: Call) -> None:
        try:
            log_call(call, self._request, is_json=settings.log_calls == "json")
        except Exception:
            logger.exception("the line of a call could not be logged")

    def batch_finished(self, count: int, failed: int, seconds: float) -> None:
        """Send ``batch_finished``."""
        self._send(batch_finished, count=count, failed=failed, duration=seconds)


def _arguments(call: Call) -> dict[str, Any]:
    sent = {"method": call.method.name}
    if settings.signal_params:
        sent["params"] = _copy_of(call.sent_params)  # receivers may change theirs
    return sent


def _shown_params(call: Call) -> Any:
    params = call.request.params
    if isinstance(call.method.signature, MountedSignature):  # its params have no names yet
        return dict.fromkeys(params, HIDDEN) if isinstance(params, dict) else [HIDDEN] * len(params)
    return hide_sensitive_params(call.method.function, params)


def _copy_of(value: Any) -> Any:
    """Return a copy of a JSON value."""
    if type(value) is list:
        return [_copy_of(each) for each in value]
    if type(value) is dict:
        return {name: _copy_of(each) for name, each in value.items()}
    return value


def _send(signal: Signal, **sent: Any) -> None:
    try:
        signal.send_robust(registry, **sent)
    except KeyboardInterrupt:
        raise
    except BaseException:  # send_robust() does not catch SystemExit, and fails to log some
        logger.exception("a receiver of adjax_jsonrpc.signals failed")
