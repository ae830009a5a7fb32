"""``path("rpc/", include("adjax_jsonrpc.urls"))``: endpoint, documents, explorer."""

from django.urls import ResolverMatch, URLPattern, path
from django.urls.resolvers import RoutePattern
from django.utils.functional import cached_property

from .http.endpoint import endpoint
from .views import explorer, interface, openrpc


class _Root(URLPattern):
    """Matches only an empty rest of a path. All matches are the same, so one is cached.

    The resolver of the including URLconf creates its own match from it.
    """

    @cached_property
    def _match(self) -> ResolverMatch:
        return super().resolve("")  # type: ignore[return-value]

    def resolve(self, path: str) -> ResolverMatch | None:
        return None if path else self._match


_NAME = "adjax_rpc"

urlpatterns = [
    _Root(RoutePattern("", name=_NAME, is_endpoint=True), endpoint, name=_NAME),
    path("interface.js", interface, name="adjax_interface"),
    path("openrpc.json", openrpc, name="adjax_openrpc"),
    path("explorer", explorer, name="adjax_explorer"),
]
