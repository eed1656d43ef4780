"""How to see on the real cluster that a design does what was simulated: commands and answers."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from aws_lb_sim.decide import words
from aws_lb_sim.decide.probes import CLIENT, FORGED, FORGERIES, HTTP, HTTP2_ONLY, HTTPS, WEBSOCKET
from aws_lb_sim.network.request import Request
from aws_lb_sim.views.record_checks_aws import CheckStep, found_by, in_aws
from aws_lb_sim.views.words import RESULT_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_lb_sim.decide.rank import Option
    from aws_lb_sim.flow import Exchange

__all__ = ["set_up", "verification"]

YOU = "YOUR.OWN.ADDRESS"
"""Stands for the simulated client's address in what is expected."""

_FORGED_XFF = FORGERIES[0]
# What curl's --haproxy-clientip sends: version 1, before any TLS.
_FORGED_PROXY = next(each for each in FORGERIES if [sent.version for sent in each.proxy] == [1])
_CURL = "curl -sS -o /dev/null --max-time 10"


def set_up(option: Option) -> str:
    """Return the shell commands that set ``HOST`` and ``LB``, which the others use.

    Parameters
    ----------
    option
        What is verified.
    """
    behaviour = option.candidate.behaviour
    lines = [f"HOST={shlex.quote(behaviour.host)}", f"LB=$({_dns_name(option)})"]
    # Clients come to CloudFront by its own name; without it, straight to the load balancer.
    lines.append('FRONT="$HOST"' if option.design.in_front else 'FRONT="$LB"')
    if behaviour.cluster.load_balancer is not None:
        lines.append(found_by(behaviour.cluster.load_balancer))
    return "\n".join([*lines, 'echo "$LB"'])


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
    connect = 'openssl s_client -connect "$FRONT:443" -servername "$HOST"'
    ends = https.tls_terminated_at
    if ends:
        yield _certificate(option, ends[0], f"{connect} </dev/null 2>/dev/null | openssl x509")
    agreed = only.answer.status is not None and only.answer.result == "response"
    yield CheckStep(
        title="HTTP/2 is agreed on",
        command=f"{connect} -alpn h2 </dev/null 2>&1 | grep -i alpn",
        expect="ALPN protocol: h2" if agreed else "No ALPN negotiated, or an alert",
    )


def _in_cluster(option: Option) -> Iterator[CheckStep]:
    namespace = shlex.quote(option.design.namespace)
    logs = f"kubectl logs --namespace {namespace} --selector {_selector(option)} --tail=5"
    forged = option.candidate.behaviour.exchange(_FORGED_XFF)
    believed = forged.emissary.client_ip if forged.emissary else None
    yield CheckStep(
        title="A forged X-Forwarded-For (Emissary's access log quotes it, before the user agent)",
        command=f"{_CURL} -H 'X-Forwarded-For: {FORGED}' {_to(443)} \"https://$HOST/\"\n{logs}",
        expect=_yours(
            f'"{_forwarded_for(forged)}" in the log; Emissary takes {believed} for the client'
        ),
    )
    sent = option.candidate.behaviour.exchange(_FORGED_PROXY)
    yield CheckStep(
        title="A forged PROXY header (curl 8.2 or later)",
        command=f"{_CURL} -w '%{{http_code}}\\n' --haproxy-clientip {FORGED} {_to(443)} "
        '"https://$HOST/"',
        expect=_answer(sent),
    )
    kept = [each for each in option.candidate.manifests.documents if each["kind"] in _OURS]
    kinds = dict.fromkeys(f"{each['kind'].lower()}s.getambassador.io" for each in kept)
    yield CheckStep(
        title="Emissary's resources are there (others may be, too)",
        command=f"kubectl get {','.join(kinds)} --namespace {namespace} -o name",
        expect=", ".join(
            f"{each['kind'].lower()}.getambassador.io/{each['metadata']['name']}" for each in kept
        ),
    )


_OURS = ("Listener", "Host")


def _selector(option: Option) -> str:
    """Return what the Service selects Emissary's pods by."""
    for document in option.candidate.manifests.documents:
        selector = document.get("spec", {}).get("selector")
        if document["kind"] == "Service" and selector:
            return shlex.quote(",".join(f"{key}={value}" for key, value in selector.items()))
    raise ValueError("every design is written with a Service that selects Emissary's pods")


def _to(port: int) -> str:
    """Return what makes curl connect to the load balancer before any DNS name points at it."""
    return f'--connect-to "$HOST:{port}:$FRONT:{port}"'


def _answer(exchange: Exchange) -> str:
    answer = exchange.answer
    if answer.status is None:
        return f"000 (no answer: {RESULT_WORDS[answer.result]})"
    return f"{answer.status} {answer.location}" if answer.location else str(answer.status)


def _certificate(option: Option, box: str, shown: str) -> CheckStep:
    """Compare the certificate that is shown with the one that the box has."""
    design = option.design
    title = f"Who ends TLS: {words.box(box)}, whose certificate is shown"
    if box == "emissary":
        secret = (
            f"kubectl get secret {shlex.quote(design.tls_secret)} --namespace "
            f"{shlex.quote(design.namespace)} -o jsonpath='{{.data.tls\\.crt}}' | base64 -d"
        )
        ask = "-noout -fingerprint -sha256"
        command = f"{shown} {ask}\n{secret} | openssl x509 {ask}"
        return CheckStep(title=title, command=command, expect="the same fingerprint twice")
    if box == "load-balancer":
        arn = shlex.quote(design.certificate_arn)
        command = (
            f"{shown} -noout -serial\naws acm describe-certificate --certificate-arn {arn} "
            "--query Certificate.Serial --output text"
        )
        expect = "the same serial number twice (AWS writes it with colons)"
        return CheckStep(title=title, command=command, expect=expect)
    command, expect = f"{shown} -noout -issuer", "an issuer with O = Amazon: ACM's certificate"
    return CheckStep(title=title, command=command, expect=expect)


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
