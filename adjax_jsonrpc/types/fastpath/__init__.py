"""The fast path: generated code for values that already have the types of an annotation."""
