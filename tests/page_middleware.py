"""Middleware that the browser tests add to a project: a count of calls' POSTs, a strict CSP."""

import itertools
import secrets

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
