"""Documents → a cluster of boxes, through which requests are sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from aws_lb_sim.aws.read import read_load_balancer
from aws_lb_sim.emissary.compile import Compiled, compile_documents
from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.document import Document
from aws_lb_sim.network.addresses import Addresses
from aws_lb_sim.network.path import Path, build_path
from aws_lb_sim.travel import approach, arrive, finish

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from aws_lb_sim.aws.load_balancer import LoadBalancer
    from aws_lb_sim.aws.owner import Controller
    from aws_lb_sim.findings.finding import Finding
    from aws_lb_sim.flow import Exchange
    from aws_lb_sim.manifests.manifests import Manifests
    from aws_lb_sim.network.client import Opening

__all__ = [
    "Cluster",
    "Entrance",
    "documents_of",
    "join",
    "read",
    "read_entrance",
    "read_manifests",
]

_NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A load balancer, the nodes, Emissary and a service, ready to take requests.

    Parameters
    ----------
    documents
        What it was read from.
    load_balancer
        As AWS holds it; None where no document describes one: then clients connect
        straight to the pod.
    compiled
        What Emissary made of its resources.
    path
        The boxes of every port; None without a load balancer.
    addresses
        Of the boxes.
    findings
        What was found while reading.
    controller, emissary_version, in_front
        As given.
    """

    documents: tuple[Document, ...]
    load_balancer: LoadBalancer | None
    compiled: Compiled
    path: Path | None
    addresses: Addresses
    findings: tuple[Finding, ...] = ()
    controller: str = "cloud-provider-aws"
    emissary_version: str = "3.3"
    in_front: tuple[str, ...] = ()

    def destination(self, client: str) -> str:
        """Return the address that a client connects to."""
        return self.addresses.pod if self.path is None else self.path.destination(client)

    def send(self, opening: Opening, url: str = "") -> Exchange:
        """Send one request through the boxes, and bring its answer back.

        Parameters
        ----------
        opening
            The client's connection and request.
        url
            What the client asked for, for the record.

        Examples
        --------
        >>> from aws_lb_sim.network.client import open_url
        >>> read(()).send(open_url("http://shop.example.com/")).answer.result
        'connection-refused'
        """
        way = approach(self.path, opening)
        if way.answer is not None:
            return finish(url, way, None)
        arrival = arrive(
            self.compiled.config,
            way.arriving,
            self.addresses.service,
            at_pod_port=self.path is not None,
        )
        return finish(url, way, arrival)


def read(  # noqa: PLR0913  (all that the documents do not say)
    documents: Sequence[Document],
    *,
    controller: Controller = "cloud-provider-aws",
    attributes: Mapping[str, str] = _NONE,
    in_front: Sequence[Literal["cloudfront"]] = (),
    emissary_version: str = "3.3",
    missing_secrets: Collection[str] = (),
    entry: str | None = None,
    node_without_pod: bool = False,
    addresses: Addresses | None = None,
) -> Cluster:
    """Read documents as the controllers, AWS and Emissary would.

    Parameters
    ----------
    documents
        Kubernetes documents, CloudFormation templates, output of ``aws … describe-*``.
    controller
        Who makes load balancers of Services, where the documents do not settle it.
    attributes
        AWS-side attributes set by hand, by AWS's own keys.
    in_front
        L7 proxies in front of the load balancer, outermost first.
    emissary_version
        ``"1.14"`` to ``"4.1"``.
    missing_secrets
        Names of TLS Secrets that do not exist.
    entry
        Which load balancer, where several are described.
    node_without_pod
        Whether the node that is reached runs no Emissary pod.
    addresses
        Of the boxes; the defaults are documentation and private ranges.

    Raises
    ------
    InputError
        A document, or an argument, that cannot be used.

    Examples
    --------
    >>> read(()).load_balancer is None
    True
    """
    entrance = read_entrance(
        documents,
        controller=controller,
        attributes=attributes,
        in_front=in_front,
        entry=entry,
        node_without_pod=node_without_pod,
        addresses=addresses or Addresses(),
    )
    compiled = compile_documents(
        documents, emissary_version=emissary_version, missing_secrets=missing_secrets
    )
    return join(documents, entrance, compiled, emissary_version)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """All that stands before Emissary.

    Parameters
    ----------
    load_balancer, path, addresses, findings, controller, in_front
        As in :class:`Cluster`.
    """

    load_balancer: LoadBalancer | None
    path: Path | None
    addresses: Addresses
    findings: tuple[Finding, ...]
    controller: str
    in_front: tuple[str, ...]

    def destination(self, client: str) -> str:
        """Return the address that a client connects to."""
        return self.addresses.pod if self.path is None else self.path.destination(client)


def read_entrance(  # noqa: PLR0913  (all that the documents do not say)
    documents: Sequence[Document],
    *,
    controller: Controller,
    attributes: Mapping[str, str],
    in_front: Sequence[Literal["cloudfront"]],
    entry: str | None,
    node_without_pod: bool,
    addresses: Addresses,
) -> Entrance:
    """Read what stands before Emissary; its own resources are passed over.

    See :func:`read` for the parameters.
    """
    for name in in_front:
        if name != "cloudfront":
            raise InputError(
                f"{name!r} cannot stand in front", where="--in-front", mend="use cloudfront"
            )
    provisioned = read_load_balancer(
        documents, controller=controller, attributes=attributes, entry=entry
    )
    load_balancer = provisioned.load_balancer
    path = None
    if load_balancer is not None:
        path = build_path(load_balancer, addresses, in_front, without_pod=node_without_pod)
    return Entrance(
        load_balancer=load_balancer,
        path=path,
        addresses=addresses,
        findings=provisioned.findings,
        controller=controller,
        in_front=tuple(in_front),
    )


def join(
    documents: Sequence[Document], entrance: Entrance, compiled: Compiled, emissary_version: str
) -> Cluster:
    """Put what stands before Emissary and Emissary itself together."""
    return Cluster(
        documents=tuple(documents),
        load_balancer=entrance.load_balancer,
        compiled=compiled,
        path=entrance.path,
        addresses=entrance.addresses,
        findings=entrance.findings,
        controller=entrance.controller,
        emissary_version=emissary_version,
        in_front=entrance.in_front,
    )


def read_manifests(
    manifests: Manifests, *, node_without_pod: bool = False, addresses: Addresses | None = None
) -> Cluster:
    """Read manifests as written from a design or given by a preset.

    What no document holds (attributes set by hand, the controller, proxies in front,
    Emissary's version) is taken from the manifests as well.

    Parameters
    ----------
    manifests
        Of :func:`aws_lb_sim.manifests.write.write` or a preset.
    node_without_pod, addresses
        As for :func:`read`.

    Examples
    --------
    >>> from aws_lb_sim.manifests.presets import preset
    >>> read_manifests(preset("tls-at-l7-alb").manifests()).load_balancer.kind
    'alb'
    """
    return read(
        documents_of(manifests),
        controller=manifests.controller,
        attributes=manifests.attributes,
        in_front=manifests.in_front,  # type: ignore[arg-type]  # read() checks them
        emissary_version=manifests.emissary_version,
        node_without_pod=node_without_pod,
        addresses=addresses,
    )


def documents_of(manifests: Manifests) -> tuple[Document, ...]:
    """Return the documents of manifests, the CloudFormation template among them.

    Examples
    --------
    >>> from aws_lb_sim.manifests.presets import preset
    >>> manifests = preset("tls-at-l7-alb-as-printed").manifests()
    >>> [document.kind or "template" for document in documents_of(manifests)]
    ['Service', 'Host', 'Module', 'Listener', 'Listener', 'Mapping', 'template']
    """
    template = manifests.cloudformation
    written = manifests.documents if template is None else (*manifests.documents, template)
    return tuple(Document(data=data, index=index) for index, data in enumerate(written, 1))
