"""How to mend what is wrong on the load balancer's side and on Emissary's, in exact words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.findings.hops import appended
from aws_lb_sim.findings.places import ignores_remote_address, listener_at, named_listener
from aws_lb_sim.findings.ways_in import WayIn, ways_in
from aws_lb_sim.network.addresses import same_family

if TYPE_CHECKING:
    from aws_lb_sim.aws.load_balancer import LoadBalancer, TargetGroup
    from aws_lb_sim.cluster import Cluster

__all__ = [
    "CONTROLLERS",
    "HTTPS_PORT",
    "PREFIX",
    "expect_proxy",
    "expect_proxy_everywhere",
    "expect_proxy_not",
    "mend_client_address",
    "mend_depth",
    "mend_forwarded",
    "new_listener",
    "send_proxy",
    "set_target_attribute",
]

PREFIX = "service.beta.kubernetes.io/aws-load-balancer-"
HTTPS_PORT = 443
CONTROLLERS = ("cloud-provider-aws", "aws-load-balancer-controller")
_WITHOUT_TLS = ("PROXY", "HTTP", "TCP")


def expect_proxy(cluster: Cluster, port: int) -> str:
    """Say how Emissary is told to expect a PROXY header on a pod port."""
    if not cluster.compiled.release.has_listeners:
        return "set use_proxy_proto: true in the config of the Module named ambassador"
    resource = listener_at(cluster, port)
    stack = resource.stack if resource else _WITHOUT_TLS
    wanted = ["PROXY", *(each for each in stack if each != "PROXY")]
    listed = ", ".join(wanted)
    return f"in {named_listener(cluster, port)} put protocolStack: [{listed}] in place of protocol"


def expect_proxy_everywhere(cluster: Cluster, port: int | None = None) -> str:
    """Say it for every pod port that is reached: the header comes on all of them, or on none."""
    if not cluster.compiled.release.has_listeners:
        return expect_proxy(cluster, port or 0)
    ports = [] if port is None else [port]
    for way in ways_in(cluster):
        reached = way.arriving.connection.destination_port
        if way.listener.protocol in ("HTTP", "HTTPS"):
            continue  # these send none
        if way.envoy is not None and "proxy_protocol" not in way.envoy.listener_filters:
            ports.append(reached)
    return "; ".join(expect_proxy(cluster, each) for each in dict.fromkeys(ports))


def expect_proxy_not(cluster: Cluster, port: int) -> str:
    """Say how Emissary is told to expect no PROXY header on a pod port."""
    if not cluster.compiled.release.has_listeners:
        return "set use_proxy_proto: false in the config of the Module named ambassador"
    resource = listener_at(cluster, port)
    protocol = "HTTPS" if resource and "TLS" in resource.stack else "HTTP"
    return f"in {named_listener(cluster, port)} put protocol: {protocol} in place of protocolStack"


def send_proxy(cluster: Cluster, load_balancer: LoadBalancer) -> str:
    """Say how a layer 4 load balancer is made to send PROXY headers."""
    made_by = load_balancer.provisioned_by
    if load_balancer.kind == "classic":
        if made_by == "cloud-provider-aws":
            return f'annotate the Service: {PREFIX}proxy-protocol: "*"'
        return "attach a policy of type ProxyProtocolPolicyType to its instance ports"
    if made_by == "aws-load-balancer-controller":
        return f'annotate the Service: {PREFIX}proxy-protocol: "*"'
    return set_target_attribute(cluster, load_balancer, "proxy_protocol_v2.enabled=true")


def set_target_attribute(cluster: Cluster, load_balancer: LoadBalancer, attribute: str) -> str:
    """Say how an attribute is set on an NLB's target groups, by who made them."""
    made_by = load_balancer.provisioned_by
    key, _, value = attribute.partition("=")
    if made_by in CONTROLLERS:
        name = f"{PREFIX}target-group-attributes"
        kept = [
            pair.strip()
            for pair in _annotation(cluster, load_balancer, name).split(",")
            if pair.strip() and not pair.strip().startswith(f"{key}=")
        ]
        return f'annotate the Service: {name}: "{",".join([*kept, attribute])}"'
    if made_by == "cloudformation":
        return f'in its TargetGroupAttributes put Key: {key}, Value: "{value}"'
    return (
        "run aws elbv2 modify-target-group-attributes --target-group-arn ARN "
        f"--attributes Key={key},Value={value}"
    )


def _annotation(cluster: Cluster, load_balancer: LoadBalancer, name: str) -> str:
    """Return what the Service already says, so that nothing of it is lost."""
    for document in cluster.documents:
        if document.kind == "Service" and document.where() == load_balancer.where:
            annotations = (document.data.get("metadata") or {}).get("annotations") or {}
            return str(annotations.get(name, ""))
    return ""


def new_listener(way: WayIn) -> str:
    """Say which Listener takes what comes in on a way."""
    connection = way.arriving.connection
    ends_tls = way.opens_tls or (way.listener.protocol == "TCP" and way.port == HTTPS_PORT)
    stack = [
        *(["PROXY"] if connection.proxy else []),
        *(["TLS"] if ends_tls else []),
        "HTTP",
        "TCP",
    ]
    proxies = appended(way.exchange)
    depth = f"l7Depth: {proxies}, " if proxies else ""
    return (
        f"add a Listener with port: {connection.destination_port}, protocolStack: "
        f"[{', '.join(stack)}], securityModel: XFP, {depth}"
        "hostBinding: {namespace: {from: ALL}}"
    )


def mend_depth(cluster: Cluster, port: int, proxies: int) -> str:
    """Say how Emissary is told how many L7 proxies append to X-Forwarded-For."""
    release = cluster.compiled.release
    if not release.has_listeners:
        setting = f"set xff_num_trusted_hops: {proxies} in the Module"
    else:
        setting = f"set l7Depth: {proxies} in {named_listener(cluster, port)}"
    if ignores_remote_address(cluster):
        setting += ", and remove use_remote_address: false from the Module"
    return setting


def _pass_tls(cluster: Cluster, load_balancer: LoadBalancer) -> str:
    """Say how a Classic ELB comes to pass TLS through, where it could send no PROXY header."""
    if all("SSL" not in {way.listener.protocol} & {way.group.protocol} for way in ways_in(cluster)):
        return ""
    by_service = load_balancer.provisioned_by in CONTROLLERS
    how = f"remove {PREFIX}ssl-cert" if by_service else "make its SSL listeners TCP listeners"
    return f"{how} (from SSL to SSL a Classic ELB sends no PROXY header; TLS then passes through); "


def mend_forwarded(cluster: Cluster, port: int, proxies: int) -> str:
    """Say how Emissary and an ALB, if there is one, agree on X-Forwarded-For.

    Parameters
    ----------
    cluster
        With its load balancer.
    port
        Of the pod.
    proxies
        How many wrote an entry that arrived at Emissary.
    """
    load_balancer = cluster.load_balancer
    attributes = load_balancer.attributes if load_balancer is not None else {}
    mode = "routing.http.xff_header_processing.mode"
    if not proxies and attributes.get(mode, "append") != "append":
        depth = mend_depth(cluster, port, 1 + len(cluster.in_front))
        return f"set {mode}=append on the ALB, and {depth}"
    if attributes.get("routing.http.xff_client_port.enabled") == "true":
        return "set routing.http.xff_client_port.enabled=false on the ALB"
    return mend_depth(cluster, port, proxies)


def mend_client_address(cluster: Cluster, group: TargetGroup | None, port: int, client: str) -> str:
    """Say how the client's address gets through a load balancer that adds no header.

    Parameters
    ----------
    cluster
        With its Listeners.
    group
        The target group on the way, as far as there is one.
    port
        Of the pod.
    client
        The client's address.
    """
    load_balancer = cluster.load_balancer
    if load_balancer is None or group is None:
        return ""
    expect = expect_proxy_everywhere(cluster, port)
    if group.proxy_protocol:
        return expect
    proxy = f"{send_proxy(cluster, load_balancer)}; {expect}"
    if load_balancer.kind != "nlb":
        return f"{_pass_tls(cluster, load_balancer)}{proxy}"
    by_node = group.target_type == "instance"
    preserve = []
    if by_node and group.external_traffic_policy == "Cluster":
        preserve.append("set externalTrafficPolicy: Local in the Service")
    # An address of the other IP family cannot be kept.
    keeps = same_family(client, cluster.addresses.pod)
    if not group.preserve_client_ip:
        attribute = "preserve_client_ip.enabled=true"
        preserve.append(set_target_attribute(cluster, load_balancer, attribute))
    if by_node and group.external_traffic_policy == "Local":
        # PROXY headers under Local would break kube-proxy's health check.
        if preserve and keeps:
            return preserve[0]
        return f"{proxy}; set externalTrafficPolicy: Cluster in the Service"
    if not preserve or not keeps:
        return proxy
    return f"{proxy}; or, without PROXY protocol, {', and '.join(preserve)}"
