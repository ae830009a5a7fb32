"""Calls: one body of Requests becomes one body of Responses."""
