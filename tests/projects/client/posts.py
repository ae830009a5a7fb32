"""What POSTs reached this process, and what was answered to them."""

import json
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest, JsonResponse
from django.utils.decorators import sync_and_async_middleware

_posts: list[dict[str, Any]] = []


def _note(request: HttpRequest) -> dict[str, Any]:
    body = json.loads(request.body)
    post = {"calls": len(body) if isinstance(body, list) else 1, "status": None}
    _posts.append(post)
    return post


@sync_and_async_middleware
def record(get_response):
    def middleware(request: HttpRequest):
        if request.method != "POST":
            return get_response(request)
        post = _note(request)
        response = get_response(request)
        post["status"] = response.status_code
        return response

    async def async_middleware(request: HttpRequest):
        if request.method != "POST":
            return await get_response(request)
        post = _note(request)
        response = await get_response(request)
        post["status"] = response.status_code
        return response

    return async_middleware if iscoroutinefunction(get_response) else middleware


def posts(request: HttpRequest) -> JsonResponse:
    """Tell them, and forget them."""
    told, _posts[:] = list(_posts), []
    return JsonResponse({"posts": told})
