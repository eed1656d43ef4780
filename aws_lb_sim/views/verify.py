"""How to see on the real cluster that a design does what was simulated: commands and answers."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from aws_lb_sim.decide import words
from aws_lb_sim.decide.probes import CLIENT, FORGED, FORGERIES, HTTP, HTTP2_ONLY, HTTPS, WEBSOCKET
from aws_lb_sim.network.request import Request
from aws_lb_sim.views.verify_aws import CheckStep, in_aws
from aws_lb_sim.views.words import RESULT_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.decide.rank import Option
    from aws_lb_sim.flow import Exchange

__all__ = ["set_up", "verification"]

YOU = "YOUR.OWN.ADDRESS"
"""Stands for the simulated client's address in what is expected."""

_FORGED_XFF = FORGERIES[0]
_CURL = "curl -sS -o /dev/null --max-time 10"


def set_up(option: Option) -> str:
    """Return the shell commands that set ``HOST`` and ``LB``, which the others use.

    Parameters
    ----------
    option
        What is verified.
    """
    host = shlex.quote(option.candidate.behaviour.host)
    return f'HOST={host}\nLB=$({_dns_name(option)})\necho "$LB"'


def verification(option: Option) -> tuple[CheckStep, ...]:
    """Return what to try on the real cluster, and the answers that were simulated.

    Parameters
    ----------
    option
        What was decided on; its requests are sent again.

    Returns
    -------
    tuple of CheckStep
        For curl, openssl, kubectl and aws, in the order in which one would look.

    Examples
    --------
    >>> from aws_lb_sim.decide.decision import decide
    >>> best = decide({"redirect": "must"}, load_balancer="alb").best
    >>> verification(best)[0].expect
    '301 https://shop.example.com/'
    """
    return (*_over_http(option), *_over_tls(option), *_in_cluster(option), *in_aws(option))


def _over_http(option: Option) -> Iterator[CheckStep]:
    behaviour = option.candidate.behaviour
    http, https = behaviour.exchange(HTTP), behaviour.exchange(HTTPS)
    yield CheckStep(
        title="http is redirected" if http.answer.location else "http",
        command=f"{_CURL} -w '%{{http_code}} %{{redirect_url}}\\n' {_to(80)} \"http://$HOST/\"",
        expect=_answer(http),
    )
    yield CheckStep(
        title="https is answered",
        command=f"{_CURL} -w '%{{http_code}}\\n' {_to(443)} \"https://$HOST/\"",
        expect=_answer(https),
    )
    upgrade = behaviour.exchange(WEBSOCKET)
    headers = " ".join(
        f"-H {shlex.quote(f'{name}: {value}')}"
        for name, value in (
            ("Connection", "Upgrade"),
            ("Upgrade", "websocket"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        )
    )
    yield CheckStep(
        title="WebSocket (on a path where the service speaks it; curl then waits in vain)",
        command=f"{_CURL} --http1.1 -w '%{{http_code}}\\n' {headers} {_to(443)} "
        '"https://$HOST/chat"',
        expect=_answer(upgrade),
    )


def _over_tls(option: Option) -> Iterator[CheckStep]:
    behaviour = option.candidate.behaviour
    https, only = behaviour.exchange(HTTPS), behaviour.exchange(HTTP2_ONLY)
    connect = 'openssl s_client -connect "$LB:443" -servername "$HOST"'
    ends = https.tls_terminated_at
    if ends:
        yield CheckStep(
            title="Who ends TLS: whose certificate is shown",
            command=f"{connect} </dev/null 2>/dev/null | openssl x509 -noout -subject -issuer",
            expect=_certificate(option, ends[0]),
        )
    agreed = only.answer.status is not None and only.answer.result == "response"
    yield CheckStep(
        title="HTTP/2 is agreed on",
        command=f"{connect} -alpn h2 </dev/null 2>&1 | grep -i alpn",
        expect="ALPN protocol: h2" if agreed else "No ALPN negotiated, or an alert",
    )


def _in_cluster(option: Option) -> Iterator[CheckStep]:
    design = option.design
    namespace = shlex.quote(design.namespace)
    forged = option.candidate.behaviour.exchange(_FORGED_XFF)
    seen = _forwarded_for(forged)
    believed = forged.emissary.client_ip if forged.emissary else None
    expect = _yours(
        f"Emissary takes {believed} for the client; the service gets X-Forwarded-For: {seen}"
    )
    yield CheckStep(
        title="A forged X-Forwarded-For (the access log quotes it, before the user agent)",
        command=f"{_CURL} -H 'X-Forwarded-For: {FORGED}' {_to(443)} \"https://$HOST/\"\n"
        f"kubectl logs --namespace {namespace} deployment/emissary-ingress --tail=5",
        expect=expect,
    )
    kinds = "listeners.getambassador.io,hosts.getambassador.io"
    kept = [each for each in option.candidate.manifests.documents if each["kind"] in _OURS]
    if not design.has_listeners:
        kinds = "hosts.getambassador.io"
    yield CheckStep(
        title="Emissary's resources are there",
        command=f"kubectl get {kinds} --namespace {namespace}",
        expect=", ".join(_listed(each) for each in kept),
    )


_OURS = ("Listener", "Host")


def _listed(document: dict[str, Any]) -> str:
    port = document["spec"].get("port")
    said = f" (port {port})" if port else f" ({document['spec'].get('hostname', '*')})"
    return f"{document['kind']} {document['metadata']['name']}{said}"


def _to(port: int) -> str:
    """Return what makes curl connect to the load balancer before any DNS name points at it."""
    return f'--connect-to "$HOST:{port}:$LB:{port}"'


def _answer(exchange: Exchange) -> str:
    answer = exchange.answer
    if answer.status is None:
        return f"no answer: {RESULT_WORDS[answer.result]}"
    return f"{answer.status} {answer.location}" if answer.location else str(answer.status)


def _certificate(option: Option, box: str) -> str:
    if box == "emissary":
        design = option.design
        return f"the certificate of the Secret {design.tls_secret}, since Emissary ends TLS"
    return f"an ACM certificate (its issuer is Amazon), since {words.box(box)} ends TLS"


def _forwarded_for(exchange: Exchange) -> str:
    for hop in exchange.hops:
        if hop.target == "service" and isinstance(hop.payload, Request):
            return hop.payload.header("x-forwarded-for") or "(none)"
    return "nothing: the request never reaches it"


def _yours(words: str) -> str:
    return words.replace(CLIENT, YOU)


def _dns_name(option: Option) -> str:
    manifests = option.candidate.manifests
    if manifests.cloudformation is not None:
        return _dns_name_of_stack(option)
    kind = "Ingress" if option.design.load_balancer == "alb" else "Service"
    document = next(each for each in manifests.documents if each["kind"] == kind)
    metadata = document["metadata"]
    path = "{.status.loadBalancer.ingress[0].hostname}"
    return (
        f"kubectl get {kind.lower()} {shlex.quote(metadata['name'])} "
        f"--namespace {shlex.quote(metadata['namespace'])} -o jsonpath='{path}'"
    )


def _dns_name_of_stack(option: Option) -> str:
    template = option.candidate.manifests.cloudformation or {}
    types = {
        "AWS::ElasticLoadBalancingV2::LoadBalancer": (
            "elbv2 describe-load-balancers --names",
            "LoadBalancers[0].DNSName",
            "Name",
        ),
        "AWS::ElasticLoadBalancing::LoadBalancer": (
            "elb describe-load-balancers --load-balancer-names",
            "LoadBalancerDescriptions[0].DNSName",
            "LoadBalancerName",
        ),
    }
    for resource in template.get("Resources", {}).values():
        if resource["Type"] in types:
            command, query, key = types[resource["Type"]]
            name = shlex.quote(str(resource["Properties"].get(key, "NAME")))
            return f'aws {command} {name} --query "{query}" --output text'
    return "echo 'look it up in the AWS console'"
