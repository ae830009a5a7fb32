"""Made-up params: those called valid are accepted, those called invalid are refused."""

import pytest
from hypothesis import HealthCheck, given, settings

from adjax_jsonrpc.errors import InvalidParamsError
from adjax_jsonrpc.methods.registry import registry
from adjax_jsonrpc.testing import UnknownMethodError
from adjax_jsonrpc.testing.strategies import invalid_params, valid_params
from tests.support.examples import examples

# The params of wait_for_release wait for another call while they are decoded.
NAMES = sorted(
    {name for name in registry.methods if name.startswith("shapes.")} - {"shapes.wait_for_release"}
)
_few = settings(max_examples=examples(20), suppress_health_check=list(HealthCheck), deadline=None)


@pytest.mark.parametrize("name", NAMES)
def test_valid_params_are_accepted_and_invalid_ones_refused(name):
    signature = registry.methods[name].signature

    @_few
    @given(valid_params(name), invalid_params(name))
    def judge(valid, invalid):
        signature.bind(valid, tags=True)
        with pytest.raises(InvalidParamsError):
            signature.bind(invalid, tags=True)

    judge()


def test_an_unknown_method_names_the_nearest():
    with pytest.raises(UnknownMethodError, match=r"shapes\.add"):
        valid_params("shapes.adds")
