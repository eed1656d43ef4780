"""What a lesson shows of a real Envoy: its configuration, its logs, its counters."""
