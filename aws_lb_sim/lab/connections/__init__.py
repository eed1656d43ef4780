"""Single connections to Emissary's pod, as `receive` takes them, on a real Envoy."""
