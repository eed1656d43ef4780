"""Running a real Envoy: the process, its configuration, and what it needs on this machine."""
