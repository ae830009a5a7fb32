"""One method, ``shop.add``: by the gateway at /rpc/, and at /trpc/ as tRPC's client asks for it."""

import json
import os

os.environ["BENCH_CONTESTANT"] = "ours"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from adjax_jsonrpc import registry
from bench.methods import METHODS

settings.ROOT_URLCONF = "bench.client.server"
application = get_wsgi_application()

from bench.contestants.ours import urlpatterns as gateway  # noqa: E402

registry.resolve()  # as at the start of Django for the methods of its apps


@csrf_exempt
def trpc(request: HttpRequest, names: str) -> JsonResponse:
    """Check nothing, so that what is measured is the way of asking."""
    given = json.loads(request.body)
    if "batch" not in request.GET:
        return JsonResponse({"result": {"data": METHODS[names](*given)}})
    answers = [
        {"result": {"data": METHODS[name](*given[str(index)])}}
        for index, name in enumerate(names.split(","))
    ]
    return JsonResponse(answers, safe=False)


urlpatterns = [*gateway, path("trpc/<str:names>", trpc)]
