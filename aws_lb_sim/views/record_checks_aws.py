"""What AWS has to say of a load balancer, if it was made as decided: commands and answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lb_sim.aws.load_balancer import ForwardAction
from aws_lb_sim.decide.operation_checks import healthy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.aws.load_balancer import LoadBalancer, TargetGroup
    from aws_lb_sim.decide.rank import Option

__all__ = ["CheckStep", "found_by", "in_aws"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckStep:
    """One thing to try, and what to expect.

    Parameters
    ----------
    title
        What it shows.
    command
        For a POSIX shell, with ``HOST`` and ``LB`` set.
    expect
        What the simulation says the answer is.
    """

    title: str
    command: str
    expect: str


def found_by(load_balancer: LoadBalancer) -> str:
    """Return the shell line by which AWS finds a load balancer of the DNS name ``LB``."""
    if load_balancer.kind == "classic":
        query = "LoadBalancerDescriptions[?DNSName=='$LB'].LoadBalancerName"
        return f'NAME=$(aws elb describe-load-balancers --query "{query}" --output text)'
    query = "LoadBalancers[?DNSName=='$LB'].LoadBalancerArn"
    return f'ARN=$(aws elbv2 describe-load-balancers --query "{query}" --output text)'


def in_aws(option: Option) -> Iterator[CheckStep]:
    """Yield what to ask the AWS command line, with ``ARN`` or ``NAME`` set by :func:`found_by`.

    Parameters
    ----------
    option
        What was decided on.

    Examples
    --------
    >>> from aws_lb_sim.decide.decision import decide
    >>> next(in_aws(decide({"redirect": "must"}, load_balancer="alb").best)).expect
    '80 HTTP, 443 HTTPS'
    """
    load_balancer = option.candidate.behaviour.cluster.load_balancer
    if load_balancer is None:
        return
    ask = _classic if load_balancer.kind == "classic" else _elbv2
    yield from ask(load_balancer, _health(option))


def _health(option: Option) -> tuple[str, str]:
    """Return which targets the load balancer finds well, and why not where it finds none."""
    verdict = healthy(option.candidate)
    if not verdict.holds:
        return "", verdict.reason
    if option.design.target_type == "ip":
        return "every pod", ""
    if option.design.external_traffic_policy == "Local":
        return "each node that runs a pod, and no other", ""
    return "every node", ""


def _listed(load_balancer: LoadBalancer) -> str:
    return ", ".join(f"{each.port} {each.protocol}" for each in load_balancer.listeners)


def _classic(load_balancer: LoadBalancer, health: tuple[str, str]) -> Iterator[CheckStep]:
    describe = 'aws elb describe-load-balancers --load-balancer-names "$NAME" --query'
    named = "LoadBalancerDescriptions[]"
    yield CheckStep(
        title="The listeners",
        command=f'{describe} "{named}.ListenerDescriptions[].Listener.[LoadBalancerPort,Protocol]"'
        " --output text",
        expect=_listed(load_balancer),
    )
    if any(each.proxy_protocol for each in _groups(load_balancer)):
        policies = "BackendServerDescriptions[].[InstancePort,PolicyNames[0]]"
        yield CheckStep(
            title="The PROXY protocol policy",
            command=f'{describe} "{named}.{policies}" --output text',
            expect="every instance port has a policy of the type ProxyProtocolPolicyType",
        )
    yield CheckStep(
        title="The targets' health",
        command='aws elb describe-instance-health --load-balancer-name "$NAME" '
        '--query "InstanceStates[].State" --output text',
        expect=_found(health, "InService", "OutOfService"),
    )


def _elbv2(load_balancer: LoadBalancer, health: tuple[str, str]) -> Iterator[CheckStep]:
    yield CheckStep(
        title="The listeners",
        command='aws elbv2 describe-listeners --load-balancer-arn "$ARN" '
        '--query "Listeners[].[Port,Protocol]" --output text',
        expect=_listed(load_balancer),
    )
    if load_balancer.kind == "nlb":
        yield CheckStep(
            title="The target groups' attributes",
            command=_EACH_GROUP.format(
                command="describe-target-group-attributes",
                query="Attributes[?Key=='proxy_protocol_v2.enabled' || "
                "Key=='preserve_client_ip.enabled'].[Key,Value]",
            ),
            expect=_attributes(load_balancer),
        )
    yield CheckStep(
        title="The targets' health",
        command=_EACH_GROUP.format(
            command="describe-target-health",
            query="TargetHealthDescriptions[].TargetHealth.State",
        ),
        expect=_found(health, "healthy", "unhealthy"),
    )


def _found(health: tuple[str, str], well: str, ill: str) -> str:
    which, why = health
    return f"{well} for {which}" if which else f"{ill}: {why}"


_EACH_GROUP = (
    'for group in $(aws elbv2 describe-target-groups --load-balancer-arn "$ARN" '
    '--query "TargetGroups[].TargetGroupArn" --output text); do\n'
    '  aws elbv2 {command} --target-group-arn "$group" --query "{query}" --output text\ndone'
)


def _groups(load_balancer: LoadBalancer) -> Iterator[TargetGroup]:
    for listener in load_balancer.listeners:
        for action in (listener.action, *(rule.action for rule in listener.rules)):
            if isinstance(action, ForwardAction):
                yield action.target_group


def _attributes(load_balancer: LoadBalancer) -> str:
    lines = dict.fromkeys(
        f"proxy_protocol_v2.enabled {str(bool(each.proxy_protocol)).lower()}, "
        f"preserve_client_ip.enabled {str(each.preserve_client_ip).lower()}"
        for each in _groups(load_balancer)
    )
    return f"{'; or '.join(lines)}, for each target group"
