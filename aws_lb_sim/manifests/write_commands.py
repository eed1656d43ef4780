"""The ``aws`` commands for what no document can say, and what they set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.design.derived import proxy_protocol_by
from aws_lb_sim.manifests.write_cloudformation import LOAD_BALANCER_NAME, target_group_name
from aws_lb_sim.manifests.write_service import pod_ports, service_name

if TYPE_CHECKING:
    from aws_lb_sim.design.design import Design

__all__ = ["by_hand", "commands", "set_on_classic", "set_on_target_groups"]

# cloud-provider-aws tags what it makes (pkg/providers/v1/tags.go, aws_loadbalancer.go).
_OWNER_TAG = "kubernetes.io/service-name"


def by_hand(design: Design) -> dict[str, str]:
    """Return what a person sets by hand, by AWS's own key.

    Examples
    --------
    >>> from aws_lb_sim.design.design import Design
    >>> by_hand(Design(controller="cloud-provider-aws", proxy_protocol_by="by-hand"))
    {'proxy_protocol_v2.enabled': 'true'}
    """
    if proxy_protocol_by(design) != "by-hand":
        return {}
    if design.load_balancer != "nlb":
        return {"ProxyProtocol": "true"}
    written = {"proxy_protocol_v2.enabled": "true"}
    if design.preserve_client_ip is not None:
        written["preserve_client_ip.enabled"] = str(design.preserve_client_ip).lower()
    return written


def commands(design: Design) -> tuple[str, ...]:
    """Return shell commands that set by hand what :func:`by_hand` names.

    They find the load balancer by the tag that the controller gives it. After a
    template, they let the nodes in: ``NODE_AUTO_SCALING_GROUP`` in the
    environment names their Auto Scaling group.
    """
    if design.controller == "cloudformation":
        return _let_nodes_in(design)
    attributes = by_hand(design)
    if not attributes:
        return ()
    owner = f"{design.namespace}/{service_name(design)}"
    if design.load_balancer == "nlb":
        return set_on_target_groups(owner, attributes)
    return set_on_classic(owner)


def set_on_target_groups(owner: str, attributes: dict[str, str]) -> tuple[str, ...]:
    """Return the commands that set attributes on every target group of a Service's NLB.

    cloud-provider-aws makes one target group for each port of the Service, and
    tags the load balancer ``kubernetes.io/service-name`` (pkg/providers/v1/aws.go).

    Parameters
    ----------
    owner
        Namespace and name of the Service, ``emissary/emissary-ingress``.
    attributes
        AWS's keys and values.
    """
    pairs = " ".join(f"Key={key},Value={value}" for key, value in attributes.items())
    # Assigned first: a script under "set -e" stops where a look-up fails, but not in a for.
    return (
        _join(
            "LOAD_BALANCER=$(aws resourcegroupstaggingapi get-resources",
            "--resource-type-filters elasticloadbalancing:loadbalancer",
            f"--tag-filters Key={_OWNER_TAG},Values={owner}",
            '--query "ResourceTagMappingList[].ResourceARN" --output text)',
        ),
        _must_be_found(owner),
        _join(
            "TARGET_GROUPS=$(aws elbv2 describe-target-groups --load-balancer-arn",
            '"$LOAD_BALANCER" --query "TargetGroups[].TargetGroupArn" --output text)',
        ),
        _join(
            "for target_group in $TARGET_GROUPS; do aws elbv2 modify-target-group-attributes",
            f'--target-group-arn "$target_group" --attributes {pairs} || exit; done',
        ),
    )


def _must_be_found(owner: str) -> str:
    return f': "${{LOAD_BALANCER:?no load balancer is tagged for the Service {owner}}}"'


def set_on_classic(owner: str) -> tuple[str, ...]:
    """Return the commands that turn the PROXY protocol on for a Service's Classic Load Balancer.

    The policy bears a name of its own: cloud-provider-aws would take one called
    ``k8s-proxyprotocol-enabled`` away again (pkg/providers/v1/aws_loadbalancer.go).

    Parameters
    ----------
    owner
        Namespace and name of the Service.
    """
    policy = "emissary-proxy-protocol"
    named = '--load-balancer-name "$LOAD_BALANCER"'
    ports = "LoadBalancerDescriptions[0].ListenerDescriptions[].Listener.InstancePort"
    tagged = f"TagDescriptions[?Tags[?Key=='{_OWNER_TAG}' && Value=='{owner}']].LoadBalancerName"
    return (
        _join(
            "NAMES=$(aws elb describe-load-balancers",
            '--query "LoadBalancerDescriptions[].LoadBalancerName" --output text)',
        ),
        _join(
            "LOAD_BALANCER=$(for name in $NAMES; do aws elb describe-tags",
            f'--load-balancer-names "$name" --query "{tagged}" --output text; done)',
        ),
        _must_be_found(owner),
        _join(
            f"aws elb create-load-balancer-policy {named} --policy-name {policy}",
            "--policy-type-name ProxyProtocolPolicyType",
            "--policy-attributes AttributeName=ProxyProtocol,AttributeValue=true",
        ),
        _join(
            'PORTS=$(aws elb describe-load-balancers --load-balancer-names "$LOAD_BALANCER"',
            f'--query "{ports}" --output text)',
        ),
        _join(
            "for port in $PORTS; do aws elb set-load-balancer-policies-for-backend-server",
            f'{named} --instance-port "$port" --policy-names {policy} || exit; done',
        ),
    )


def _join(*words: str) -> str:
    return " ".join(words)


def _let_nodes_in(design: Design) -> tuple[str, ...]:
    group = '--auto-scaling-group-name "$NODE_AUTO_SCALING_GROUP"'
    if design.load_balancer not in ("nlb", "alb"):
        names = f"--load-balancer-names {LOAD_BALANCER_NAME}"
        return (f"aws autoscaling attach-load-balancers {group} {names}",)
    targets = dict.fromkeys(target_group_name(pod_port) for pod_port in _targets(design))
    names = " ".join(targets)
    return (
        _join(
            f"TARGET_GROUPS=$(aws elbv2 describe-target-groups --names {names}",
            '--query "TargetGroups[].TargetGroupArn" --output text)',
        ),
        # Not quoted: each ARN is an argument of its own.
        _join(
            f"aws autoscaling attach-load-balancer-target-groups {group}",
            "--target-group-arns $TARGET_GROUPS",
        ),
    )


def _targets(design: Design) -> list[int]:
    ports = [pod_port for _, _, pod_port in pod_ports(design)]
    return ports[-1:] if design.load_balancer == "alb" else ports
