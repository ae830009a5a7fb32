"""Models: dataclasses and the classes of attrs, msgspec and pydantic, described in one form."""
