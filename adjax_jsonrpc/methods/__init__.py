"""Functions as methods: registered by name, with their signatures and options."""
