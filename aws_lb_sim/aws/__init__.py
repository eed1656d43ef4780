"""AWS load balancers: read from manifests, templates and AWS's own output."""
