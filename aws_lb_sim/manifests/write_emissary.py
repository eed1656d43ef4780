"""The documents that Emissary reads: Listeners, Host, Module, Mapping."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lb_sim.design.derived import CLEARTEXT_PORT, TLS_PORT, emissary_proxy_protocol, l7_depth
from aws_lb_sim.manifests.write_service import service_name

if TYPE_CHECKING:
    from aws_lb_sim.design.design import Design

__all__ = ["emissary_documents"]


def emissary_documents(design: Design) -> list[dict[str, Any]]:
    """Write all that Emissary reads, in the order in which one would explain it."""
    documents = _listeners(design) if design.has_listeners else []
    documents.append(_host(design))
    config = _module_config(design)
    if config:
        # The Module counts only under this name (ir/ir.py of each version).
        documents.append(_document(design, "Module", "ambassador", {"config": config}))
    documents.append(_mapping(design))
    return documents


def _document(design: Design, kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": (
            "getambassador.io/v3alpha1" if design.has_listeners else "getambassador.io/v2"
        ),
        "kind": kind,
        "metadata": {"name": name, "namespace": design.namespace},
        "spec": spec,
    }


def _listeners(design: Design) -> list[dict[str, Any]]:
    if design.tls_at_emissary:
        tls = _listener(design, TLS_PORT, "XFP", tls=True)
        if design.load_balancer == "alb":
            return [tls]
        return [_listener(design, CLEARTEXT_PORT, "XFP"), tls]
    if design.split_ports:
        # The load balancer's port says what X-Forwarded-Proto cannot: emissary#2725.
        return [
            _listener(design, CLEARTEXT_PORT, "INSECURE"),
            _listener(design, TLS_PORT, "SECURE"),
        ]
    return [_listener(design, CLEARTEXT_PORT, "XFP")]


def _listener(
    design: Design, port: int, security_model: str, *, tls: bool = False
) -> dict[str, Any]:
    depth = l7_depth(design, port)
    spec: dict[str, Any] = {"port": port, **_protocol(design, tls=tls)}
    spec["securityModel"] = security_model
    if depth:
        spec["l7Depth"] = depth
    spec["hostBinding"] = {"namespace": {"from": "ALL"}}
    return _document(design, "Listener", f"{service_name(design)}-listener-{port}", spec)


def _protocol(design: Design, *, tls: bool) -> dict[str, Any]:
    """Return ``protocol`` or ``protocolStack``.

    ``HTTPSPROXY`` puts TLS before PROXY, which no AWS load balancer sends; only a
    stack has the right order (emissary-ingress/emissary#4153, ir/irlistener.py).
    """
    way = emissary_proxy_protocol(design)
    if way == "protocolStack":
        return {
            "protocolStack": ["PROXY", "TLS", "HTTP", "TCP"] if tls else ["PROXY", "HTTP", "TCP"]
        }
    if way == "protocol":
        return {"protocol": "HTTPSPROXY" if tls else "HTTPPROXY"}
    return {"protocol": "HTTPS" if tls else "HTTP"}


def _host(design: Design) -> dict[str, Any]:
    # A load balancer that opens TLS to Emissary names no server; only "*" takes that.
    hostname = "*" if design.tls_termination == "both" else design.hostname
    spec: dict[str, Any] = {"hostname": hostname}
    if not design.has_listeners:
        # Or Ambassador Edge Stack would ask Let's Encrypt for a certificate.
        spec["acmeProvider"] = {"authority": "none"}
    if design.tls_at_emissary:
        spec["tlsSecret"] = {"name": design.tls_secret}
        if design.alpn_protocols is not None:
            spec["tls"] = {"alpn_protocols": design.alpn_protocols}
    spec["requestPolicy"] = {"insecure": {"action": design.insecure_action}}
    return _document(design, "Host", "quote-host", spec)


def _module_config(design: Design) -> dict[str, Any]:
    config: dict[str, Any] = {}
    if emissary_proxy_protocol(design) == "use_proxy_proto":
        config["use_proxy_proto"] = True
    if not design.has_listeners:
        # Since 2.0 the Listeners' l7Depth says this, and nothing reads it here.
        depth = l7_depth(design, TLS_PORT if design.tls_at_emissary else CLEARTEXT_PORT)
        if depth:
            config["xff_num_trusted_hops"] = depth
    if design.use_remote_address is not None:
        config["use_remote_address"] = design.use_remote_address
    return config


def _mapping(design: Design) -> dict[str, Any]:
    spec: dict[str, Any] = {}
    if design.has_listeners:
        spec["hostname"] = design.hostname
    elif design.hostname.startswith("*."):
        spec["host"] = r".*\." + design.hostname[2:].replace(".", r"\.")
        spec["host_regex"] = True
    elif design.hostname != "*":
        spec["host"] = design.hostname
    spec["prefix"] = "/"
    spec["service"] = design.backend
    if design.websocket:
        spec["allow_upgrade"] = ["websocket"]
    document = _document(design, "Mapping", "quote-backend", spec)
    document["metadata"]["namespace"] = "default"
    return document
