"""The measure: JSON by the standard library, a dict look-up, the call. No checks, no types.

Datetimes are written by Django's own encoder, as its ``JsonResponse`` does.
"""

import json
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from .. import methods

SKIPS = {"W6t": "no tags", "W7t": "no type checks"}


def moments(moments):
    return [datetime.fromisoformat(moment) for moment in moments]


METHODS = {**methods.METHODS, "shop.moments": moments}
encode = DjangoJSONEncoder().encode  # made once, as json.dumps has its own


@csrf_exempt
def view(request):
    message = json.loads(request.body)
    answer = [call(each) for each in message] if type(message) is list else call(message)
    return HttpResponse(encode(answer), content_type="application/json")


def call(entry):
    method, params = METHODS[entry["method"]], entry["params"]
    try:
        result = method(*params) if type(params) is list else method(**params)
    except TypeError as error:
        refusal = {"code": -32602, "message": str(error)}
        return {"jsonrpc": "2.0", "error": refusal, "id": entry["id"]}
    return {"jsonrpc": "2.0", "result": result, "id": entry["id"]}


urlpatterns = [path("rpc/", view)]
