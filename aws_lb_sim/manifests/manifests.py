"""What a person would apply to a cluster and an AWS account, all of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lb_sim.manifests.bundle import Bundle

__all__ = ["Manifests", "ServiceController"]

ServiceController = Literal["cloud-provider-aws", "aws-load-balancer-controller"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifests:
    """The documents, and what a simulation must be told besides.

    Parameters
    ----------
    documents
        Kubernetes documents in the order in which they are applied.
    cloudformation
        Template of a load balancer made by hand, None where a controller makes it.
    commands
        Shell commands that call ``aws``, for what can only be set by hand; run in
        order in one shell, since the later ones use what the first look up.
    notes
        What else a person has to do: a Markdown list.
    attributes
        What the commands set, by AWS's own key: in no document, so that a
        simulation has to be told. ``proxy_protocol_v2.enabled`` of an NLB,
        ``ProxyProtocol`` of a Classic Load Balancer's policy, ….
    controller
        Who turns a Service into a load balancer.
    in_front
        Layer 7 proxies between client and load balancer, outermost first.
    emissary_version
        The version that the documents are meant for.

    Examples
    --------
    >>> Manifests(documents=()).controller
    'cloud-provider-aws'
    """

    documents: tuple[dict[str, Any], ...]
    cloudformation: dict[str, Any] | None = None
    commands: tuple[str, ...] = ()
    notes: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    controller: ServiceController = "cloud-provider-aws"
    in_front: tuple[str, ...] = ()
    emissary_version: str = "3.10"

    def bundle(self) -> Bundle:
        """Return the documents, template, commands and notes as files to save.

        Returns
        -------
        Bundle
            One file for each kind of thing.
        """
        # Not at the top: the simulation needs no files, and should start without them.
        from aws_lb_sim.manifests.bundle import Bundle

        return Bundle.from_documents(
            list(self.documents),
            cloudformation=self.cloudformation,
            commands=self.commands,
            notes=self.notes,
        )
