"""The common description of all models: their members on the wire, and how one is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from ..._types import Json

MISSING: Final = object()
"""The default of a field that has none, or whose default is made for each instance."""

Construct: TypeAlias = Callable[[dict[str, Any]], Any]
"""Members by their names in params, decoded → instance. Raises ``WireError``."""
Form: TypeAlias = Callable[[Any], Any]
"""Instance → what is sent instead of it: its members by their names, not yet encoded."""


@dataclass(frozen=True)
class Field:
    """A field of a model.

    - ``name``: the attribute of an instance.
    - ``annotation``: its type, with metadata. ``result_annotation`` if results have another one.
    - ``accepts``: the names of the member in params. The first that is there counts. Empty if the
      field is no parameter.
    - ``sends``: the name of the member in results, ``None`` if it is not sent.
    - ``required``: whether params must have the member. ``always_sent``: whether results have it.
    - ``keywords``: further keywords of its JSON Schema, such as a description.
    - ``params_schema``: the JSON Schema of params if the library decodes the field itself;
      ``result_schema`` that of results if the library encodes it.
    """

    name: str
    annotation: Any
    accepts: tuple[str, ...]
    sends: str | None
    required: bool
    always_sent: bool = True
    default: Any = MISSING
    keywords: Mapping[str, Json] = field(default_factory=dict)
    result_annotation: Any = MISSING
    params_schema: Callable[[], dict[str, Any]] | None = None
    result_schema: Callable[[], dict[str, Any]] | None = None

    @property
    def annotation_in_results(self) -> Any:
        """The annotation of the member in results."""
        return self.annotation if self.result_annotation is MISSING else self.result_annotation


@dataclass(frozen=True)
class Model:
    """A class with fields.

    - ``construct`` makes an instance. ``form`` returns the members of an instance, and raises
      ``AttributeError`` if a field was not set.
    - ``others``: what happens to members that are no fields; ``others_annotation`` is their type.
    - ``constant``: the name and the value of a member that tells the class, as in msgspec's
      ``tag=``.
    - ``is_array``: whether the wire form is an array of the fields in this order.
    - ``is_root``: whether the wire form is that of the only field.
    - ``from_attributes``: makes an instance of an object with the same attributes.
    - ``own_schema``: the JSON Schema of results if the library encodes the whole instance itself.
    - ``is_called``: whether an instance is made by a call with all members by name.
    - ``has_dict``: whether the ``__dict__`` of an instance has just the fields.
    - ``has_plain_members``: whether ``form`` only reads the attributes.
    """

    cls: Any
    fields: tuple[Field, ...]
    construct: Construct
    form: Form
    others: Literal["refused", "ignored", "kept"] = "refused"
    others_annotation: Any = Any
    constant: tuple[str, Json] | None = None
    is_array: bool = False
    is_root: bool = False
    from_attributes: Callable[[Any], Any] | None = None
    own_schema: Callable[[], dict[str, Any]] | None = None
    has_plain_members: bool = True
    is_called: bool = False
    has_dict: bool = False

    @property
    def sent(self) -> list[tuple[Field, str]]:
        """The fields that are sent, with their names in results."""
        return [(each, each.sends) for each in self.fields if each.sends is not None]


def read_members(sent: list[tuple[str, str]]) -> Form:
    """Return the function that reads attributes: pairs of an attribute and its name in results."""
    return lambda instance: {wire_name: getattr(instance, name) for name, wire_name in sent}
