"""Flows built by hand, of the kinds that a view must be able to show."""

from __future__ import annotations

from dataclasses import replace

from aws_lb_sim.findings.finding import Finding
from aws_lb_sim.flow import EmissaryView, Exchange, Flow, Hop
from aws_lb_sim.network.box import Answer, Payload, Step
from aws_lb_sim.network.connection import ClientHello, Connection, ProxyHeader
from aws_lb_sim.network.request import Headers, Request
from aws_lb_sim.rules import Rule

CLIENT = "203.0.113.7"
BALANCER = "10.0.1.5"
HOST = "shop.example.com"
XFF = "X-Forwarded-For"

XSS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</text></svg><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "javascript:alert(1)",
    "&lt;script&gt;",
)


def step(action: str, subject: str, before: str | None = None, after: str | None = None) -> Step:
    """Make a step under a rule of its own."""
    name = f"test.{action}-{subject.lower().replace(' ', '-')}"
    return Step(action, subject, before, after, Rule(name, "For the tests.", "the tests"))


def hop(
    source: str,
    target: str,
    ends: tuple[str, str, int],
    payload: Payload,
    steps: tuple[Step, ...] = (),
    **connection: object,
) -> Hop:
    """Make a hop; ``ends`` is source address, destination address, port."""
    made = Connection(source_ip=ends[0], destination_ip=ends[1], destination_port=ends[2])
    return Hop(
        source=source,
        target=target,
        connection=replace(made, **connection),
        payload=payload,
        steps=steps,
    )


def request(headers: Headers = (("User-Agent", "curl/8.5.0"),), **fields: object) -> Request:
    """Make a request for the shop."""
    return replace(Request(authority=HOST, headers=headers), **fields)


def believed(address: str, how: str) -> Step:
    """Emissary takes an address for the client's."""
    return Step("believed", "client address", None, address, Rule(f"envoy.{how}", how, "the tests"))


def _nlb_hops(port: int, pod_port: int, asked: Request, tls: ClientHello | None) -> tuple[Hop, ...]:
    proxy = (ProxyHeader(version=2, source_ip=CLIENT, destination_ip="198.51.100.20"),)
    passed = (step("passed", "TLS"),) if tls else ()
    added = step("added", "PROXY header", None, f"PROXY v2 {CLIENT}")
    snat = step("rewritten", "source address", BALANCER, "10.0.2.9")
    return (
        hop("client", "load-balancer", (CLIENT, "198.51.100.20", port), asked, tls=tls),
        hop(
            "load-balancer",
            "node",
            (BALANCER, "10.0.2.9", 31443),
            asked,
            (added, *passed),
            proxy=proxy,
            tls=tls,
        ),
        hop(
            "node",
            "emissary",
            ("10.0.2.9", "10.1.0.4", pod_port),
            asked,
            (snat,),
            proxy=proxy,
            tls=tls,
        ),
    )


def redirected_then_ok() -> Flow:
    """NLB with PROXY v2, TLS at Emissary, asked in cleartext: 301, then 200."""
    forged = request((("User-Agent", "curl/8.5.0"), (XFF, "6.6.6.6")))
    first = Exchange(
        url=f"http://{HOST}/",
        hops=_nlb_hops(80, 8080, forged, None),
        answer=Answer(
            result="response",
            status=301,
            headers=(("location", f"https://{HOST}/"),),
            reason="Host shop redirects insecure requests",
            steps=(
                believed(CLIENT, "PROXY header"),
                step("answered", "by itself", None, "301"),
            ),
        ),
        answered_by="emissary",
        emissary=EmissaryView(peer_ip="10.0.2.9", client_ip=CLIENT, secure=False),
    )
    return Flow(exchanges=(first, nlb_tls_exchange()), client_ip=CLIENT)


def nlb_tls_exchange() -> Exchange:
    """The same NLB over TLS: 200."""
    asked = request((("User-Agent", "curl/8.5.0"), (XFF, "6.6.6.6")))
    hello = ClientHello(server_name=HOST, alpn=("h2", "http/1.1"))
    hops = _nlb_hops(443, 8443, asked, hello)
    told = (
        ("User-Agent", "curl/8.5.0"),
        ("x-forwarded-for", f"6.6.6.6,{CLIENT}"),
        ("x-forwarded-proto", "https"),
        ("x-envoy-external-address", CLIENT),
        ("x-request-id", "00000000-0000-4000-8000-000000000001"),
    )
    steps = (
        step("ignored", "PROXY header", None, None),
        step("decrypted", "TLS", None, f"certificate of Host shop, {HOST}"),
        believed(CLIENT, "PROXY header"),
        step("rewritten", "x-forwarded-for", "6.6.6.6", f"6.6.6.6,{CLIENT}"),
        step("added", "x-forwarded-proto", None, "https"),
        step("added", "x-envoy-external-address", None, CLIENT),
        step("added", "x-request-id", None, "00000000-0000-4000-8000-000000000001"),
        step("matched", "route", None, "Mapping emissary/backend"),
    )
    last = hop("emissary", "service", ("10.1.0.4", "10.1.0.99", 80), request(told), steps)
    return Exchange(
        url=f"https://{HOST}/",
        hops=(*hops, last),
        answer=Answer(result="response", status=200),
        answered_by="service",
        emissary=EmissaryView(
            peer_ip="10.0.2.9", client_ip=CLIENT, secure=True, tls=True, route="backend"
        ),
    )


def tls_ok() -> Flow:
    """The second round alone."""
    return Flow(exchanges=(nlb_tls_exchange(),), client_ip=CLIENT)


def tls_error() -> Flow:
    """The recipe as printed: Emissary takes a PROXY header for HTTP."""
    hello = ClientHello(server_name=HOST, alpn=("h2", "http/1.1"))
    reason = "Listener 8443 expects no PROXY header, reads it as HTTP and answers 400 in cleartext"
    exchange = Exchange(
        url=f"https://{HOST}/",
        hops=_nlb_hops(443, 8443, request(), hello),
        answer=Answer(
            result="tls-error",
            reason=reason,
            steps=(step("refused", "PROXY header", f"PROXY v2 {CLIENT}", None),),
        ),
        answered_by="emissary",
        emissary=EmissaryView(peer_ip="10.0.2.9"),
    )
    finding = Finding(
        code="proxy-header-not-expected",
        severity="error",
        message="The NLB sends PROXY v2, and Listener 8443 does not expect it: all requests fail.",
        fix="Set protocolStack: [PROXY, TLS, HTTP, TCP] on Listener 8443.",
        source="emissary python/ambassador/ir/irlistener.py@v3.3.0",
        where="Listener emissary/https",
    )
    return Flow(exchanges=(exchange,), client_ip=CLIENT, findings=(finding,))


def redirect_loop() -> Flow:
    """TLS ends at an L4 load balancer and Emissary redirects: a loop."""
    hello = ClientHello(server_name=HOST)
    told = request()
    hops = (
        hop("client", "load-balancer", (CLIENT, "198.51.100.20", 443), told, tls=hello),
        hop(
            "load-balancer",
            "emissary",
            (BALANCER, "10.1.0.4", 8080),
            told,
            (step("decrypted", "TLS", None, "ACM certificate"),),
        ),
    )
    answer = Answer(
        result="response",
        status=301,
        headers=(("location", f"https://{HOST}/"),),
        reason="the request came in cleartext and Host shop redirects such requests",
        steps=(believed(BALANCER, "source address"), step("answered", "by itself", None, "301")),
    )
    view = EmissaryView(peer_ip=BALANCER, client_ip=BALANCER, secure=False)
    one = Exchange(
        url=f"https://{HOST}/", hops=hops, answer=answer, answered_by="emissary", emissary=view
    )
    return Flow(exchanges=(one, one), redirect_loop=True, client_ip=CLIENT)


def forged_wins() -> Flow:
    """CloudFront, an ALB, a node, and l7Depth too high: a forged address wins."""
    front = ClientHello(server_name=HOST, alpn=("h2", "http/1.1"))
    middle = ClientHello(server_name="origin.example.com")
    asked = request(((XFF, "6.6.6.6"), ("Cookie", "session=" + "0123456789abcdef" * 8)), http="2")
    at_alb = request(
        ((XFF, f"6.6.6.6, {CLIENT}"), ("Via", "2.0 cloudfront.net (CloudFront)")), http="1.1"
    )
    at_node = request(
        (
            (XFF, f"6.6.6.6, {CLIENT}, 130.176.0.1"),
            ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Port", "443"),
            ("Via", "2.0 cloudfront.net (CloudFront)"),
        ),
    )
    at_service = request(
        (
            ("x-forwarded-for", f"6.6.6.6, {CLIENT}, 130.176.0.1,10.0.2.9"),
            ("x-forwarded-proto", "https"),
            ("x-envoy-external-address", "6.6.6.6"),
        ),
    )
    cloudfront_steps = (
        step("decrypted", "TLS", None, HOST),
        step("removed", "Cookie", "session=" + "0123456789abcdef" * 8, None),
        step("rewritten", XFF, "6.6.6.6", f"6.6.6.6, {CLIENT}"),
        step("added", "Via", None, "2.0 cloudfront.net (CloudFront)"),
        step("encrypted", "TLS", None, "origin.example.com"),
    )
    alb_steps = (
        step("decrypted", "TLS", None, "ACM certificate"),
        step("rewritten", XFF, f"6.6.6.6, {CLIENT}", f"6.6.6.6, {CLIENT}, 130.176.0.1"),
        step("added", "X-Forwarded-Proto", None, "https"),
        step("added", "X-Forwarded-Port", None, "443"),
        step("added", "X-Amzn-Trace-Id", None, "Root=1-00000000-000000000000000000000000"),
    )
    emissary_steps = (
        believed("6.6.6.6", "X-Forwarded-For"),
        step("rewritten", "x-forwarded-for", "…", "… ,10.0.2.9"),
        step("added", "x-envoy-external-address", None, "6.6.6.6"),
    )
    hops = (
        hop("client", "cloudfront", (CLIENT, "130.176.0.1", 443), asked, tls=front),
        hop(
            "cloudfront",
            "load-balancer",
            ("130.176.0.1", "198.51.100.20", 443),
            at_alb,
            cloudfront_steps,
            tls=middle,
        ),
        hop("load-balancer", "node", (BALANCER, "10.0.2.9", 31080), at_node, alb_steps),
        hop(
            "node",
            "emissary",
            ("10.0.2.9", "10.1.0.4", 8080),
            at_node,
            (step("rewritten", "source address", BALANCER, "10.0.2.9"),),
        ),
        hop("emissary", "service", ("10.1.0.4", "10.1.0.99", 80), at_service, emissary_steps),
    )
    exchange = Exchange(
        url=f"https://{HOST}/a/rather/long/path?with=a&query=that-goes-on-and-on",
        hops=hops,
        answer=Answer(result="response", status=200),
        answered_by="service",
        emissary=EmissaryView(peer_ip="10.0.2.9", client_ip="6.6.6.6", secure=True),
    )
    finding = Finding(
        code="client-address-forgeable",
        severity="error",
        message="l7Depth is one more than the proxies in front: a client's header wins.",
        fix="Set l7Depth: 2.",
    )
    return Flow(exchanges=(exchange,), client_ip=CLIENT, findings=(finding,))


def refused() -> Flow:
    """Nothing listens on the port of the load balancer."""
    exchange = Exchange(
        url=f"http://{HOST}:8081/",
        hops=(hop("client", "load-balancer", (CLIENT, "198.51.100.20", 8081), request()),),
        answer=Answer(
            result="connection-refused",
            reason="the load balancer has no listener on port 8081",
            steps=(step("refused", "connection", None, "port 8081"),),
        ),
        answered_by="load-balancer",
    )
    return Flow(exchanges=(exchange,), client_ip=CLIENT)


def ipv6_bytes() -> Flow:
    """An IPv6 client that sends bytes and gets nothing."""
    long_ip = "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff"
    forged = (ProxyHeader(version=1, source_ip="6.6.6.6"),)
    hops = (
        hop(
            "client",
            "load-balancer",
            (long_ip, "2001:db8:1::20", 80),
            b"\x16\x03\x01" * 20,
            proxy=forged,
        ),
        hop(
            "load-balancer",
            "node",
            (long_ip, "2001:db8:2::9", 31080),
            b"\x16\x03\x01" * 20,
            (step("kept", "source address", long_ip, long_ip),),
            proxy=forged,
        ),
    )
    exchange = Exchange(
        url="tcp://[2001:db8:1::20]:80",
        hops=hops,
        answer=Answer(result="timeout", reason="the node has no local pod and drops the packets"),
        answered_by="node",
    )
    return Flow(exchanges=(exchange,), client_ip=long_ip)


def hostile(payload: str) -> Flow:
    """Every free text of a flow is a payload."""
    hello = ClientHello(server_name=payload, alpn=(payload,))
    asked = Request(
        method=payload,
        authority=payload,
        path=payload,
        headers=((payload, payload), (XFF, payload)),
    )
    steps = (
        step("added", payload, payload, payload),
        step("rewritten", XFF, payload, payload),
        step("decrypted", "TLS", None, payload),
    )
    proxy = (ProxyHeader(version=1, malformed=payload),)
    hops = (
        hop("client", payload, (payload, payload, 443), asked, tls=hello),
        hop(payload, "emissary", (payload, payload, 8443), asked, steps, proxy=proxy),
    )
    exchange = Exchange(
        url=payload,
        hops=hops,
        answer=Answer(
            result="response",
            status=301,
            headers=(("location", payload),),
            reason=payload,
            steps=steps,
        ),
        answered_by="emissary",
        emissary=EmissaryView(peer_ip=payload, client_ip=payload, secure=True, route=payload),
    )
    finding = Finding(
        code=payload,
        severity="warning",
        message=payload,
        fix=payload,
        source=payload,
        where=payload,
    )
    return Flow(exchanges=(exchange,), client_ip=CLIENT, findings=(finding,))


ALL = {
    "redirected-then-ok": redirected_then_ok,
    "tls-ok": tls_ok,
    "tls-error": tls_error,
    "redirect-loop": redirect_loop,
    "forged-wins": forged_wins,
    "refused": refused,
    "ipv6-bytes": ipv6_bytes,
}
