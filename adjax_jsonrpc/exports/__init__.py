"""Documents made of methods: JSON Schema files, OpenRPC, TypeScript, and their differences."""
