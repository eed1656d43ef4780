"""Emissary's own resources, read from documents: Listener, Host, Mapping, Module and others.

Only what decides about a request is kept. A resource that Emissary ignores (another
``ambassador_id``, a required field missing) is left out, with a note that says why.
Sources: emissary-ingress python/ambassador/ir/{irlistener,irhost,irhttpmapping,
irtcpmapping,irtlscontext,irambassador}.py@3.3.0 and 4.1.0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aws_lb_sim.manifests.document import Document

__all__ = [
    "Host",
    "HttpMapping",
    "ListenerResource",
    "Note",
    "Resources",
    "TcpMapping",
    "TlsContextResource",
    "read_resources",
]

HIGHEST_PORT = 65535
PROTOCOL_STACKS: Mapping[str, tuple[str, ...]] = {
    "HTTP": ("HTTP", "TCP"),
    "HTTPS": ("TLS", "HTTP", "TCP"),
    "HTTPPROXY": ("PROXY", "HTTP", "TCP"),
    # TLS before PROXY: the order that AWS's load balancers do not send. Emissary issue 4153.
    "HTTPSPROXY": ("TLS", "PROXY", "HTTP", "TCP"),
    "TCP": ("TCP",),
    "TLS": ("TLS", "TCP"),
}


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


def read_resources(documents: Iterable[Document], ambassador_id: str = "default") -> Resources:
    """Read Emissary's resources from documents; other kinds are passed over.

    Parameters
    ----------
    documents
        In the order in which Emissary would read them.
    ambassador_id
        Of this installation; documents of another one are left out.

    Raises
    ------
    InputError
        A field has a type that Emissary could not read (``port: {}``, say).

    Examples
    --------
    >>> from aws_lb_sim.manifests.document import Document
    >>> host = {"kind": "Host", "apiVersion": "getambassador.io/v3alpha1", "spec": {}}
    >>> read_resources([Document(data=host)]).hosts[0].hostname
    '*'
    """
    found: dict[str, list[Any]] = {kind: [] for kind in _READERS}
    notes: list[Note] = []
    for document in documents:
        data = document.data
        reader = _READERS.get(data.get("kind", ""))
        if reader is None or not _is_emissary(data):
            continue
        spec = _mapping(document, data.get("spec"), "spec")
        if not _is_ours(spec.get("ambassador_id"), ambassador_id):
            notes.append(Note(document, ("spec", "ambassador_id"), "belongs to another Emissary"))
            continue
        resource = reader(document, spec, notes)
        if resource is not None:
            found[data["kind"]].append(resource)
    return Resources(
        listeners=tuple(found["Listener"]),
        hosts=tuple(found["Host"]),
        mappings=tuple(found["Mapping"]),
        tcp_mappings=tuple(found["TCPMapping"]),
        tls_contexts=tuple(found["TLSContext"]),
        # Of two Modules named "ambassador" the first is used whole (observed with 3.3, 4.1).
        module=found["Module"][0] if found["Module"] else {},
        notes=tuple(notes),
    )


def _is_emissary(data: Mapping[str, Any]) -> bool:
    version = data.get("apiVersion")
    return isinstance(version, str) and "getambassador.io/" in version


def _is_ours(wanted: Any, ambassador_id: str) -> bool:
    """Compare ``ambassador_id``, a string or a list of them, with this installation's."""
    if wanted in (None, "", []):
        return ambassador_id == "default"
    return ambassador_id in (wanted if isinstance(wanted, list) else [wanted])


def _mapping(document: Document, value: Any, *path: str | int) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise document.error(
            f"{path[-1]} is {_kind_of(value)}, not a mapping", *path, mend="write it as key: value"
        )
    return value


def _text(document: Document, value: Any, *path: str | int) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    raise document.error(
        f"{path[-1]} is {_kind_of(value)}, not text", *path, mend=f'put it in quotes: "{value}"'
    )


def _port(document: Document, value: Any, *path: str | int) -> int:
    number = value if isinstance(value, int) and not isinstance(value, bool) else None
    if number is None or not 1 <= number <= HIGHEST_PORT:
        raise document.error(
            f"{path[-1]} is {value!r}, not a port", *path, mend="use a number from 1 to 65535"
        )
    return number


def _kind_of(value: Any) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", list: "a list"}
    return names.get(type(value), "a mapping" if isinstance(value, dict) else "text")


def _labels(document: Document) -> Mapping[str, str]:
    metadata = document.data.get("metadata") or {}
    return _mapping(document, metadata.get("labels"), "metadata", "labels")


def _read_listener(
    document: Document, spec: Mapping[str, Any], notes: list[Note]
) -> ListenerResource | None:
    stack = _stack(document, spec, notes)
    binding = _mapping(document, spec.get("hostBinding"), "spec", "hostBinding")
    problem = _listener_problem(document, spec, stack, binding)
    if stack is None or problem:
        if problem:
            notes.append(Note(document, ("spec",), f"Listener ignored: {problem}"))
        return None
    namespaces = _mapping(document, binding.get("namespace"), "spec", "hostBinding", "namespace")
    selector = _mapping(document, binding.get("selector"), "spec", "hostBinding", "selector")
    depth = spec.get("l7Depth") or 0
    if not isinstance(depth, int) or isinstance(depth, bool) or depth < 0:
        raise document.error(
            f"l7Depth is {depth!r}", "spec", "l7Depth", mend="use a whole number, 0 or more"
        )
    return ListenerResource(
        name=document.name,
        namespace=document.namespace,
        port=_port(document, spec.get("port"), "spec", "port"),
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
    if namespace and not _mapping(document, namespace, "spec", "hostBinding").get("from"):
        return "hostBinding.namespace.from is required"
    if selector and "matchLabels" not in _mapping(document, selector, "spec", "hostBinding"):
        return "hostBinding.selector takes only matchLabels"
    return ""


_SNAKE_CASE = {
    "alpnProtocols": "alpn_protocols",
    "minTlsVersion": "min_tls_version",
    "maxTlsVersion": "max_tls_version",
    "certRequired": "cert_required",
    "caSecret": "ca_secret",
    "cipherSuites": "cipher_suites",
    "redirectCleartextFrom": "redirect_cleartext_from",
}


def _snake_case(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    return {_SNAKE_CASE.get(key, key): value for key, value in spec.items()}


def _read_host(document: Document, spec: Mapping[str, Any], _notes: list[Note]) -> Host:
    policy = _mapping(document, spec.get("requestPolicy"), "spec", "requestPolicy")
    insecure = _mapping(document, policy.get("insecure"), "spec", "requestPolicy", "insecure")
    tls_secret = _mapping(document, spec.get("tlsSecret"), "spec", "tlsSecret")
    tls_context = _mapping(document, spec.get("tlsContext"), "spec", "tlsContext")
    tls = _mapping(document, spec.get("tls"), "spec", "tls")
    selector = spec.get("mappingSelector") or spec.get("selector") or None
    port = insecure.get("additionalPort")
    return Host(
        name=document.name,
        namespace=document.namespace,
        hostname=_text(document, spec.get("hostname"), "spec", "hostname") or "*",
        insecure_action=insecure.get("action") or "Redirect",
        additional_port=port if isinstance(port, int) else None,
        labels=_labels(document),
        selector=_mapping(document, selector, "spec", "mappingSelector") if selector else None,
        secret=_text(document, tls_secret.get("name"), "spec", "tlsSecret", "name"),
        tls_context=_text(document, tls_context.get("name"), "spec", "tlsContext", "name"),
        tls=_snake_case(tls) if tls else None,
        document=document,
    )


def _read_mapping(
    document: Document, spec: Mapping[str, Any], notes: list[Note]
) -> HttpMapping | None:
    if not isinstance(spec.get("prefix"), str) or not spec.get("service"):
        notes.append(Note(document, ("spec",), "Mapping ignored: prefix and service are required"))
        return None
    hostname, is_regex, problem = _mapping_host(spec)
    if problem:
        notes.append(Note(document, ("spec",), f"Mapping ignored: {problem}"))
        return None
    if hostname is None and "v3alpha1" not in document.data["apiVersion"]:
        # Before v3alpha1 a Mapping without a host was for every host (Emissary 2.0 changes).
        hostname = "*"
    return HttpMapping(
        name=document.name,
        namespace=document.namespace,
        labels=_labels(document),
        hostname=hostname,
        hostname_is_regex=is_regex,
        spec=spec,
    )


def _mapping_host(spec: Mapping[str, Any]) -> tuple[str | None, bool, str]:
    """Work out (hostname, is it a regex, why the Mapping is refused).

    ``hostname`` wins over ``host``, which wins over a header ``:authority``; the
    latter two are exact and may hold no ``*``.
    """
    if spec.get("hostname"):
        return str(spec["hostname"]), False, ""
    host = spec.get("host")
    if host and spec.get("host_regex"):
        return str(host), True, ""
    if not host:
        headers = spec.get("headers")
        headers = headers if isinstance(headers, dict) else {}
        host = next((v for k, v in headers.items() if k.lower() == ":authority"), None)
    if host and "*" in str(host):
        return None, False, f"host {host!r} is exact and cannot contain *"
    return (str(host) if host else None), False, ""


def _read_tcp_mapping(
    document: Document, spec: Mapping[str, Any], _notes: list[Note]
) -> TcpMapping:
    return TcpMapping(
        name=document.name,
        port=_port(document, spec.get("port"), "spec", "port"),
        host=_text(document, spec.get("host"), "spec", "host"),
        service=str(spec.get("service") or ""),
    )


def _read_tls_context(
    document: Document, spec: Mapping[str, Any], _notes: list[Note]
) -> TlsContextResource:
    hosts = spec.get("hosts") or []
    return TlsContextResource(
        name=document.name,
        namespace=document.namespace,
        hosts=tuple(str(host) for host in (hosts if isinstance(hosts, list) else [hosts])),
        spec=_snake_case(spec),
    )


def _read_module(
    document: Document, spec: Mapping[str, Any], notes: list[Note]
) -> Mapping[str, Any] | None:
    """Read the Module named ``ambassador``; its namespace does not matter."""
    if document.name != "ambassador":
        notes.append(Note(document, ("metadata", "name"), "Module ignored: not named ambassador"))
        return None
    return _mapping(document, spec.get("config"), "spec", "config")


_READERS = {
    "Listener": _read_listener,
    "Host": _read_host,
    "Mapping": _read_mapping,
    "TCPMapping": _read_tcp_mapping,
    "TLSContext": _read_tls_context,
    "Module": _read_module,
}
