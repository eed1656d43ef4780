"""What came of the documents: a load balancer, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lb_sim.findings.finding import Finding

if TYPE_CHECKING:
    from aws_lb_sim.aws.load_balancer import LoadBalancer

__all__ = ["Provisioned", "Refused", "info", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provisioned:
    """What AWS holds once the controllers (or a person) have done their work.

    Parameters
    ----------
    load_balancer
        None where no document describes one. A load balancer that a controller
        refuses to make has no listeners, and an ``error`` finding says why.
    findings
        What was ignored, refused, assumed or is not modelled.

    Examples
    --------
    >>> Provisioned(load_balancer=None).findings
    ()
    """

    load_balancer: LoadBalancer | None
    findings: tuple[Finding, ...] = ()


class Refused(Exception):  # noqa: N818  (it is the controller's answer, not a fault of the program)
    """A controller that refuses a document: nothing is provisioned.

    Parameters
    ----------
    finding
        The controller's complaint, of severity ``error``.
    """

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.message)

    @classmethod
    def because(cls, message: str, *, fix: str, source: str, where: str) -> Refused:
        """Make the refusal from its words; the code is always ``controller-error``."""
        return cls(
            Finding(
                code="controller-error",
                severity="error",
                message=f"{message}; the controller reports an error and makes no load balancer",
                fix=fix,
                source=source,
                where=where,
            )
        )


def warning(
    code: str, message: str, *, fix: str = "", source: str = "", where: str = ""
) -> Finding:
    """Make a finding of severity ``warning``."""
    return Finding(
        code=code, severity="warning", message=message, fix=fix, source=source, where=where
    )


def info(code: str, message: str, *, fix: str = "", source: str = "", where: str = "") -> Finding:
    """Make a finding of severity ``info``."""
    return Finding(code=code, severity="info", message=message, fix=fix, source=source, where=where)
