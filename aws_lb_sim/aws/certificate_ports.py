"""Which ports get the certificate, as cloud-provider-aws reads ``ssl-ports``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.aws.provisioned import warning
from aws_lb_sim.aws.sources import PROVIDER_LISTENER

if TYPE_CHECKING:
    from aws_lb_sim.aws.annotations import Annotations
    from aws_lb_sim.aws.service import Service, ServicePort
    from aws_lb_sim.findings.finding import Finding

__all__ = ["CertificatePorts"]


class CertificatePorts:
    """``ssl-ports`` as getPortSets reads it: split on commas, and nothing is trimmed.

    Parameters
    ----------
    annotations
        Of the Service.
    lower
        Whether port names are compared in lower case, as for a Classic ELB.
    """

    def __init__(self, annotations: Annotations, *, lower: bool) -> None:
        self.certificate = annotations.get("ssl-cert") or None
        text = annotations.get("ssl-ports", "")
        self.entries = None if text in ("", "*", None) else frozenset(text.split(","))
        self.lower = lower  # a Classic ELB compares the port's name in lower case

    def selects(self, port: ServicePort) -> bool:
        """Tell whether a port gets the certificate."""
        if self.certificate is None:
            return False
        if self.entries is None:
            return True
        name = port.name.lower() if self.lower else port.name
        return str(port.port) in self.entries or (name != "" and name in self.entries)

    def findings(self, annotations: Annotations, service: Service) -> tuple[Finding, ...]:
        """Return a warning for each entry that matches no port."""
        if self.entries is None or self.certificate is None:
            return ()
        names = {each.name.lower() if self.lower else each.name for each in service.ports}
        names |= {str(each.port) for each in service.ports}
        return tuple(
            warning(
                "ssl-port-unmatched",
                f"ssl-ports entry {entry!r} matches no port of the Service (blanks count, "
                f"{'upper case never matches' if self.lower else 'case counts'}), so it gets no "
                "certificate",
                fix="write port numbers, separated by commas without blanks",
                source=PROVIDER_LISTENER,
                where=annotations.where("ssl-ports"),
            )
            for entry in sorted(self.entries - names)
        )
