"""What it takes to set a design up, to keep it, and to run it at scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lb_sim.decide import sources as src
from aws_lb_sim.decide.facts import capability, of_entrance
from aws_lb_sim.decide.requirement import Verdict
from aws_lb_sim.decide.words import ending
from aws_lb_sim.findings.health_checks import targets_are_healthy

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lb_sim.decide.candidate import Candidate

__all__ = [
    "by_kind",
    "healthy",
    "millions_of_connections",
    "no_controller",
    "no_manual_steps",
    "survives_reconcile",
]


def by_kind(requirement: str) -> Callable[[Candidate], Verdict]:
    """Return a check that looks a capability up for the box that clients connect to."""

    def check(candidate: Candidate) -> Verdict:
        return of_entrance(requirement, candidate.behaviour.cluster)

    return check


def millions_of_connections(candidate: Candidate) -> Verdict:
    """Tell whether the kind is made for it, and whether every node takes its share."""
    behaviour = candidate.behaviour
    load_balancer = behaviour.cluster.load_balancer
    kind = load_balancer.kind if load_balancer else "classic"
    fact = capability("millions-of-connections", kind)
    if not fact.holds:
        return fact
    exchange = behaviour.on_node_without_pod()
    if exchange.answer.status is None:
        why = (
            "a node without an Emissary pod takes none of the load, which is therefore uneven: "
            f"{ending(exchange)}"
        )
        return Verdict(holds=False, reason=why, source=src.KUBERNETES_SOURCE_IP, evidence=exchange)
    why = f"{fact.reason}, and every connection finds a pod, whichever node it reaches"
    return Verdict(holds=True, reason=why, source=fact.source, evidence=exchange)


def no_manual_steps(candidate: Candidate) -> Verdict:
    """Tell whether kubectl apply is all there is to do."""
    manifests = candidate.manifests
    if manifests.cloudformation is not None:
        why = "a CloudFormation stack is deployed by hand, and the nodes are registered with it"
        return Verdict(holds=False, reason=why, source=src.ELB_API)
    if manifests.commands:
        set_by_hand = ", ".join(manifests.attributes) or "something"
        why = f"{set_by_hand} is set by {len(manifests.commands)} aws commands after kubectl apply"
        return Verdict(holds=False, reason=why, source=src.ELB_API)
    return Verdict(holds=True, reason="kubectl apply is all there is to do", source=src.PROVIDER)


def survives_reconcile(candidate: Candidate) -> Verdict:
    """Tell whether nothing is set on AWS's side that the controller knows nothing of."""
    by_hand = candidate.manifests.attributes
    if not by_hand:
        why = "all that is set is in the manifests or the template"
        return Verdict(holds=True, reason=why, source=src.CONTROLLER_RECONCILER)
    why = (
        f"{', '.join(by_hand)}, set by hand, is lost as soon as the controller makes a target "
        "group or instance port anew (another port, NodePort, protocol or health check)"
    )
    return Verdict(holds=False, reason=why, source=src.PROVIDER_TARGET_GROUPS)


def healthy(candidate: Candidate) -> Verdict:
    """Tell whether the load balancer finds its targets healthy."""
    look = targets_are_healthy.of_cluster
    found = tuple(look(candidate.behaviour.cluster)) if look else ()
    failing = [each for each in found if each.severity != "info"]
    if failing:
        why = "; ".join(dict.fromkeys(each.message for each in failing))
        return Verdict(holds=False, reason=why, source=failing[0].source)
    if found:
        # Said, and not held against it: what the model does not cover it cannot fail.
        return Verdict(holds=True, reason=found[0].message, source=found[0].source)
    policy = candidate.design.external_traffic_policy
    why = f"health checks pass under externalTrafficPolicy: {policy}"
    if candidate.design.target_type == "ip":
        why = "health checks pass, straight to the pods"
    return Verdict(holds=True, reason=why, source=src.NLB_HEALTH)


def no_controller(candidate: Candidate) -> Verdict:
    """Tell whether the AWS Load Balancer Controller need not be installed."""
    if candidate.manifests.controller == "aws-load-balancer-controller":
        why = "the AWS Load Balancer Controller has to be installed in the cluster"
        return Verdict(holds=False, reason=why, source=src.CONTROLLER_SERVICE)
    if candidate.manifests.cloudformation is not None:
        return Verdict(holds=True, reason="no controller makes it", source=src.ELB_API)
    why = "cloud-provider-aws makes it (the service controller, once in-tree)"
    return Verdict(holds=True, reason=why, source=src.PROVIDER)
