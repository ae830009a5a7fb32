"""A change between two exports, and the rules that say whether it breaks a caller."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from .typing import Json

PARAMS, RESULT = "params", "result"

RULES: dict[str, tuple[bool, bool]] = {
    "method-removed": (True, True),
    "method-added": (False, False),
    "alternative-removed": (True, False),
    "alternative-added": (False, True),
    "value-removed": (True, False),
    "value-added": (False, True),
    "member-removed": (True, True),
    "member-added": (False, False),
    "required-member-added": (True, False),
    "member-became-required": (True, False),
    "member-became-optional": (False, True),
    "others-refused": (True, False),
    "others-allowed": (False, False),
    "position-changed": (True, True),
    "item-removed": (True, True),
    "item-added": (False, True),
    "bound-tightened": (True, False),
    "bound-loosened": (False, True),
    "constraint-added": (True, False),
    "constraint-removed": (False, True),
    "constraint-changed": (True, True),
    "description-changed": (False, False),
}
"""Whether each kind of change breaks a caller: in params, in a result."""


@dataclass(frozen=True)
class Change:
    """One change: ``path`` is the place in the params or result, ``*`` any item or member."""

    method: str
    part: str
    path: str
    rule: str
    message: str

    @property
    def breaking(self) -> bool:
        """Whether a caller who did everything right before may fail now."""
        return RULES[self.rule][self.part == RESULT]

    def as_json(self) -> dict[str, Json]:
        """Give the change as JSON."""
        return {**asdict(self), "breaking": self.breaking}

    def __str__(self) -> str:
        verdict = "breaking" if self.breaking else "fine"
        return f"{verdict:8}  {self.part} {self.path}  {self.rule}: {self.message}"
