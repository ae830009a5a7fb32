"""What Sentry is sent; test_exceptions.py runs this module in a process of its own."""

# ruff: noqa: F811 - fixtures are parameters of the same name
from __future__ import annotations

import pytest
import sentry_sdk
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.transport import Transport

from tests.integration.test_exceptions import FAULTS, call  # noqa: F401 - a fixture
from tests.shapes.awkward import FAILURES


@pytest.fixture
def events():
    """What Sentry would be sent."""
    sent = []

    class Listed(Transport):
        def capture_envelope(self, envelope):
            sent.append(envelope.get_event())

    integrations = [DjangoIntegration(), LoggingIntegration()]
    sentry_sdk.init(
        dsn="http://key@127.0.0.1/1",
        transport=Listed,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=integrations,
    )
    yield sent
    sentry_sdk.init(default_integrations=False, auto_enabling_integrations=False)


@pytest.mark.parametrize("fault", FAULTS)
def test_sentry_has_one_event_for_each_internal_error(call, fault, events):
    call(*fault)
    (event,) = events
    (exception,) = event["exception"]["values"]
    assert exception["type"] in ("ValueError", "WireError")


@pytest.mark.parametrize("how", FAILURES)
def test_sentry_may_meet_every_failure(call, how, events):
    """Some it can't tell of: it reads texts that raise, or that leave."""
    assert call("shapes.breaks", how)["code"] == -32603
    assert len(events) <= 1


def test_sentry_has_none_for_an_error_for_the_caller(call, events):
    call("shapes.fail", "rpc")
    call("shapes.add", "one")
    assert not events


def test_sentry_does_not_see_the_arguments_beside_the_method(call, events):
    call("shapes.fail", "value")
    frames = events[0]["exception"]["values"][0]["stacktrace"]["frames"]
    assert [each["function"] for each in frames] == ["internal_error", "fail"]
