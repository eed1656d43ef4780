"""From requirements to a design: every candidate is simulated, and each says why it fails."""
