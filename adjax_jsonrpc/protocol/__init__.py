"""The JSON-RPC 2.0 protocol: strict JSON, Requests and Responses, the tag of tagged values."""
