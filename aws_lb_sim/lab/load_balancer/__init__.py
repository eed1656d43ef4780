"""The load balancer's side, played by a real Envoy: configured as AWS documents each kind."""
