"""A Listener, as Emissary takes it or ignores it.

Source: emissary-ingress python/ambassador/ir/irlistener.py@3.3.0; observed with 3.3 and 4.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lb_sim.emissary.fields import read_mapping, read_port
from aws_lb_sim.emissary.resources import ListenerResource, Note

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lb_sim.manifests.document import Document


__all__ = ["PROTOCOL_STACKS", "read_listener"]

PROTOCOL_STACKS: Mapping[str, tuple[str, ...]] = {
    "HTTP": ("HTTP", "TCP"),
    "HTTPS": ("TLS", "HTTP", "TCP"),
    "HTTPPROXY": ("PROXY", "HTTP", "TCP"),
    # TLS before PROXY: the order that AWS's load balancers do not send. Emissary issue 4153.
    "HTTPSPROXY": ("TLS", "PROXY", "HTTP", "TCP"),
    "TCP": ("TCP",),
    "TLS": ("TLS", "TCP"),
}


def read_listener(
    document: Document, spec: Mapping[str, Any], notes: list[Note]
) -> ListenerResource | None:
    """Read a Listener; None, with a note that says why, where Emissary ignores it.

    Raises
    ------
    InputError
        A field has a type that Emissary could not read.
    """
    stack = _stack(document, spec, notes)
    binding = read_mapping(document, spec.get("hostBinding"), "spec", "hostBinding")
    problem = _listener_problem(document, spec, stack, binding)
    if stack is None or problem:
        if problem:
            notes.append(Note(document, ("spec",), f"Listener ignored: {problem}"))
        return None
    namespaces = read_mapping(
        document, binding.get("namespace"), "spec", "hostBinding", "namespace"
    )
    selector = read_mapping(document, binding.get("selector"), "spec", "hostBinding", "selector")
    depth = spec.get("l7Depth") or 0
    if not isinstance(depth, int) or isinstance(depth, bool) or depth < 0:
        raise document.error(
            f"l7Depth is {depth!r}", "spec", "l7Depth", mend="use a whole number, 0 or more"
        )
    return ListenerResource(
        name=document.name,
        namespace=document.namespace,
        port=read_port(document, spec.get("port"), "spec", "port"),
        stack=stack,
        security_model=spec["securityModel"],
        l7_depth=depth,
        any_namespace=str(namespaces.get("from", "")).lower() == "all",
        host_selector=selector.get("matchLabels") or {},
    )


def _stack(
    document: Document, spec: Mapping[str, Any], notes: list[Note]
) -> tuple[str, ...] | None:
    """Work the protocol stack out; ``protocolStack`` wins over ``protocol``."""
    stack = spec.get("protocolStack")
    if stack is not None and not isinstance(stack, list):
        raise document.error(
            "protocolStack is not a list", "spec", "protocolStack", mend="write [PROXY, HTTP, TCP]"
        )
    if stack:
        return tuple(str(element) for element in stack)
    protocol = spec.get("protocol")
    known = PROTOCOL_STACKS.get(protocol) if isinstance(protocol, str) else None
    if known is None:
        said = (
            f"protocol {protocol!r} is not known" if protocol else "no protocol, no protocolStack"
        )
        notes.append(Note(document, ("spec", "protocol"), f"Listener ignored: {said}"))
    return known


def _listener_problem(
    document: Document,
    spec: Mapping[str, Any],
    stack: tuple[str, ...] | None,
    binding: Mapping[str, Any],
) -> str:
    """Say why Emissary's compiler ignores a Listener; empty where it does not."""
    if stack is None:
        return ""
    if stack[-1] not in ("TCP", "UDP"):
        return "the last element of protocolStack must be TCP or UDP"
    if stack[-1] == "UDP" and "HTTP" not in stack:
        return "UDP is only supported with HTTP"
    if not spec.get("securityModel"):
        return "securityModel is required"
    if not binding.get("namespace") and not binding.get("selector"):
        return "hostBinding needs a namespace or a selector"
    namespace, selector = binding.get("namespace"), binding.get("selector")
    if namespace and not read_mapping(document, namespace, "spec", "hostBinding").get("from"):
        return "hostBinding.namespace.from is required"
    if selector and "matchLabels" not in read_mapping(document, selector, "spec", "hostBinding"):
        return "hostBinding.selector takes only matchLabels"
    return ""
