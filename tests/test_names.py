"""The tests' own names: a person can read them, and every process collects the same ones."""

from __future__ import annotations


def test_ids_of_parameters_are_short_and_say_no_address(request):
    for item in request.session.items:
        _, _, parameters = item.nodeid.partition("[")
        assert len(parameters) <= 100, item.nodeid
        assert " at 0x" not in parameters, item.nodeid
        assert parameters.isprintable() or not parameters, item.nodeid
