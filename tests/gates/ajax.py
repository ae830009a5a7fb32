"""One method a policy, synchronous and asynchronous; each notes the keys that it ran for."""

from __future__ import annotations

from django.contrib.auth import get_user_model, login

from adjax_jsonrpc import registry

ran: list[str] = []


def allow(request, params) -> bool:
    return True


def refuse(request, params) -> bool:
    return False


def knows(request, params) -> bool:
    return params["key"].endswith("!") and params["note"] == "by default"


POLICIES = {
    "silent": {},
    "open": {"login_required": False},
    "login": {"login_required": True},
    "one": {"permission": "auth.add_user"},
    "two": {"permission": ["auth.add_user", "auth.delete_user"]},
    "yes": {"access": allow},
    "no": {"access": refuse},
    "both": {"access": [knows, refuse]},
    "login_yes": {"login_required": True, "access": [allow, knows]},
    "login_no": {"login_required": True, "access": refuse},
    "hidden_login": {"login_required": True, "hidden": True},
    "hidden_one": {"permission": "auth.add_user", "hidden": True},
    "hidden_no": {"access": refuse, "hidden": True},
}


def _register(name: str, options: dict) -> None:
    @registry.register(name=f"gates.{name}", **options)
    def method(request, key: str, note: str = "by default") -> str:
        ran.append(key)
        return request.user.get_username()

    @registry.register(name=f"gates.later_{name}", **options)
    async def later(request, key: str, note: str = "by default") -> str:
        ran.append(key)
        return (await request.auser()).get_username()


for _name, _options in POLICIES.items():
    _register(_name, _options)


@registry.register(login_required=False)
def sign_in(request, name: str) -> None:
    login(request, get_user_model().objects.get(username=name))
