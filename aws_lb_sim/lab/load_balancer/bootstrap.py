"""A load balancer, and what stands in front of it, as the configuration of a real Envoy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from aws_lb_sim.aws.load_balancer import ForwardAction
from aws_lb_sim.lab.envoy.configuration import TYPE, access_log, bootstrap, end_tls, socket_address
from aws_lb_sim.lab.load_balancer.http import Script, connection_manager, refusing_manager
from aws_lb_sim.lab.load_balancer.routes import forward, listener_routes
from aws_lb_sim.lab.load_balancer.streams import stream_chains
from aws_lb_sim.lab.load_balancer.upstreams import Upstream, write_upstream
from aws_lb_sim.lab.load_balancer.wiring import Wiring, listening_port, source_of, target_of
from aws_lb_sim.network.alb_headers import EXAMPLE_TRACE_ID, HeaderSettings
from aws_lb_sim.network.cloudfront import EXAMPLE_ID, EXAMPLE_VIA, PORTS
from aws_lb_sim.network.path import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aws_lb_sim.aws.load_balancer import LoadBalancer, LoadBalancerListener, TargetGroup
    from aws_lb_sim.lab.envoy.configuration import Json

__all__ = ["listening_places", "write_load_balancer"]

_PROXY_PROTOCOL = {
    "name": "envoy.filters.listener.proxy_protocol",
    "typed_config": {"@type": f"{TYPE}filters.listener.proxy_protocol.v3.ProxyProtocol"},
}
_TLS_INSPECTOR = {
    "name": "envoy.filters.listener.tls_inspector",
    "typed_config": {"@type": f"{TYPE}filters.listener.tls_inspector.v3.TlsInspector"},
}
# Headers that CloudFront removes: the rules in aws_lb_sim/network/cloudfront.py.
_REMOVED_BY_CLOUDFRONT = (
    "x-forwarded-proto x-real-ip expect te trailer "
    "proxy-authenticate proxy-authorization proxy-connection"
)


def write_load_balancer(
    load_balancer: LoadBalancer, in_front: Sequence[str], wiring: Wiring
) -> Json:
    """Write the bootstrap of the Envoy that plays everything before Emissary.

    The outermost proxy is told the client's address by a PROXY header of the lab's own; the
    proxies behind it see real connections.

    Parameters
    ----------
    load_balancer
        As AWS holds it.
    in_front
        Proxies in front of it, outermost first.
    wiring
        Places on this machine.

    Returns
    -------
    dict
        JSON of envoy.config.bootstrap.v3.Bootstrap.

    Examples
    --------
    >>> from aws_lb_sim.aws.load_balancer import (
    ...     LoadBalancer, LoadBalancerListener, TargetGroup)
    >>> from aws_lb_sim.lab.envoy.certificates import Certificate
    >>> from aws_lb_sim.network.addresses import Addresses
    >>> group = TargetGroup(protocol="TCP", pod_port=8443, node_port=31443)
    >>> listener = LoadBalancerListener(
    ...     port=443, protocol="TCP", action=ForwardAction(target_group=group)
    ... )
    >>> made = LoadBalancer(kind="nlb", listeners=(listener,), provisioned_by="aws")
    >>> none = Certificate(chain="", private_key="")
    >>> places = Addresses()
    >>> wiring = Wiring(
    ...     addresses=places, client=places.client, admin="@lab", certificate=none
    ... )
    >>> written = write_load_balancer(made, (), wiring)
    >>> [each["name"] for each in written["static_resources"]["listeners"]]
    ['load-balancer:443']
    """
    writer = _Writer(wiring)
    for number, _ in enumerate(in_front):
        writer.cloudfront(number, last=number == len(in_front) - 1)
    own = wiring.addresses.load_balancer
    for listener in load_balancer.listeners:
        writer.listener(load_balancer, listener, own, told=not in_front)
    resources = {"listeners": writer.listeners, "clusters": writer.clusters}
    return bootstrap(wiring.admin, resources)


def listening_places(written: Json) -> frozenset[str]:
    """Return ``address:port`` of every listener of a bootstrap.

    Examples
    --------
    >>> listening_places({"static_resources": {"listeners": []}})
    frozenset()
    """
    places = [
        each["address"]["socket_address"] for each in written["static_resources"]["listeners"]
    ]
    return frozenset(f"{each['address']}:{each['port_value']}" for each in places)


@dataclass(slots=True)
class _Writer:
    wiring: Wiring
    listeners: list[Json] = field(default_factory=list)
    clusters: list[Json] = field(default_factory=list)

    def cloudfront(self, number: int, *, last: bool) -> None:
        """Write a CloudFront distribution: it speaks to its origin on the viewer's port."""
        addresses = self.wiring.addresses
        own = counted(addresses.cloudfront, number)
        origin = addresses.load_balancer if last else counted(addresses.cloudfront, number + 1)
        for port in PORTS:
            secure = port == PORTS[1]
            name = _name("cloudfront", number, port)
            behind = Upstream(
                name=name,
                place=(origin, listening_port(port)),
                source=own,
                tls=secure,
                server_name_is_host=True,
                http="1.1",
            )
            self._upstreams([behind])
            settings = {"via": EXAMPLE_VIA, "id": EXAMPLE_ID, "removed": _REMOVED_BY_CLOUDFRONT}
            manager = connection_manager(
                name,
                [{"match": {"safe_regex": {"regex": ".*"}}, **forward(name)}],
                Script(name="cloudfront", settings=settings),
                codec="AUTO" if secure else "HTTP1",
                server="CloudFront",
                websocket=True,
            )
            chains = self._http_chains(
                name, manager, alpn=("h2", "http/1.1"), secure=secure, answers_plain=True
            )
            self._listen(name, (own, port), chains, told=number == 0)

    def listener(
        self, load_balancer: LoadBalancer, listener: LoadBalancerListener, own: str, *, told: bool
    ) -> None:
        """Write one listener, and the load balancer behind it where its targets are one."""
        inner = own != self.wiring.addresses.load_balancer
        name = _name("load-balancer", int(inner), listener.port)
        kind = load_balancer.kind
        if listener.protocol in {"HTTP", "HTTPS"}:
            chains = self._http(load_balancer, listener, own, name)
        else:
            chains, upstreams = stream_chains(kind, listener, own, name, self.wiring)
            self._upstreams(upstreams)
        self._listen(name, (own, listener.port), chains, told=told)
        for group in _groups(listener).values():
            behind = group.load_balancer
            found = behind.listener(group.pod_port) if behind is not None else None
            if behind is not None and found is not None:
                self.listener(behind, found, self.wiring.addresses.inner_load_balancer, told=False)

    def _http(
        self, load_balancer: LoadBalancer, listener: LoadBalancerListener, own: str, name: str
    ) -> list[Json]:
        secure = listener.protocol == "HTTPS"
        is_alb = load_balancer.kind == "alb"
        clusters = {number: f"{name}-{number}" for number in _groups(listener)}
        self._upstreams(
            self._target(load_balancer, group, own, clusters[number])
            for number, group in _groups(listener).items()
        )
        http2 = load_balancer.attributes.get("routing.http2.enabled", "true") == "true"
        http2 = http2 and is_alb and secure
        manager = connection_manager(
            name,
            listener_routes(listener, clusters),
            _script(load_balancer, listener),
            codec="AUTO" if http2 else "HTTP1",
            server="awselb/2.0" if is_alb else "",
            websocket=is_alb,
        )
        alpn = () if not is_alb else ("h2", "http/1.1") if http2 else ("http/1.1",)
        return self._http_chains(name, manager, alpn=alpn, secure=secure, answers_plain=is_alb)

    def _target(
        self, load_balancer: LoadBalancer, group: TargetGroup, own: str, name: str
    ) -> Upstream:
        http: Literal["1.1", "2"] = "1.1" if group.protocol_version == "HTTP1" else "2"
        return Upstream(
            name=name,
            place=target_of(group, self.wiring),
            source=source_of(load_balancer.kind, group, own, self.wiring),
            tls=group.protocol == "HTTPS",
            alpn=("h2",) if http == "2" else (),
            newest_tls="TLSv1_2" if load_balancer.kind == "classic" else "TLSv1_3",
            http=http,
        )

    def _http_chains(
        self,
        name: str,
        manager: Json,
        *,
        alpn: tuple[str, ...],
        secure: bool,
        answers_plain: bool,
    ) -> list[Json]:
        """Write the chain of a listener that reads HTTP; what is no TLS has one of its own."""
        chain: Json = {"name": name, "filters": [manager]}
        if not secure:
            return [chain]
        chain["transport_socket"] = end_tls(self.wiring.certificate, alpn)
        if not answers_plain:
            return [chain]
        chain["filter_chain_match"] = {"transport_protocol": "tls"}
        return [chain, {"name": f"{name}-plain", "filters": [refusing_manager(name)]}]

    def _listen(self, name: str, place: tuple[str, int], chains: list[Json], *, told: bool) -> None:
        matching = any("filter_chain_match" in chain for chain in chains)
        filters = [_PROXY_PROTOCOL] if told else []
        address, port = place
        self.listeners.append(
            {
                "name": name,
                "address": socket_address(address, listening_port(port)),
                "enable_reuse_port": False,
                "access_log": access_log(level="listener", listener=name),
                "listener_filters": [*filters, _TLS_INSPECTOR] if matching else filters,
                "filter_chains": chains,
            }
        )

    def _upstreams(self, upstreams: Iterable[Upstream]) -> None:
        self.clusters += [write_upstream(each) for each in upstreams]


def _name(box: str, number: int, port: int) -> str:
    """Return the name of a listener: the box's as in a Flow, and the port clients know."""
    return f"{box}:{port}" if number == 0 else f"{box}-{number + 1}:{port}"


def _groups(listener: LoadBalancerListener) -> dict[int, TargetGroup]:
    """Return the target groups of a listener by the number of the action that forwards there."""
    actions = (listener.action, *(rule.action for rule in listener.rules))
    return {
        number: action.target_group
        for number, action in enumerate(actions)
        if isinstance(action, ForwardAction)
    }


def _script(load_balancer: LoadBalancer, listener: LoadBalancerListener) -> Script:
    proto = "https" if listener.protocol == "HTTPS" else "http"
    port = str(listener.port)
    if load_balancer.kind == "classic":
        return Script(name="classic", settings={"proto": proto, "port": port})
    read = HeaderSettings.read(load_balancer.attributes, proto, listener.port)
    settings: dict[str, str | bool] = {
        "proto": proto,
        "port": port,
        "mode": read.mode,
        "client_port": read.client_port,
        "preserve_host": read.preserve_host,
        "tls_headers": read.tls_headers,
        "drop_invalid": read.drop_invalid,
        "trace_id": EXAMPLE_TRACE_ID,
    }
    return Script(name="alb", settings=settings)
