"""The AWS page's recipes, twice: as the page prints them, and corrected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, cast

from aws_lb_sim.design.design import Design
from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.as_printed import as_printed
from aws_lb_sim.manifests.page import PAGE_URL, PAGE_VERSION
from aws_lb_sim.manifests.write import write

if TYPE_CHECKING:
    from aws_lb_sim.design.design import EmissaryVersion
    from aws_lb_sim.manifests.manifests import Manifests

__all__ = ["Preset", "preset", "presets"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A recipe of the page, as printed or corrected.

    Parameters
    ----------
    name
        Kebab-case; that of a recipe as printed ends in ``-as-printed``.
    title
        In a few words.
    summary
        What it is meant to do.
    section
        The section of the page.
    design
        The corrected design; None for a recipe as printed, which the page
        gives as manifests.
    source
        Address of the page.

    Examples
    --------
    >>> preset("recommended-nlb").design.load_balancer
    'nlb'
    """

    name: str
    title: str
    summary: str
    section: str
    design: Design | None = None
    source: str = PAGE_URL

    def manifests(self, emissary_version: str = PAGE_VERSION) -> Manifests:
        """Return the manifests: those of the page, or those written from the design.

        Parameters
        ----------
        emissary_version
            Of Emissary; with ``"1.14"`` the page prints another ``apiVersion``,
            and there are no Listeners to assume.

        Examples
        --------
        >>> preset("recommended-nlb-as-printed").manifests().attributes
        {'proxy_protocol_v2.enabled': 'true'}
        """
        if self.design is None:
            return as_printed(self.name.removesuffix("-as-printed"), emissary_version)
        version = cast("EmissaryVersion", emissary_version)  # write() checks it
        return write(replace(self.design, emissary_version=version))


def presets() -> tuple[Preset, ...]:
    """Return all presets in the order of the page, each as printed, then corrected.

    Examples
    --------
    >>> [each.name for each in presets()][:2]
    ['recommended-nlb-as-printed', 'recommended-nlb']
    """
    return _PRESETS


def preset(name: str) -> Preset:
    """Return the preset of a name.

    Raises
    ------
    InputError
        There is none; the message names those that are, the likeliest first.

    Examples
    --------
    >>> preset("tls-at-l7-elb").title
    'TLS ended at a layer 7 ELB, corrected'
    """
    by_name = {each.name: each for each in _PRESETS}
    if name in by_name:
        return by_name[name]
    close = get_close_matches(name, by_name, n=3)
    mend = f"perhaps {' or '.join(close)}; " if close else ""
    raise InputError(
        f"there is no preset {name!r}", mend=f"{mend}the presets are {', '.join(by_name)}"
    )


def _pair(
    name: str,
    title: str,
    section: str,
    summary: str,
    design: Design,
    correction: str,
) -> tuple[Preset, Preset]:
    printed_preset = Preset(
        name=f"{name}-as-printed",
        title=f"{title}, as the page prints it",
        summary=summary,
        section=section,
    )
    corrected = Preset(
        name=name,
        title=f"{title}, corrected",
        summary=f"{summary} {correction}",
        section=section,
        design=design,
    )
    return printed_preset, corrected


# The page speaks of the service controller that was in-tree then.
_PROVIDER = Design(controller="cloud-provider-aws", proxy_protocol=False, emissary_version="3.3")

_PRESETS = (
    *_pair(
        "recommended-nlb",
        "NLB with PROXY protocol, TLS ended at Emissary",
        "Recommended configuration",
        "The page's recommendation: an NLB passes TLS through and tells the client's address "
        "by the PROXY protocol.",
        replace(_PROVIDER, proxy_protocol=True),
        "Corrected: Listeners whose protocolStack has PROXY before TLS, in place of a Module "
        "option without effect since 2.0; an annotation turns the PROXY protocol on.",
    ),
    *_pair(
        "tls-at-emissary-elb",
        "TLS ended at Emissary, behind an ELB",
        "TLS termination at Emissary-ingress",
        "The default ports on the default load balancer, a Classic ELB on layer 4.",
        replace(_PROVIDER, load_balancer="classic-tcp", proxy_protocol=True),
        "Corrected: with the PROXY protocol, or Emissary would take the load balancer for the "
        "client.",
    ),
    *_pair(
        "tls-at-emissary-nlb",
        "TLS ended at Emissary, behind an NLB",
        "TLS termination at Emissary-ingress",
        "The default ports on an NLB.",
        replace(_PROVIDER, external_traffic_policy="Local"),
        "Corrected: externalTrafficPolicy Local keeps the client's address, without the PROXY "
        "protocol.",
    ),
    *_pair(
        "tls-at-l4-elb",
        "TLS ended at a layer 4 ELB",
        "L4 load balancer (default ELB or NLB)",
        "An ACM certificate on a Classic ELB on layer 4, which adds no headers; Emissary routes "
        "cleartext.",
        replace(
            _PROVIDER,
            load_balancer="classic-tcp",
            tls_termination="load-balancer",
            proxy_protocol=True,
            split_ports=True,
        ),
        "Corrected: the ports lead to two Listeners, one INSECURE and one SECURE, so that "
        "cleartext is redirected all the same; the PROXY protocol tells the client's address.",
    ),
    *_pair(
        "tls-at-l7-elb",
        "TLS ended at a layer 7 ELB",
        "L7 load balancer (ELB or ALB)",
        "An ACM certificate on a Classic ELB on layer 7, which adds X-Forwarded-*; Emissary "
        "redirects cleartext.",
        replace(_PROVIDER, load_balancer="classic-http", tls_termination="load-balancer"),
        "Corrected: l7Depth 1 on the Listener, in place of Module options.",
    ),
    *_pair(
        "tls-at-l7-alb",
        "TLS ended at an ALB",
        "L7 load balancer (ELB or ALB)",
        "An ALB made by hand in front of a NodePort Service, as the page asks for.",
        replace(
            _PROVIDER,
            load_balancer="alb",
            controller="aws-load-balancer-controller",
            tls_termination="load-balancer",
            target_type="ip",
            alb_redirect=True,
        ),
        "Corrected: the AWS Load Balancer Controller makes it from an Ingress, sends to the "
        "pods, and redirects by itself; l7Depth 1 on the Listener.",
    ),
    *_pair(
        "client-ip-l7",
        "Client address by X-Forwarded-For",
        "Preserving the client IP address",
        "A layer 7 load balancer writes the client's address into X-Forwarded-For, and "
        "Emissary trusts it.",
        replace(
            _PROVIDER,
            load_balancer="classic-http",
            tls_termination="load-balancer",
            insecure_action="Route",
        ),
        "Corrected: l7Depth 1 on the Listener, in place of Module options.",
    ),
    *_pair(
        "client-ip-proxy-protocol",
        "Client address by the PROXY protocol",
        "Preserving the client IP address",
        "An annotation turns the PROXY protocol of a Classic ELB on, and Emissary is told to "
        "expect it.",
        replace(_PROVIDER, load_balancer="classic-tcp", proxy_protocol=True),
        "Corrected: Listeners whose protocolStack has PROXY before TLS, in place of a Module "
        "option without effect since 2.0.",
    ),
)
