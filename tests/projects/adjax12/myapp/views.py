from django.shortcuts import render

from adjax_jsonrpc.views import DispatchError


def index(request):
    return render(request, "myapp/index.html")


def closed(request):
    raise DispatchError("come back tomorrow")
