"""Manifests: read safely, checked, written out, and saved as a bundle."""
