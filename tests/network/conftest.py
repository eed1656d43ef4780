"""Load balancers of one listener, and the way through their boxes."""

from __future__ import annotations

import pytest

from aws_lb_sim.aws.load_balancer import (
    ForwardAction,
    LoadBalancer,
    LoadBalancerListener,
    TargetGroup,
)
from aws_lb_sim.network.addresses import Addresses
from aws_lb_sim.network.box import Answer
from aws_lb_sim.network.client import open_url
from aws_lb_sim.network.path import build_path

FRONT = {"https": 443, "wss": 443, "http": 80, "ws": 80}


@pytest.fixture
def make():
    """Build a load balancer of one listener."""

    def build(kind, front, back, *, port=443, attributes=None, alpn="None", **group):
        group.setdefault("pod_port", 8443)
        if group.get("target_type", "instance") == "instance":
            group.setdefault("node_port", 31443)
        listener = LoadBalancerListener(
            port=port,
            protocol=front,
            alpn_policy=alpn,
            action=ForwardAction(target_group=TargetGroup(protocol=back, **group)),
        )
        return LoadBalancer(
            kind=kind,
            listeners=(listener,),
            attributes=attributes or {},
            provisioned_by="aws",
        )

    return build


@pytest.fixture
def send():
    """Send a URL through the boxes; return what each did, by name, and the last of it."""

    def through(load_balancer, url="https://shop.example.com/", *, in_front=(), **options):
        addresses = options.pop("addresses", Addresses())
        path = build_path(
            load_balancer, addresses, in_front, without_pod=options.pop("without_pod", False)
        )
        payload = options.pop("payload", ...)
        client = options.setdefault("client", "203.0.113.7")
        opening = open_url(url, destination=path.destination(client), **options)
        connection = opening.connection
        payload = opening.request if payload is ... else payload
        entry = path.entry(connection.destination_port)
        done = {}
        result = None
        for reached, (name, box) in enumerate(entry.boxes):
            result = done[name] = box(connection, payload)
            if isinstance(result, Answer):
                return entry.back_to_client(result, reached), done
            connection, payload = result.connection, result.payload
        return result, done

    return through
