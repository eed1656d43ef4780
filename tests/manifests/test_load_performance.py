"""Reading costs at most twice what the loader alone costs, both measured in turns in one run."""

import gc
import statistics
import time

import pytest
import yaml

from aws_lb_sim.manifests.load import load_text

HOST = """\
apiVersion: getambassador.io/v3alpha1
kind: Host
metadata:
  name: host-{0}
  namespace: emissary
spec:
  hostname: host-{0}.example.com
  tlsSecret:
    name: tls-{0}
  requestPolicy:
    insecure:
      action: Redirect
"""
MAPPING = """\
apiVersion: getambassador.io/v3alpha1
kind: Mapping
metadata:
  name: mapping-{0}
  namespace: emissary
spec:
  hostname: host-{0}.example.com
  prefix: /
  service: http://upstream-{0}
  timeout_ms: 4000
"""
SMALL = """\
apiVersion: v1
kind: Service
metadata:
  name: emissary-ingress
  namespace: emissary
  annotations:
    service.beta.kubernetes.io/aws-load-balancer-type: "nlb"
    service.beta.kubernetes.io/aws-load-balancer-cross-zone-load-balancing-enabled: "true"
spec:
  type: LoadBalancer
  ports:
    - {name: http, port: 80, targetPort: 8080}
    - {name: https, port: 443, targetPort: 8443}
  selector:
    service: ambassador
---
apiVersion: getambassador.io/v3alpha1
kind: Listener
metadata:
  name: https
  namespace: emissary
spec:
  port: 8443
  protocolStack: [PROXY, TLS, HTTP, TCP]
  securityModel: XFP
  hostBinding:
    namespace:
      from: ALL
---
""" + "---\n".join([HOST.format(1), MAPPING.format(1)])
LARGE = "---\n".join([part.format(n) for part in (HOST, MAPPING) for n in range(1000)])


def seconds(function, text):
    start = time.perf_counter()
    function(text)
    return time.perf_counter() - start


def by_yaml(text):
    return list(yaml.load_all(text, yaml.CSafeLoader))


@pytest.mark.skipif(not hasattr(yaml, "CSafeLoader"), reason="the floor is libyaml's loader")
@pytest.mark.parametrize(("text", "rounds"), [(SMALL, 60), (LARGE, 5)], ids=["1 kB", "430 kB"])
def test_reading_costs_at_most_twice_the_loader(text, rounds):
    assert [document.data for document in load_text(text)] == by_yaml(text)
    gc.collect()
    ratios = [seconds(load_text, text) / seconds(by_yaml, text) for _ in range(rounds)]
    assert statistics.median(ratios) <= 2.0
