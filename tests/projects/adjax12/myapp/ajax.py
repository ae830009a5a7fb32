from datetime import datetime, timedelta

from adjax_jsonrpc.registry import registry
from adjax_jsonrpc.utils.types import typed
from adjax_jsonrpc.views import DispatchError

from .types import CustomObject


@registry.register
def func1(request, a, b, c=1):
    return {"a": a, "b": b, "c": c}


@registry.register
@typed(strict=False)
def do_stuff(request, a: int, b: float, c=1) -> dict:
    return {"a": a, "b": b, "c": c}


@registry.register
@typed({"a": int, "b": float, "return": dict}, strict=False)
def do_stuff_by_dict(request, a, b, c='it\'s "quoted"'):
    return {"a": a, "b": b, "c": c}


@registry.register
@typed(strict=False)
def mirror(request, value: CustomObject) -> CustomObject:
    return CustomObject(value.y, value.x)


@registry.register
@typed(strict=False)
def tomorrow(request, when: datetime) -> datetime:
    return when + timedelta(days=1)


@registry.register
def anything(request, value):
    return {"error": True, "python": type(value).__name__, "value": value}


@registry.register
def sorry(request):
    raise DispatchError("not today")
