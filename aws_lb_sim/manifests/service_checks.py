"""A Service by the rules that the API server has for its ports and addresses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aws_lb_sim.manifests.annotation_checks import ANNOTATION_RULES, check_annotations, refusal
from aws_lb_sim.rules import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.manifests.document import Document

__all__ = ["RULES", "check_service"]

_KUBERNETES = "kubernetes/kubernetes, pkg/apis/core/validation/validation.go"
_META = "kubernetes/apimachinery, pkg/util/validation/validation.go"

NO_PORTS = Rule(
    "service.no-ports",
    "A Service needs a port unless it is headless or of type ExternalName.",
    f"{_KUBERNETES}, ValidateService",
)
PORT_NAME = Rule(
    "service.port-name",
    "The name of a Service port is an RFC 1123 label: lower-case letters, digits and dashes, at "
    "most 63.",
    f"{_KUBERNETES}, validateServicePort; {_META}, IsDNS1123Label",
)
TARGET_PORT_NAME = Rule(
    "service.target-port-name",
    "A targetPort given by name is an IANA service name: at most 15 lower-case letters, digits "
    "and single dashes, one letter among them.",
    f"{_KUBERNETES}, ValidatePortNumOrName; {_META}, IsValidPortName",
)
PORT_NAME_MISSING = Rule(
    "service.port-name-missing",
    "Each port of a Service with several ports has a name.",
    f"{_KUBERNETES}, validateServicePort (requireName)",
)
PORT_NAME_TWICE = Rule(
    "service.port-name-twice",
    "The port names of a Service differ.",
    f"{_KUBERNETES}, validateServicePort (allNames)",
)
PORT_TWICE = Rule(
    "service.port-twice",
    "The ports of a Service differ in number or protocol.",
    f"{_KUBERNETES}, ValidateService (duplicate ports)",
)
PORT_NUMBER = Rule(
    "service.port-number",
    "A port is a whole number from 1 to 65535.",
    f"{_META}, IsValidPortNum",
)
ADDRESS = Rule(
    "service.address",
    "externalIPs are IP addresses, loadBalancerSourceRanges are CIDRs.",
    f"{_KUBERNETES}, ValidateService and validateLoadBalancerSourceRanges",
)
RULES = (
    NO_PORTS,
    PORT_NAME,
    TARGET_PORT_NAME,
    PORT_NAME_MISSING,
    PORT_NAME_TWICE,
    PORT_TWICE,
    PORT_NUMBER,
    ADDRESS,
    *ANNOTATION_RULES,
)
"""Every rule that is checked here."""

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_IANA_NAME = re.compile(r"(?=.{1,15}$)(?=.*[a-z])(?!.*--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_HIGHEST_PORT = 65535
_REFUSED = "the API server refuses the Service"
_Path = tuple[str | int, ...]


def check_service(document: Document) -> list[Finding]:
    """Check the ports, addresses and annotations of a Service.

    Parameters
    ----------
    document
        Any document; other kinds give no findings.

    Returns
    -------
    list of Finding
        What the API server would refuse, and what no controller reads.

    Examples
    --------
    >>> from aws_lb_sim.manifests.document import Document
    >>> ports = [{"name": "HTTP", "port": 80}]
    >>> check_service(Document(data={"kind": "Service", "spec": {"ports": ports}}))[0].fix
    'write http'
    """
    if document.kind != "Service":
        return []
    spec = document.data.get("spec")
    checked = spec if isinstance(spec, dict) else {}
    return [
        *_ports(document, checked),
        *_addresses(document, checked),
        *check_annotations(document),
    ]


def _ports(document: Document, spec: dict[str, Any]) -> Iterator[Finding]:
    ports = spec.get("ports")
    path: _Path = ("spec", "ports")
    if not isinstance(ports, list) or not ports:
        if spec.get("type") != "ExternalName" and spec.get("clusterIP") != "None":
            message, fix = f"the Service has no ports: {_REFUSED}", "list a port under spec.ports"
            yield refusal(document, NO_PORTS, message, path, fix=fix, code="service-no-ports")
        return
    names: set[object] = set()
    numbers: set[object] = set()
    for index, port in enumerate(ports):
        if not isinstance(port, dict):
            message, fix = f"a port is not a mapping: {_REFUSED}", "write port: and targetPort:"
            here = (*path, index)
            yield refusal(document, PORT_NUMBER, message, here, fix=fix, code="port-invalid")
            continue
        yield from _name(document, port, (*path, index), names, is_required=len(ports) > 1)
        yield from _numbers(document, port, (*path, index), numbers)


def _name(
    document: Document, port: dict[str, Any], path: _Path, names: set[object], *, is_required: bool
) -> Iterator[Finding]:
    name, here = port.get("name"), (*path, "name")
    if name is None or name == "":
        if is_required:
            message = f"one of several ports has no name: {_REFUSED}"
            code, fix = "port-name-missing", "give each port a name, such as http and https"
            yield refusal(document, PORT_NAME_MISSING, message, path, fix=fix, code=code)
        return
    if not isinstance(name, str):
        message, fix = f"the port name {name!r} is not a text: {_REFUSED}", "write it in quotes"
        yield refusal(document, PORT_NAME, message, here, fix=fix, code="port-name-invalid")
        return
    if not _LABEL.fullmatch(name):
        mended = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:63]
        message = f"the port name {name!r} is not an RFC 1123 label: {_REFUSED}"
        fix = f"write {mended}" if _LABEL.fullmatch(mended) else "write a name such as http"
        yield refusal(document, PORT_NAME, message, here, fix=fix, code="port-name-invalid")
    if name in names:
        message, fix = f"two ports are called {name!r}: {_REFUSED}", "give each a name of its own"
        code = "port-name-duplicate"
        yield refusal(document, PORT_NAME_TWICE, message, here, fix=fix, code=code)
    names.add(name)


def _numbers(
    document: Document, port: dict[str, Any], path: _Path, numbers: set[object]
) -> Iterator[Finding]:
    for field in ("port", "targetPort", "nodePort"):
        value = port.get(field)
        if value is None and field != "port":
            continue
        if field == "targetPort" and isinstance(value, str):
            if not _IANA_NAME.fullmatch(value):
                message = f"the targetPort {value!r} is not a port name: {_REFUSED}"
                fix = "write a port number, or a name of at most 15 lower-case letters and digits"
                here, code = (*path, field), "port-name-invalid"
                yield refusal(document, TARGET_PORT_NAME, message, here, fix=fix, code=code)
        elif not _is_port(value):
            said = "is missing" if value is None else f"is {value!r}"
            message, fix = f"{field} {said}: {_REFUSED}", "write a whole number from 1 to 65535"
            here = (*path, field)
            yield refusal(document, PORT_NUMBER, message, here, fix=fix, code="port-invalid")
    number, protocol = port.get("port"), port.get("protocol", "TCP")
    pair = (repr(number), repr(protocol))
    if pair in numbers and number is not None:
        message = f"two ports have the number {number} and protocol {protocol}: {_REFUSED}"
        fix = "remove one of them"
        yield refusal(document, PORT_TWICE, message, path, fix=fix, code="port-duplicate")
    numbers.add(pair)


def _is_port(value: object) -> bool:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return is_number and 1 <= int(str(value)) <= _HIGHEST_PORT


def _addresses(document: Document, spec: dict[str, Any]) -> Iterator[Finding]:
    if not (spec.get("externalIPs") or spec.get("loadBalancerSourceRanges")):
        return
    import ipaddress

    kinds = (
        ("externalIPs", ipaddress.ip_address, "an IP address", "203.0.113.7"),
        ("loadBalancerSourceRanges", _network, "a CIDR", "203.0.113.0/24"),
    )
    for field, parse, what, example in kinds:
        values = spec.get(field) or []
        for index, value in enumerate(values if isinstance(values, list) else [values]):
            try:
                parse(value.strip())
            except (ValueError, AttributeError):
                message = f"{value!r} in {field} is not {what}: {_REFUSED}"
                path, fix = ("spec", field, index), f"write {what} such as {example}"
                yield refusal(document, ADDRESS, message, path, fix=fix, code="address-invalid")


def _network(text: str) -> object:
    import ipaddress

    if "/" not in text:
        raise ValueError(text)
    return ipaddress.ip_network(text, strict=False)  # Kubernetes takes host bits, too
