"""The same description on a real Envoy, on loopback, set beside the prediction."""
