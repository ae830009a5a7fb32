"""An app whose methods have one parameter of each shape."""
