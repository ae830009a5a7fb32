"""Classes of the module ``collections`` → codec: other classes for arrays and for dicts."""

from __future__ import annotations

import typing
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ..errors import RegistrationError
from .builder import Args, CodecBuilder, Handler
from .codec import Codec
from .containers import dict_codec, fixed_array, list_codec


def converted(handler: Handler, convert: Callable[[Any], Any]) -> Handler:
    """Return a handler like another one, for the class that ``convert`` returns."""

    def convert_handler(builder: CodecBuilder, args: Args) -> Codec:
        return _converted(handler(builder, args), convert)

    return convert_handler


def _converted(codec: Codec, convert: Callable[[Any], Any]) -> Codec:
    decode = codec.decode

    def decode_and_convert(value: Any) -> Any:
        return convert(value if decode is None else decode(value))

    return replace(codec, decode=decode_and_convert, tags_only=False, fast=None)


def _counter_codec(builder: CodecBuilder, args: Args) -> Codec:
    if len(args) > 1:
        raise RegistrationError("Counter needs one type in brackets: of its keys")
    return _converted(dict_codec(builder, (args[0] if args else Any, int)), Counter)


_MADE_FOR_MISSING = frozenset({int, float, str, bool, bytes, list, tuple, set, frozenset, dict})
"""Classes whose calls make the value for a missing key of a ``defaultdict``."""


def _defaultdict_codec(builder: CodecBuilder, args: Args) -> Codec:
    values = args[1] if len(args) == 2 else None
    factory = typing.get_origin(values) or values
    make = factory if factory in _MADE_FOR_MISSING else None
    return _converted(dict_codec(builder, args), lambda members: defaultdict(make, members))


def _complex_codec(builder: CodecBuilder, args: Args) -> Codec:
    return fixed_array(builder, (float, float), lambda parts: complex(*parts))


CONTAINER_CLASSES: dict[Any, Handler] = {
    deque: converted(list_codec, deque),
    OrderedDict: converted(dict_codec, OrderedDict),
    ChainMap: converted(dict_codec, ChainMap),
    Counter: _counter_codec,
    defaultdict: _defaultdict_codec,
    complex: _complex_codec,
}
"""The handlers of these classes, and of ``complex``: an array of its two parts."""
