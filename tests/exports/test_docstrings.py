"""Docstrings: the same facts in three styles, and prose that only looks like a section."""

from __future__ import annotations

from inspect import cleandoc

import pytest

from adjax_jsonrpc.exports import docstrings
from adjax_jsonrpc.exports.docstrings import Docstring


def parse(text):
    return docstrings.parse_docstring(cleandoc(text))


GOOGLE = """Order some items.

    Either all of them are ordered,
    or none.

    Args:
        items (list[Item]): What to order;
            at least one.
        express: Whether it is urgent: today, that is.
        **others: Anything else.

    Returns:
        Order: The order, as it
        was stored.

    Raises:
        OutOfStock: There is not enough.

    Prices include taxes.
    """

NUMPY = """Order some items.

    Either all of them are ordered,
    or none.

    Parameters
    ----------
    items : list of Item
        What to order;
        at least one.
    express : bool, optional
        Whether it is urgent: today, that is.
    **others
        Anything else.

    Returns
    -------
    Order
        The order, as it
        was stored.

    Raises
    ------
    OutOfStock
        There is not enough.

    Notes
    -----
    Prices include taxes.
    """

SPHINX = """Order some items.

    Either all of them are ordered,
    or none.

    :param items: What to order;
        at least one.
    :type items: list[Item]
    :param bool express: Whether it is urgent: today, that is.
    :param others: Anything else.
    :returns: The order, as it
        was stored.
    :rtype: Order
    :raises OutOfStock: There is not enough.

    Prices include taxes.
    """


@pytest.mark.parametrize("text", [GOOGLE, NUMPY, SPHINX], ids=["google", "numpy", "sphinx"])
def test_three_styles_say_the_same(text):
    found = parse(text)
    assert found.summary == "Order some items."
    assert found.description.startswith("Either all of them are ordered,\nor none.\n")
    assert found.description.endswith("Prices include taxes.")
    assert "OutOfStock" not in found.description
    assert found.parameters == {
        "items": "What to order; at least one.",
        "express": "Whether it is urgent: today, that is.",
        "others": "Anything else.",
    }
    assert found.returns == "The order, as it was stored."


def test_a_docstring_without_sections():
    assert parse("One line.") == Docstring("One line.")
    assert parse("") == Docstring()
    assert parse("A summary\n    on two lines.\n\n    More.") == Docstring(
        "A summary on two lines.", "More."
    )


def test_sections_may_come_first():
    assert parse("\n    Args:\n        a: First.") == Docstring(parameters={"a": "First."})
    assert parse(":param a: First.").parameters == {"a": "First."}


def test_two_numpy_names_share_a_text():
    found = parse("S.\n\nParameters\n----------\na, b : int\n    Both.\nc\n    Third.")
    assert found.parameters == {"a": "Both.", "b": "Both.", "c": "Third."}


def test_an_empty_line_inside_an_entry_does_not_end_it():
    found = parse("S.\n\nArgs:\n    a: First.\n\n        Second.\n    b: Third.\n\nEnd.")
    assert found.parameters == {"a": "First. Second.", "b": "Third."}
    assert found.description == "End."


@pytest.mark.parametrize(
    "text",
    [
        "Returns: the number of pieces.",
        "Arguments with Bob are settled here.",
        "Args:\nnot indented",
        ":see: the manual",
        "For one:\n\n    Args:\n        a: indented, so an example",
        "```\nArgs:\n    a: code\n```",
        "Example:\n    >>> f()",
        "12:30 is noon: nearly.",
    ],
)
def test_what_is_no_section_stays_prose(text):
    assert parse(f"S.\n\n{text}") == Docstring("S.", text.strip())


def test_returns_keep_a_colon_of_the_sentence():
    assert parse("S.\n\nReturns:\n    A pair: name and price.").returns == "A pair: name and price."
    assert parse("S.\n\nReturns:\n    dict[str, int]: By name.").returns == "By name."
    assert parse("S.\n\nReturns\n-------\nThe order.").returns == "The order."
