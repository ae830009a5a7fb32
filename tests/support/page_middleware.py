"""Middleware that the browser tests add to a project: counts, records of answers, a strict CSP."""

import itertools
import json
import os
import secrets
from pathlib import Path

from django.utils.deprecation import MiddlewareMixin

_posts = itertools.count(1)


class CountPosts(MiddlewareMixin):
    """Numbers the POSTs that reach this process, in the header ``X-Post``."""

    def process_request(self, request):
        if request.method == "POST":
            request.post_number = next(_posts)

    def process_response(self, request, response):
        if request.method == "POST":
            response["X-Post"] = str(request.post_number)
        return response


class StrictCsp(MiddlewareMixin):
    """Allows scripts by nonce only, as django-csp does, and everything else from here."""

    def process_request(self, request):
        request.csp_nonce = secrets.token_urlsafe(16)

    def process_response(self, request, response):
        response["Content-Security-Policy"] = (
            f"default-src 'none'; script-src 'nonce-{request.csp_nonce}'; style-src 'self'; "
            "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"
        )
        return response


class RecordAnswers(MiddlewareMixin):
    """Writes what reaches the endpoint, and its answer, into a file beside the database."""

    def process_response(self, request, response):
        if request.path.startswith("/rpc/"):
            record = {
                "method": request.method,
                "path": request.path,
                "type": request.content_type,
                "from": request.headers.get("Origin") or request.headers.get("Referer", ""),
                "session": "sessionid" in request.COOKIES,
                "status": response.status_code,
                "headers": {name.lower(): value for name, value in response.items()},
                "body": response.content.decode(),
            }
            with Path(os.environ["EXAMPLE_DB"]).with_name("answers.jsonl").open("a") as answers:
                answers.write(json.dumps(record) + "\n")
        return response
