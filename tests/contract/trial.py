"""One annotation and its values before all judges."""

from __future__ import annotations

import contextlib
import copy
import json
import re
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from adjax_jsonrpc import RegistrationError
from tests.contract import typecheck
from tests.contract.annotations import Generator, Made, Type, smaller
from tests.contract.judges import FAILURES, RECEIVED, Ajv, Served
from tests.contract.kinds import differences, has_models
from tests.contract.typecheck import canon, canon_in_javascript, complaint
from tests.contract.values import (
    FromSchema,
    NoForm,
    NoValue,
    Values,
    Wires,
    beside,
    has_repeated_keys,
    is_exact_in_javascript,
    wrong,
)

DOCUMENTED_REFUSALS = ("the values of an Enum must be", "no value obeys both")
COMPARED = 12  # values that all kinds of models get
TEXTUAL = ("zoneinfo.", "ipaddress.", "pydantic.HttpUrl", "pydantic.AnyUrl", "Fraction", "complex")
# What is known to be wrong, and is not yet mended: a pattern of the source, kinds, and what it is.
KNOWN: list[tuple[str, str, str]] = []
UNTYPED = {"Any", "object", "dict", "list", "set", "tuple", "dict[str, Any]"}


PYTHON = re.compile(
    r"\b(None|True|False)\b|[{\[(]'|': |^'|datetime\.|Decimal\(|<class|Traceback|builtins\.| object at 0x"
)


def at_pointer(wire: Any, path: str) -> list[Any]:
    """Return what a JSON Pointer into the params leads to, and what it leads through."""
    found = [wire]
    for part in path.split("/")[2:]:
        part = part.replace("~1", "/").replace("~0", "~")
        inner = found[-1]
        if isinstance(inner, dict) and part in inner:
            found.append(inner[part])
        elif isinstance(inner, list) and part.isdigit() and int(part) < len(inner):
            found.append(inner[int(part)])
    return found


def is_tag(places: list[Any]) -> bool:
    return any(isinstance(each, dict) and "__type__" in each for each in places[-3:])


def has_large_float(wire: Any) -> bool:
    if isinstance(wire, dict):
        return any(map(has_large_float, wire.values()))
    if isinstance(wire, list):
        return any(map(has_large_float, wire))
    return isinstance(wire, float) and abs(wire) >= 2**53


def has_large_integer(wire: Any) -> bool:
    if isinstance(wire, dict):
        return any(map(has_large_integer, wire.values()))
    if isinstance(wire, list):
        return any(map(has_large_integer, wire))
    return isinstance(wire, int) and abs(wire) >= 2**53


@dataclass
class Fault:
    """A disagreement, with what shows it again."""

    kind: str
    detail: str
    source: str
    wire: Any = None
    type: Type | None = None
    seed: str = ""

    @property
    def known(self) -> str | None:
        """Name what is known to be wrong."""
        for source, kinds, reason in KNOWN:
            if re.search(source, self.source) and re.search(kinds, self.kind):
                return reason
        return None

    @property
    def text(self) -> str:
        lines = [f"== {self.kind}", self.source, f"JSON: {json.dumps(self.wire)}", self.detail]
        return "\n".join([*lines, f"seed: {self.seed}"])


@dataclass
class Case:
    """A value to judge; ``value`` is what must arrive, if that is known."""

    wire: Any
    value: Any = None
    must: bool = False


@dataclass
class Trial:
    """Judges one annotation."""

    type: Type
    seed: str
    ajv: Ajv | None = None
    examples: int = 20
    counts: Counter[str] = field(default_factory=Counter)
    twin: Served | None = None
    sent: list[tuple[Any, Any]] = field(default_factory=list)  # results, and what arrived

    def faults(self) -> list[Fault]:
        """Return all disagreements about one annotation."""
        made = Made(self.type)
        try:
            annotation = made.run()
        except Exception as error:
            self.counts["no annotation"] += 1
            self.counts[f"no annotation: {type(error).__name__}: {str(error)[:60]}"] += 1
            return []
        typecheck.CURRENT.append(made.module)
        try:
            return list(self._judge(made, annotation))
        except Exception as error:
            where = traceback.format_exc().splitlines()[-3].strip()
            return [self._fault(made, "the generator raises", f"{error!r} {where}")]
        finally:
            typecheck.CURRENT.pop()
            typecheck.members.cache_clear()
            made.forget()

    def _fault(self, made: Made, kind: str, detail: Any, wire: Any = None) -> Fault:
        return Fault(kind, str(detail), made.text, wire, self.type, self.seed)

    def _judge(self, made: Made, annotation: Any) -> Iterator[Fault]:
        try:
            served = Served(annotation, made.module.__name__)
        except RegistrationError as error:
            self.counts["refused"] += 1
            reason = str(error.args[0]) if error.args else ""
            if any(each in reason for each in DOCUMENTED_REFUSALS):
                self.counts["refused as documented"] += 1
                return
            yield self._fault(made, "refused at start-up", reason)
            return
        except Exception as error:
            yield self._fault(made, "exception at start-up", f"{type(error).__name__}: {error}")
            return
        self.counts["annotations"] += 1
        cases = self._cases(annotation, served)
        self.twin = self._make_twin(made)
        by_ajv: list[bool] | str | None = None
        if self.ajv is not None and is_exact_in_javascript(served.params_schema):
            by_ajv = self.ajv.judge(served.params_schema, [[each.wire] for each in cases])
            if isinstance(by_ajv, str):
                yield self._fault(made, "ajv does not compile", by_ajv)
                by_ajv = None
        for at, case in enumerate(cases):
            self.counts["examples"] += 1
            exact = is_exact_in_javascript(case.wire) and not has_large_float(case.wire)
            verdict = by_ajv[at] if by_ajv and exact else None
            for kind, detail in self._judge_case(annotation, served, case, verdict):
                yield self._fault(made, kind, detail, case.wire)
        if self.ajv is not None:
            yield from self._judge_javascript(made, served)
        yield from self._judge_wrong_results(made, served, cases)
        if has_models(self.type):
            self.counts["four kinds"] += 1
            for kind, detail, text, wire in differences(
                self.type, [each.wire for each in cases[:COMPARED]]
            ):
                yield Fault(kind, detail, text, wire, self.type, self.seed)

    def _make_twin(self, made: Made) -> Served | None:
        """Serve the same annotation without constraints and validators."""
        bare = Made(self.type, bare=True)
        if bare.text == made.text:
            return None
        try:
            annotation = bare.run()
            typecheck.CURRENT.append(bare.module)
            try:
                return Served(annotation, bare.module.__name__)
            finally:
                typecheck.CURRENT.pop()
        except Exception:
            return None  # told of another annotation
        finally:
            bare.forget()

    def _by_twin(self, annotation: Any, wire: Any) -> str | None:
        """Say which constraint the value breaks that arrives without constraints.

        ``"?"`` if no value arrives.
        """
        assert self.twin is not None
        self.twin.call([wire])
        if not self.twin.received:
            return "?"
        typecheck.BY_NAME[0] = True
        try:
            return complaint(annotation, self.twin.received[-1])
        finally:
            typecheck.BY_NAME[0] = False

    def _cases(self, annotation: Any, served: Served) -> list[Case]:
        rng = Random(self.seed)
        values, wires = Values(rng), Wires(rng)
        cases: list[Case] = []
        properties = served.params_schema
        from_schema = FromSchema(rng, served.params_schema)
        while len(cases) < self.examples:
            roll = rng.random()
            if roll < 0.4:
                try:
                    value = values.make(annotation)
                    wire = wires.write(annotation, value)
                    cases.append(Case(wire, value, True))
                    continue
                except (NoValue, NoForm) as error:
                    self.counts[type(error).__name__] += 1
            if roll < 0.65 or not cases:
                params = from_schema.make(properties)
                if isinstance(params, dict):
                    params = list(params.values())
                cases.append(Case(params[0] if params else None))
            else:
                cases.append(Case(beside(rng.choice(cases).wire, rng)))
        return cases

    def _judge_case(
        self, annotation: Any, served: Served, case: Case, by_ajv: bool | None
    ) -> Iterator[tuple[str, str]]:
        wire = case.wire
        valid = served.reference.is_valid([wire])
        if by_ajv is not None and by_ajv != valid:
            yield "ajv and jsonschema differ", f"jsonschema {valid}, ajv {by_ajv}"
        by_name = self.counts["examples"] % 3 == 0
        response = served.call({"value": wire} if by_name else [wire])
        error = response.get("error")
        arrived = served.received[-1] if served.received else None
        accepted = bool(served.received)
        verdicts = f"jsonschema {valid}, ajv {by_ajv}, gateway {json.dumps(error or 'accepts')}"
        if error and not accepted and error["code"] != -32602:
            yield "internal error", f"{verdicts}: {FAILURES.last}"
            return
        if accepted:
            self.counts["accepted"] += 1
        if error and error["code"] == -32602:
            yield from self._judge_errors(wire, error)
        if accepted and not valid and not has_large_float(wire):
            yield "accepted beside the schema", verdicts
        if not accepted:
            if case.must:
                yield "a right value is refused", f"{verdicts}; value {case.value!r}"
            elif valid:
                why = self._listed(annotation, wire, error["data"]["errors"])
                if why:
                    self.counts[f"listed: {why}"] += 1
                else:
                    yield "refused beside the schema", verdicts
            return
        if self.twin is not None and not self.has_choice and self._by_twin(annotation, wire):
            yield (
                "accepted though a constraint is broken",
                f"{self._by_twin(annotation, wire)}; {verdicts}",
            )
        found = complaint(annotation, arrived)
        if found:
            yield "arrives as another type", f"{found}; {verdicts}"
        if case.must and not self.has_choice and canon(arrived) != canon(case.value):
            yield "arrives as another value", f"{arrived!r} instead of {case.value!r}"
        yield from self._judge_result(served, response, arrived, wire)

    def _judge_errors(self, wire: Any, error: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """Whether a person can act on the errors."""
        errors = (error.get("data") or {}).get("errors")
        if not errors or len(errors) > 20:
            yield "errors are missing or too many", json.dumps(error)
            return
        for each in errors:
            message, path = each["message"], each["path"]
            if len(at_pointer(wire, path)) != max(1, len(path.split("/")) - 1):
                yield "the path of an error leads nowhere", json.dumps(each)
            if PYTHON.search(message):
                yield "an error shows Python", json.dumps(each)
            if len(message) > 300 or not message:
                yield "an error is long or empty", json.dumps(each)

    def _listed(self, annotation: Any, wire: Any, errors: list[dict[str, Any]]) -> str | None:
        """Name what docs/types.md lists, where the gateway refuses what the schema accepts."""
        if has_large_float(wire):
            return "a large number with a fraction or an exponent"
        if self.twin is not None and self._by_twin(annotation, wire) not in (None, "?"):
            return "a constraint on the value that arrives"
        if self.twin is not None and has_repeated_keys(wire):
            return "a constraint on a value whose key is there again"
        texts = {each.text for each in self.type.walk()}
        pointed = [at_pointer(wire, each["path"]) for each in errors]
        if texts & UNTYPED and all(map(is_tag, pointed)):
            return "a tag that is not well-formed, where any value is accepted"
        if any(each.startswith(TEXTUAL) for each in texts):
            return "a text that only its class can read"
        return None

    def _judge_javascript(self, made: Made, served: Served) -> Iterator[Fault]:
        """Send back what the client reads."""
        assert self.ajv is not None
        backs = self.ajv.back([result for result, _ in self.sent])
        for (result, arrived), back in zip(self.sent, backs, strict=True):
            self.counts["values through JavaScript"] += 1
            for kind, detail in self._judge_back(served, result, arrived, back):
                yield self._fault(made, kind, detail, result)

    def _judge_back(
        self, served: Served, result: Any, arrived: Any, answer: dict[str, Any]
    ) -> Iterator[tuple[str, str]]:
        if "error" in answer:
            yield "the client can't read or write a result", answer["error"]
            return
        back = json.loads(answer["text"])
        if back == result and not has_large_float(back):
            return  # it was sent back before
        response = served.call([back], bigint_tags=True)
        if not served.received:
            if '"datetime"' in json.dumps(result) or self.has_choice:
                self.counts["listed: a Date has no offset, a string no type"] += 1
                return
            yield (
                "what JavaScript sends back is refused",
                f"{answer['text']}: {json.dumps(response)}",
            )
            return
        before = canon_in_javascript(arrived)
        untyped = self.has_choice or {each.text for each in self.type.walk()} & UNTYPED
        if before is None or untyped:
            self.counts["listed: a Date has no offset, a string no type"] += 1
        elif canon_in_javascript(served.received[-1]) != before:
            detail = f"{served.received[-1]!r} instead of {arrived!r}"
            yield "what JavaScript sends back is another value", detail

    def _judge_wrong_results(
        self, made: Made, served: Served, cases: list[Case]
    ) -> Iterator[Fault]:
        """Return values that are wrong in one place: an error, or a result of the schema."""
        rng = Random(self.seed + "wrong")
        right = [each for each in cases if each.must]
        if not right:
            return
        served.call([right[0].wire])
        if not served.received:
            return
        wire = right[0].wire
        for number in range(self.examples // 4):
            value = wrong(rng.choice(right).value, rng)
            text = repr(value)[:300]
            served.returns = value
            try:
                response = served.call([wire], bigint_tags=number % 3 == 0)
            except Exception as error:
                yield self._fault(made, "a wrong result raises", f"{text}: {error!r}", wire)
                return
            finally:
                served.returns = RECEIVED
            self.counts["results beside"] += 1
            if "error" in response:
                if response["error"]["code"] != -32603:
                    yield self._fault(
                        made, "a wrong result is the caller's error", f"{text}: {response}"
                    )
                continue
            result = response["result"]
            if not served.result_reference.is_valid(result):
                yield self._fault(made, "a wrong result is sent", f"{text}: {json.dumps(result)}")
                continue
            self.counts["results beside that are sent"] += 1
            served.call([result])
            textual = any(each.text.startswith(TEXTUAL) for each in self.type.walk())
            if not served.received and not has_large_float(result) and not textual:
                yield self._fault(
                    made, "a sent result is refused as a parameter", f"{text}: {json.dumps(result)}"
                )

    @property
    def has_choice(self) -> bool:
        texts = "".join(each.text + each.source for each in self.type.walk())
        return "Union[" in texts or ("Optional[" in texts and "= None" in texts)

    def _judge_result(
        self, served: Served, response: dict[str, Any], arrived: Any, wire: Any
    ) -> Iterator[tuple[str, str]]:
        if "error" in response:
            yield "the result is not sent", f"{FAILURES.last}; returned {arrived!r}"
            return
        result = response["result"]
        if not served.result_reference.is_valid(result):
            yield "the result breaks its schema", json.dumps(result)
        before = canon(arrived)
        tagged = response
        if has_large_integer(result):
            tagged = served.call([wire], bigint_tags=True)
        if "error" in tagged or not served.result_reference.is_valid(tagged["result"]):
            yield "the result with bigint tags breaks its schema", json.dumps(tagged)
        elif tagged["result"] != result:
            self.counts["results with bigint tags"] += 1
            again = served.call([copy.deepcopy(tagged["result"])])
            if not served.received:
                yield (
                    "the result with bigint tags is refused as a parameter",
                    json.dumps([tagged["result"], again]),
                )
            elif canon(served.received[-1]) != before:
                yield (
                    "the result with bigint tags comes back as another value",
                    json.dumps(tagged["result"]),
                )
        if "error" not in tagged:
            self.sent.append((tagged["result"], arrived))
        again = served.call([copy.deepcopy(result)])
        if not served.received:
            yield (
                "the result is refused as a parameter",
                f"{json.dumps(result)}: {json.dumps(again)}",
            )
        elif canon(served.received[-1]) != before:
            yield (
                "the result comes back as another value",
                f"{json.dumps(result)}: {served.received[-1]!r} instead of {arrived!r}",
            )


def shrink(fault: Fault, ajv: Ajv | None, tries: int = 150) -> Fault:
    """Return the same kind of fault for the smallest annotation that is found."""
    best = fault
    assert best.type is not None
    changed = True
    while changed and tries > 0:
        changed = False
        assert best.type is not None
        for less in smaller(best.type):
            tries -= 1
            if tries <= 0:
                break
            found: list[Fault] = []
            for seed in (best.seed, best.seed + "+"):
                with contextlib.suppress(Exception):
                    found += Trial(less, seed, ajv, 60).faults()
            same = [each for each in found if each.kind == best.kind]
            if same:
                best = min(same, key=lambda each: len(json.dumps(each.wire)))
                changed = True
                break
    return best


def trials(seed: int, start: int = 0) -> Iterator[tuple[Type, str]]:
    """Return random annotations, each with the seed of its values."""
    index = start
    while True:
        own = f"{seed}:{index}"
        yield Generator(Random(own)).make(), own
        index += 1
