"""Four kinds of models with the same fields: one behaviour."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from adjax_jsonrpc import RegistrationError
from tests.contract import typecheck
from tests.contract.annotations import KINDS, Made, Type
from tests.contract.judges import Served
from tests.contract.typecheck import canon

SAME = ('pydantic:extra="forbid"', "msgspec:forbid_unknown_fields=True")
KEPT = {
    "generic", "validator", "dataclass:frozen=True", "attrs:frozen=True", "pydantic:frozen=True",
    "msgspec:frozen=True",
}  # fmt: skip


def comparable(type_: Type) -> Type:
    """Return the tree without what only one library has a word for."""
    fields = tuple(replace(each, alias=None, constraints=()) for each in type_.fields)
    options = type_.options
    if type_.kind in KINDS:
        options = (*(o for o in options if o in KEPT), *SAME)
    return replace(type_, fields=fields, options=options, parts=tuple(map(comparable, type_.parts)))


def has_models(type_: Type) -> bool:
    kinds = {each.kind for each in type_.walk()}
    sources = "".join(each.source for each in type_.walk())
    return (
        bool(kinds & set(KINDS)) and "({0}" not in sources and "Annotated[Union" not in type_.text
    )


def _sorted_sets(wire: Any) -> Any:
    if isinstance(wire, list):
        return [_sorted_sets(each) for each in wire]
    if not isinstance(wire, dict):
        return wire
    made = {key: _sorted_sets(each) for key, each in wire.items()}
    if made.get("__type__") in ("set", "map") and isinstance(made.get("value"), list):
        made["value"] = sorted(made["value"], key=json.dumps)
    return made


def _outcome(served: Served | str, wire: Any) -> dict[str, str]:
    if isinstance(served, str):
        return {"verdict": served}
    response = served.call([wire])
    if "error" in response:
        errors = (response["error"].get("data") or {}).get("errors") or []
        paths = sorted({each["path"] for each in errors})
        return {"verdict": str(response["error"]["code"]), "paths": json.dumps(paths)}
    return {
        "verdict": "accepted",
        "arrives": re.sub(r"\[[^\]\[()]*\]", "", repr(canon(served.received[-1]))),
        "result": json.dumps(_sorted_sets(response["result"]), sort_keys=True),
    }


def differences(type_: Type, wires: list[Any]) -> Iterator[tuple[str, str, str, Any]]:
    """Yield (what differs, how, source, JSON) for a tree whose models are of all four kinds."""
    type_ = comparable(type_)
    made = {kind: Made(type_, kind) for kind in KINDS}
    served: dict[str, Served | str] = {}
    try:
        for kind, each in made.items():
            try:
                annotation = each.run()
            except Exception:
                continue  # the library knows no such model
            typecheck.CURRENT.append(each.module)
            try:
                served[kind] = Served(annotation, each.module.__name__)
            except RegistrationError:
                served[kind] = "refused at start-up"
            except Exception as error:
                served[kind] = f"exception at start-up: {type(error).__name__}"
            finally:
                typecheck.CURRENT.pop()
        if len(served) < 2:
            return
        for wire in wires:
            outcomes = {kind: _outcome(each, wire) for kind, each in served.items()}
            for what in ("verdict", "paths", "arrives", "result"):
                found = {kind: each[what] for kind, each in outcomes.items() if what in each}
                if len(set(found.values())) > 1:
                    text = made[next(iter(found))].text
                    yield f"four kinds, {what}", json.dumps(found, indent=1), text, wire
                    break
    finally:
        for each in made.values():
            each.forget()
