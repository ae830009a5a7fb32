"""Generated code that accepts and encodes values that are already what an annotation says."""
