"""Emissary-ingress: manifests → a description of Envoy's listeners, by version."""
