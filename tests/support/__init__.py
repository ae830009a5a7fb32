"""What tests share: calls in one line, servers, databases, strategies, the tools of node."""
