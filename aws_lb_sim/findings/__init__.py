"""Hazards of manifests and flows: what is wrong, what comes of it, and how to mend it."""
