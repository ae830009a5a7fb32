"""django-modern-rpc with its fastest backend (bench/settings.py); it checks no types."""

from datetime import datetime

from django.urls import path
from modernrpc import Protocol
from modernrpc.server import RpcServer

from ..methods import add, create_order

SKIPS = {"W6t": "no tags", "W7t": "no type checks"}


def moments(moments):
    return [datetime.fromisoformat(moment) for moment in moments]  # orjson writes datetimes


server = RpcServer(supported_protocol=Protocol.JSON_RPC)
server.register_procedure(add, name="shop.add")
server.register_procedure(create_order, name="shop.create_order")
server.register_procedure(moments, name="shop.moments")

urlpatterns = [path("rpc/", server.view)]
