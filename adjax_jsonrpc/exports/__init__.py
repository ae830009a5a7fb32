"""Documents about methods: JSON Schema files, OpenRPC, TypeScript, and changes between exports."""
