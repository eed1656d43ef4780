"""From a design to manifests: what a person would apply, complete and deployable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.design.derived import proxy_protocol_by
from aws_lb_sim.design.problems import check
from aws_lb_sim.manifests.manifests import Manifests
from aws_lb_sim.manifests.write_cloudformation import template
from aws_lb_sim.manifests.write_commands import by_hand, commands
from aws_lb_sim.manifests.write_emissary import emissary_documents
from aws_lb_sim.manifests.write_ingress import ingress
from aws_lb_sim.manifests.write_service import service

if TYPE_CHECKING:
    from aws_lb_sim.design.design import Design

__all__ = ["write"]


def write(design: Design) -> Manifests:
    """Write a design out as the manifests that bring it about.

    Parameters
    ----------
    design
        A design that has no problems.

    Returns
    -------
    Manifests
        New dicts on every call: the caller may change them.

    Raises
    ------
    InputError
        The design is impossible; the message lists every reason.

    Examples
    --------
    >>> from aws_lb_sim.design.design import Design
    >>> [document["kind"] for document in write(Design()).documents]
    ['Service', 'Listener', 'Listener', 'Host', 'Mapping']
    """
    check(design)
    by_controller = design.controller != "cloudformation"
    documents = [service(design)]
    if design.load_balancer == "alb" and by_controller:
        documents.append(ingress(design))
    documents += emissary_documents(design)
    return Manifests(
        documents=tuple(documents),
        cloudformation=None if by_controller else template(design),
        commands=commands(design),
        notes=_notes(design),
        attributes=by_hand(design),
        # Behind a template there is only a NodePort Service, which no controller heeds.
        controller=(
            "aws-load-balancer-controller"
            if design.controller == "aws-load-balancer-controller"
            else "cloud-provider-aws"
        ),
        in_front=design.in_front,
        emissary_version=design.emissary_version,
    )


def _notes(design: Design) -> str:
    lines = []
    if design.controller == "cloudformation":
        lines.append(_DEPLOY)
    if design.tls_at_emissary:
        lines.append(
            "Create the certificate that Emissary shows: kubectl create secret tls "
            f"{design.tls_secret} --namespace {design.namespace} --cert=tls.crt --key=tls.key"
        )
    if design.tls_at_load_balancer:
        lines.append("Put the ARN of your own certificate in place of the example's.")
    if design.tls_termination == "both":
        lines.append(_NO_SNI)
    if design.controller == "cloud-provider-aws" and _uses_target_group_attributes(design):
        lines.append(_RECENT_PROVIDER)
    if design.controller == "aws-load-balancer-controller":
        lines.append("The AWS Load Balancer Controller has to be installed in the cluster.")
    if not design.has_listeners:
        lines.append("Restart Ambassador after a change of its Module.")
    return "\n".join(f"- {line}" for line in lines)


def _uses_target_group_attributes(design: Design) -> bool:
    if design.load_balancer != "nlb":
        return False
    way = proxy_protocol_by(design)
    return way == "target-group-attributes" or (
        design.preserve_client_ip is not None and way != "by-hand"
    )


_DEPLOY = (
    "Give the template your own VPC, subnets and security groups: --parameter-overrides "
    "VpcId=... SubnetIds=... SecurityGroupIds=...; the commands after it send to the nodes of "
    "the Auto Scaling group that NODE_AUTO_SCALING_GROUP names."
)
# Load balancers send no server name to their targets, or none that one may count on (AWS,
# Listener configurations for Classic Load Balancers), and Emissary picks a certificate by
# it: only a Host named "*" takes TLS from a client that sends none.
_NO_SNI = (
    'The Host is named "*", because the load balancer names no server when it opens TLS to '
    "Emissary; the Mapping keeps your host name."
)
# kubernetes/cloud-provider-aws@73428cd2, and its back-ports to 1.33.3 and 1.32.6.
_RECENT_PROVIDER = (
    "The target-group-attributes annotation needs cloud-provider-aws 1.34.0, 1.33.3, 1.32.6 "
    "or later; older ones ignore it."
)
