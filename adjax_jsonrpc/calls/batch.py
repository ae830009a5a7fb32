"""Batches that are all or nothing: where one entry fails, every call is undone."""

from __future__ import annotations

from time import monotonic

from ..errors import InvalidRequestError, RolledBackError
from .call import Call, Slot
from .dispatch import Dispatcher
from .hooks import AsOne


class _Undo(Exception):  # noqa: N818 - it leaves a transaction and is no error
    pass


def perform_as_one(
    slots: list[Slot], refusals: list[tuple[int, int]], dispatcher: Dispatcher, as_one: AsOne
) -> None:
    """Answer the calls of a batch, all of them or none.

    ``refusals`` are the entries that are no calls at all, each with its code. What is known to
    fail before anything has run stops all; else every call runs and says what is wrong with it.
    """
    calls = [(entry, slot) for entry, slot in enumerate(slots) if type(slot) is Call]
    refused = refusals[0] if refusals else _decline(calls, slots, dispatcher)
    if refused is None:
        transaction = as_one(call.method for _, call in calls)
        dispatcher.perform_within(transaction)
        try:
            with transaction():
                for entry, call in calls:
                    if entry and monotonic() > dispatcher.deadline:
                        slots[entry] = dispatcher.late(call, dispatcher.seconds)
                    else:
                        slots[entry] = dispatcher.perform(call)
                refused = _first_failed(calls, dispatcher)
                if refused is not None:
                    raise _Undo
        except _Undo:
            dispatcher.answers.forget_results()
        except Exception as exception:  # the commit failed
            dispatcher.answers.forget_results()
            error = dispatcher.answers.error_of("a batch", exception)
            for entry, call in calls:
                slots[entry] = dispatcher.answers.fail(call, error)
    if refused is not None:
        for entry, call in calls:
            if id(call) not in dispatcher.answers.errors:
                slots[entry] = dispatcher.answers.fail(call, RolledBackError(*refused))
    dispatcher.keyed.keep_answers()


def _decline(
    calls: list[tuple[int, Call]], slots: list[Slot], dispatcher: Dispatcher
) -> tuple[int, int] | None:
    """Refuse the calls that no transaction can undo."""
    for entry, call in calls:
        reason = ""
        if call.method.is_async:
            reason = "an asynchronous method can't be in a batch that is all or nothing"
        elif call.method.options.atomic is False:
            reason = "a method with atomic=False can't be in a batch that is all or nothing"
        if reason:
            slots[entry] = dispatcher.decline(call, InvalidRequestError(reason))
    return _first_failed(calls, dispatcher)


def _first_failed(calls: list[tuple[int, Call]], dispatcher: Dispatcher) -> tuple[int, int] | None:
    for entry, call in calls:
        if id(call) in dispatcher.answers.errors:
            return entry, dispatcher.answers.errors[id(call)][1].code
    return None
