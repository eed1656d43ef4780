"""What AWS has to say of a load balancer, if it was made as decided: commands and answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lb_sim.aws.load_balancer import ForwardAction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.aws.load_balancer import LoadBalancer, TargetGroup
    from aws_lb_sim.decide.rank import Option

__all__ = ["CheckStep", "in_aws"]


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


def in_aws(option: Option) -> Iterator[CheckStep]:
    """Yield what to ask the AWS command line, with ``LB`` set to the load balancer's DNS name.

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
    yield from ask(load_balancer)


def _listed(load_balancer: LoadBalancer) -> str:
    return ", ".join(f"{each.port} {each.protocol}" for each in load_balancer.listeners)


def _classic(load_balancer: LoadBalancer) -> Iterator[CheckStep]:
    named = "LoadBalancerDescriptions[?DNSName=='$LB']"
    listeners = "ListenerDescriptions[].Listener.[LoadBalancerPort,Protocol]"
    describe = "aws elb describe-load-balancers --query"
    yield CheckStep(
        title="The listeners",
        command=f'{describe} "{named}.{listeners}" --output text',
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
        title="The targets are healthy",
        command=f'NAME=$({describe} "{named}.LoadBalancerName" --output text)\n'
        'aws elb describe-instance-health --load-balancer-name "$NAME" '
        '--query "InstanceStates[].State" --output text',
        expect="InService for every node (that runs a pod, under Local)",
    )


def _elbv2(load_balancer: LoadBalancer) -> Iterator[CheckStep]:
    found = "LoadBalancers[?DNSName=='$LB'].LoadBalancerArn"
    yield CheckStep(
        title="The listeners",
        command=f'ARN=$(aws elbv2 describe-load-balancers --query "{found}" --output text)\n'
        'aws elbv2 describe-listeners --load-balancer-arn "$ARN" '
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
        title="The targets are healthy",
        command=_EACH_GROUP.format(
            command="describe-target-health",
            query="TargetHealthDescriptions[].TargetHealth.State",
        ),
        expect="healthy for every target (that runs a pod, under Local)",
    )


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
