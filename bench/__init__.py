"""How fast the gateway is, beside a bare Django view and the libraries of the field."""
