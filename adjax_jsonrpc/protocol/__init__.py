"""What travels: strict JSON, Requests and Responses, and the tag of tagged values."""
