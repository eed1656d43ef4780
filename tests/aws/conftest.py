"""Documents as the loader gives them."""

from __future__ import annotations

import pytest

from aws_lb_sim.manifests.document import Document

PREFIX = "service.beta.kubernetes.io/aws-load-balancer-"
TWO_PORTS = (
    {"name": "http", "port": 80, "targetPort": 8080, "nodePort": 31080},
    {"name": "https", "port": 443, "targetPort": 8443, "nodePort": 31443},
)


@pytest.fixture
def service():
    """Build a Service of type LoadBalancer from annotation suffixes and fields of its spec."""

    def make(annotations=None, *, ports=TWO_PORTS, name="emissary-ingress", **spec):
        keyed = {PREFIX + key: value for key, value in (annotations or {}).items()}
        return Document(
            data={
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {"name": name, "namespace": "emissary", "annotations": keyed},
                "spec": {"type": "LoadBalancer", "ports": [dict(p) for p in ports], **spec},
            }
        )

    return make


@pytest.fixture
def node_port(service):
    """Build a Service of type NodePort."""
    return lambda **spec: service(type="NodePort", **spec)
