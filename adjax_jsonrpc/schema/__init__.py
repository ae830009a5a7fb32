"""JSON Schema: validate values, and explain validation errors."""
