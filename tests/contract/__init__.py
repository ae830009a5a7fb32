"""Random annotations against random JSON: what is exported, enforced and passed on must agree.

- ``annotations``: random annotations, as source text that a user could have written
- ``values``: Python values of an annotation, their JSON forms, and JSON beside them
- ``typecheck``: whether a Python value is of an annotation, by the documentation of its library
- ``judges``: jsonschema, ajv in node, and the gateway
- ``trial``: one annotation and its values before all judges
- ``__main__``: many trials; ``python -m tests.contract --examples 200000 --seed 1``

Nothing here but ``judges`` knows the package.
"""
