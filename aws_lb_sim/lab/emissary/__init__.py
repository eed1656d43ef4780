"""Emissary's Envoy: what its resources compile to, written out as a real configuration."""
