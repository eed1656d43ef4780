"""The ports of an ALB made from an Ingress, and the redirect between them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from aws_lb_sim.aws.provisioned import Refused
from aws_lb_sim.aws.sources import CONTROLLER_INGRESS

if TYPE_CHECKING:
    from aws_lb_sim.aws.annotations import Annotations

__all__ = ["read_json", "read_ports", "redirect_port"]

_HIGHEST_PORT = 65535


def read_json(annotations: Annotations, suffix: str) -> Any:
    """Read an annotation that holds JSON.

    Raises
    ------
    InputError
        Where it is not JSON.
    """
    try:
        return json.loads(annotations.get(suffix) or "")
    except json.JSONDecodeError as error:
        raise annotations.error(
            suffix,
            f"{annotations.name(suffix)} is not JSON: {error.msg} at column {error.colno}",
            "quote the whole value with single quotes in YAML, and names inside with double ones",
        ) from None


def read_ports(annotations: Annotations) -> dict[int, Literal["HTTP", "HTTPS"]]:
    """Read ``listen-ports``: port to protocol.

    Without it, an ALB listens on 80 with HTTP, or on 443 with HTTPS once
    ``certificate-arn`` is set.

    Raises
    ------
    InputError
        Where it is not a list such as ``[{"HTTP": 80}, {"HTTPS": 443}]``.
    """
    if annotations.get("listen-ports") is None:
        return {443: "HTTPS"} if annotations.get("certificate-arn") else {80: "HTTP"}
    entries = read_json(annotations, "listen-ports")
    found: dict[int, Literal["HTTP", "HTTPS"]] = {}
    for entry in entries if isinstance(entries, list) and entries else [None]:
        for protocol, port in entry.items() if isinstance(entry, dict) else [(None, None)]:
            if (
                protocol not in ("HTTP", "HTTPS")
                or not isinstance(port, int)
                or not 0 < port <= _HIGHEST_PORT
            ):
                raise annotations.error(
                    "listen-ports",
                    f"listen-ports is {annotations.get('listen-ports')}",
                    'write a list such as [{"HTTP": 80}, {"HTTPS": 443}]',
                )
            found[port] = "HTTP" if protocol == "HTTP" else "HTTPS"
    return found


def redirect_port(
    annotations: Annotations, ports: dict[int, Literal["HTTP", "HTTPS"]]
) -> int | None:
    """Read ``ssl-redirect``: the port every HTTP listener redirects to; None without it.

    Raises
    ------
    Refused
        Where that port is not one of the HTTPS listeners.
    """
    value = annotations.get("ssl-redirect")
    if value is None:
        return None
    if not value.isdigit() or ports.get(int(value)) != "HTTPS":
        raise Refused.because(
            f"ssl-redirect is {value!r}, which is no HTTPS listener of this Ingress",
            fix='give the port of an HTTPS entry of listen-ports, such as "443"',
            source=CONTROLLER_INGRESS,
            where=annotations.where("ssl-redirect"),
        )
    return int(value)
