"""Emissary's own resources as records: Listener, Host, Mapping, Module and others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lb_sim.manifests.document import Document


__all__ = [
    "Host",
    "HttpMapping",
    "ListenerResource",
    "Note",
    "Resources",
    "TcpMapping",
    "TlsContextResource",
]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that Emissary does not take as written, and why."""

    document: Document
    path: tuple[str | int, ...]
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerResource:
    """A valid Listener.

    Parameters
    ----------
    name, namespace, port
        As written.
    stack
        Protocol stack, outermost last: ``("PROXY", "TLS", "HTTP", "TCP")``.
    security_model
        ``XFP``, ``SECURE`` or ``INSECURE``.
    l7_depth
        Number of trusted L7 proxies in front.
    any_namespace
        Whether it takes Hosts of every namespace.
    host_selector
        Labels that a Host must carry, all of them.
    """

    name: str
    namespace: str
    port: int
    stack: tuple[str, ...]
    security_model: str
    l7_depth: int
    any_namespace: bool
    host_selector: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsContextResource:
    """A TLSContext, or the ``tls`` part of a Host.

    ``spec`` is kept with snake_case keys.
    """

    name: str
    namespace: str
    hosts: tuple[str, ...]
    spec: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A Host, as written.

    Parameters
    ----------
    hostname
        ``*`` where it is absent or empty.
    insecure_action
        ``Redirect`` (default), ``Reject`` or ``Route``.
    selector
        ``mappingSelector`` or ``selector``; None where there is none.
    secret
        Name of the TLS Secret, ``namespace.name`` not resolved; None without TLS.
    tls_context
        Name of the TLSContext asked for.
    tls
        Inline TLS settings with snake_case keys.
    """

    name: str
    namespace: str
    hostname: str
    insecure_action: str
    additional_port: int | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    selector: Mapping[str, Any] | None = None
    secret: str | None = None
    tls_context: str | None = None
    tls: Mapping[str, Any] | None = None
    document: Document | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpMapping:
    """A Mapping: ``spec`` as written, with what attaches it to Hosts worked out.

    Parameters
    ----------
    hostname
        Host name pattern it asks for; None where it names none.
    hostname_is_regex
        Whether ``hostname`` is a regular expression (``host_regex``).
    """

    name: str
    namespace: str
    labels: Mapping[str, str]
    hostname: str | None
    hostname_is_regex: bool
    spec: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TcpMapping:
    """A TCPMapping: bytes of a port, or of an SNI name, to a service."""

    name: str
    port: int
    host: str | None
    service: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Everything of one Emissary installation."""

    listeners: tuple[ListenerResource, ...] = ()
    hosts: tuple[Host, ...] = ()
    mappings: tuple[HttpMapping, ...] = ()
    tcp_mappings: tuple[TcpMapping, ...] = ()
    tls_contexts: tuple[TlsContextResource, ...] = ()
    module: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
