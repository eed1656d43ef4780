"""Envoy: a typed description of its listeners, and what it does with a connection."""
