"""What the API server says of the documents themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.findings.registry import cluster_check
from aws_lb_sim.findings.while_reading import BY_MANIFESTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.findings.finding import Finding

__all__ = ["CHECKS"]


@cluster_check(*BY_MANIFESTS, inputs=("documents",))
def documents_are_accepted(cluster: Cluster) -> Iterator[Finding]:
    """Check Services, Ingresses and Emissary's kinds as the API server does."""
    # Not at the top: whoever wants no findings needs no schemas.
    from aws_lb_sim.manifests.annotation_checks import check_annotations
    from aws_lb_sim.manifests.schema import validate
    from aws_lb_sim.manifests.service_checks import check_service

    for document in cluster.documents:
        yield from validate(document)
        yield from check_service(document)
        if document.kind == "Ingress":
            yield from check_annotations(document)


CHECKS = (documents_are_accepted,)
