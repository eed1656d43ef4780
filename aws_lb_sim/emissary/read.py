"""Documents → Emissary's resources.

Only what decides about a request is kept. A resource that Emissary ignores (another
``ambassador_id``, a required field missing) is left out, with a note that says why.
Sources: emissary-ingress python/ambassador/ir/{irhost,irhttpmapping,irtcpmapping,irtlscontext,
irambassador}.py@3.3.0 and 4.1.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lb_sim.emissary.fields import read_labels, read_mapping, read_port, read_text
from aws_lb_sim.emissary.read_listener import read_listener
from aws_lb_sim.emissary.resources import (
    Host,
    HttpMapping,
    Note,
    Resources,
    TcpMapping,
    TlsContextResource,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aws_lb_sim.manifests.document import Document


__all__ = ["read_resources"]


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
        spec = read_mapping(document, data.get("spec"), "spec")
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
    policy = read_mapping(document, spec.get("requestPolicy"), "spec", "requestPolicy")
    insecure = read_mapping(document, policy.get("insecure"), "spec", "requestPolicy", "insecure")
    tls_secret = read_mapping(document, spec.get("tlsSecret"), "spec", "tlsSecret")
    tls_context = read_mapping(document, spec.get("tlsContext"), "spec", "tlsContext")
    tls = read_mapping(document, spec.get("tls"), "spec", "tls")
    selector = spec.get("mappingSelector") or spec.get("selector") or None
    port = insecure.get("additionalPort")
    return Host(
        name=document.name,
        namespace=document.namespace,
        hostname=read_text(document, spec.get("hostname"), "spec", "hostname") or "*",
        insecure_action=insecure.get("action") or "Redirect",
        additional_port=port if isinstance(port, int) else None,
        labels=read_labels(document),
        selector=read_mapping(document, selector, "spec", "mappingSelector") if selector else None,
        secret=read_text(document, tls_secret.get("name"), "spec", "tlsSecret", "name"),
        tls_context=read_text(document, tls_context.get("name"), "spec", "tlsContext", "name"),
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
        labels=read_labels(document),
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
        port=read_port(document, spec.get("port"), "spec", "port"),
        host=read_text(document, spec.get("host"), "spec", "host"),
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
    return read_mapping(document, spec.get("config"), "spec", "config")


_READERS = {
    "Listener": read_listener,
    "Host": _read_host,
    "Mapping": _read_mapping,
    "TCPMapping": _read_tcp_mapping,
    "TLSContext": _read_tls_context,
    "Module": _read_module,
}
