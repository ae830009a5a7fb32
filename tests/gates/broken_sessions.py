"""A session engine whose store is away."""

from django.contrib.sessions.backends.base import SessionBase
from django.db import OperationalError


class SessionStore(SessionBase):
    def load(self):
        raise OperationalError("the store of sessions is away: a secret")

    def save(self, must_create=False):
        self.load()
