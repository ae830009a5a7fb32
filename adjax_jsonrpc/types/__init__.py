"""Python types on the wire: annotation → codec, Python value ↔ JSON value with tags."""
