"""One method a policy, synchronous and asynchronous; each notes the keys that it ran for."""

from __future__ import annotations

from asyncio import CancelledError

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


def reads_session(request, params) -> bool:
    return request.session.get("basket") == "never"


def fails(request, params) -> bool:
    raise CancelledError("of a task that access= has waited for")


# Further ways to be refused by a hidden method, for everybody.
HIDDEN = {
    "hidden_session": {"access": reads_session},
    "hidden_fails": {"access": fails},
    "hidden_seldom": {"access": refuse, "throttle": "1/min"},
    "hidden_often": {"access": refuse, "throttle": False},
    "hidden_once": {"permission": "auth.view_group", "idempotent": "Idempotency-Key"},
    "hidden_apart": {"access": refuse, "atomic": False},
}

for _name, _options in {**POLICIES, **HIDDEN}.items():
    _register(_name, {**_options, "hidden": True} if _name in HIDDEN else _options)


@registry.register(login_required=False)
def sign_in(request, name: str) -> None:
    login(request, get_user_model().objects.get(username=name))
