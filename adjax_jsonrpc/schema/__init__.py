"""JSON Schema: validate values, and explain what is wrong with them."""
