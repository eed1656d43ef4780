"""What the page says under "Load balancer annotations"."""

from __future__ import annotations

from aws_lb_sim.page.predicates import OK, answers, cross_zone, protocols, redirects_once
from aws_lb_sim.page.setups import CERTIFICATE, behind, corrected, insecure, printed
from aws_lb_sim.page.statement import BOTH_CONTROLLERS, HTTP, HTTPS, Statement

__all__ = ["STATEMENTS"]

_SECTION = "Load balancer annotations"
_ARN = {"ssl-cert": CERTIFICATE["ssl-cert"]}
_LISTENERS = (
    "kubernetes/cloud-provider-aws@63ec440c pkg/providers/v1/aws_loadbalancer.go, buildListener"
)
_PORTS = (
    f"{_LISTENERS} and getPortSets; kubernetes-sigs/aws-load-balancer-controller pkg/service, "
    "validateTLSPortsSet"
)
_BOTH_TO_8080 = (8080, 8080)

STATEMENTS = (
    Statement(
        id="ssl-cert-cleartext-behind",
        section=_SECTION,
        quote="Traffic from the client into the load balancer is encrypted but, since TLS is being "
        "terminated at the load balancer, traffic from the load balancer to Emissary-ingress will "
        "be cleartext.",
        claim="With ssl-cert TLS ends at the load balancer, and no TLS reaches Emissary.",
        setup=behind(_ARN, insecure("Route"), targets=_BOTH_TO_8080),
        holds=lambda shown: (
            shown.flow.tls_terminated_at == ("load-balancer",)
            and shown.flow.hops[-2].connection.tls is None
        ),
        controllers=BOTH_CONTROLLERS,
        verdict="holds",
        today="Unless backend-protocol is ssl or https: then it is encrypted anew.",
    ),
    Statement(
        id="ssl-ports-default",
        section=_SECTION,
        quote="Configures which port the load balancer will be listening for SSL traffic on. "
        'Defaults to "*".',
        claim="With ssl-cert alone every port ends TLS.",
        setup=behind(_ARN),
        holds=lambda shown: protocols(shown) in ({"SSL"}, {"TLS"}),
        controllers=BOTH_CONTROLLERS,
        verdict="holds",
    ),
    Statement(
        id="ssl-ports-asterisk",
        section=_SECTION,
        quote='Defaults to "*"',
        claim='Writing ssl-ports: "*" is the same as leaving it out.',
        setup=behind({**_ARN, "ssl-ports": "*"}),
        holds=lambda shown: protocols(shown) in ({"SSL"}, {"TLS"}),
        controllers=BOTH_CONTROLLERS,
        verdict="holds with cloud-provider-aws only",
        today="The AWS Load Balancer Controller takes * for a port that is not there, and makes "
        "nothing.",
        source=_PORTS,
    ),
    Statement(
        id="ssl-ports-443",
        section=_SECTION,
        quote='If you want to enable cleartext redirection, make sure to set this to "443" so '
        "traffic on port 80 will come in over cleartext.",
        claim='With "443" http is redirected to https once, and answered.',
        setup=printed("tls-at-l7-elb"),
        requests=(HTTP,),
        holds=redirects_once,
        verdict="holds",
    ),
    Statement(
        id="backend-protocol-layers",
        section=_SECTION,
        quote='Configures the ELB to operate in L4 or L7 mode. Can be set to "tcp"/"ssl" for an L4 '
        'listener or "http"/"https" for an L7 listener.',
        claim='"https" makes L7 listeners on all ports that end TLS, and encrypts anew.',
        setup=behind({**_ARN, "backend-protocol": "https"}),
        holds=lambda shown: protocols(shown) == {"HTTPS"} and shown.group(443).protocol == "HTTPS",
        controllers=BOTH_CONTROLLERS,
        verdict="holds with cloud-provider-aws only",
        today="A port outside ssl-ports is a TCP listener under https, without an error. The AWS "
        "Load Balancer Controller knows ssl alone.",
        source=_LISTENERS,
    ),
    Statement(
        id="backend-protocol-default",
        section=_SECTION,
        quote='Defaults to "tcp" or "ssl" if aws-load-balancer-ssl-cert is set.',
        claim="With ssl-cert, leaving backend-protocol out is the same as ssl.",
        setup=behind(_ARN),
        holds=lambda shown: shown.group(443).protocol == "SSL",
        verdict="does not hold",
        today="The listener becomes SSL, but it speaks TCP to the targets; ssl, written out, "
        "encrypts anew.",
        source=_LISTENERS,
    ),
    Statement(
        id="type-nlb",
        section=_SECTION,
        quote="When this annotation is set it will launch a Network Load Balancer (NLB) instead "
        "of a classic ELB.",
        claim="With type nlb there is an NLB, with which http and https are answered.",
        setup=behind({"type": "nlb"}),
        requests=(HTTP, HTTPS),
        holds=lambda shown: shown.kind == "nlb" and answers(shown),
        controllers=BOTH_CONTROLLERS,
        verdict="holds",
    ),
    Statement(
        id="cross-zone",
        section=_SECTION,
        quote="Configures the load balancer to load balance across zones.",
        claim="The attribute is set on a Classic ELB.",
        setup=behind({"cross-zone-load-balancing-enabled": "true"}),
        holds=cross_zone,
        verdict="holds",
    ),
    Statement(
        id="cross-zone-not-with-nlb",
        section=_SECTION,
        quote="You cannot configure this annotation and service.beta.kubernetes.io/"
        'aws-load-balancer-type: "nlb" at the same time. You must first deploy the Service with an '
        "NLB and then update it",
        claim="Written together at creation, the attribute is not set.",
        setup=behind({"type": "nlb", "cross-zone-load-balancing-enabled": "true"}),
        holds=lambda shown: not cross_zone(shown),
        controllers=BOTH_CONTROLLERS,
        verdict="does not hold",
        today="It was a bug of Kubernetes 1.10 to 1.18: attributes were applied on updates only.",
        source="kubernetes/kubernetes#82595; kubernetes/cloud-provider-aws@093f4f1e and "
        "@63ec440c, ensureLoadBalancerv2 (reconcileLBAttributes at creation); "
        "kubernetes/cloud-provider-aws#168",
    ),
    Statement(
        id="proxy-protocol-elb",
        section=_SECTION,
        quote="Configures the ELB to enable the proxy protocol.",
        claim='"*" has a Classic ELB send a PROXY header, version 1, from every port.',
        setup=behind({"proxy-protocol": "*"}),
        holds=lambda shown: shown.group(80).proxy_protocol == shown.group(443).proxy_protocol == 1,
        verdict="holds",
    ),
    Statement(
        id="proxy-protocol-only-asterisk",
        section=_SECTION,
        quote='"*", which enables the proxy protocol on all ELB backends, is the only acceptable '
        "value.",
        claim="With any other value no load balancer is made.",
        setup=behind({"proxy-protocol": "443"}),
        holds=lambda shown: shown.kind == "nothing",
        verdict="holds",
    ),
    Statement(
        id="proxy-protocol-all-backends",
        section=_SECTION,
        quote='"*", which enables the proxy protocol on all ELB backends',
        claim="Backends that are encrypted anew (SSL to SSL) get a PROXY header, too.",
        setup=behind({**CERTIFICATE, "backend-protocol": "ssl", "proxy-protocol": "*"}),
        holds=lambda shown: any(hop.connection.proxy for hop in shown.flow.hops),
        verdict="does not hold",
        today="AWS documents it as unsupported where listener and instance protocol are both SSL; "
        "what is then sent is not documented, and none is simulated.",
        source="AWS, Listener configurations for Classic Load Balancers",
    ),
    Statement(
        id="proxy-protocol-preserves",
        section=_SECTION,
        quote="The proxy protocol can be used to preserve the client IP address.",
        claim="With an Emissary that expects it, the true client is taken for the client.",
        setup=corrected("client-ip-proxy-protocol"),
        requests=(HTTP, HTTPS),
        holds=lambda shown: (
            answers(shown) and all(flow.client_address == "right" for flow in shown.flows)
        ),
        versions=("1.14", "2.5", "3.3", "3.10", "4.1"),
        verdict="holds",
    ),
    Statement(
        id="proxy-protocol-not-for-nlb",
        section=_SECTION,
        quote='This annotation will not be recognized if aws-load-balancer-type: "nlb" is '
        "configured. Proxy protocol must be manually enabled for NLBs.",
        claim="With type nlb the annotation has no effect.",
        setup=behind({"type": "nlb", "proxy-protocol": "*"}),
        holds=lambda shown: shown.group(443).proxy_protocol == 0,
        controllers=BOTH_CONTROLLERS,
        verdict="holds with cloud-provider-aws only",
        today="The AWS Load Balancer Controller turns the PROXY protocol on; cloud-provider-aws "
        "has target-group-attributes for it.",
        source="kubernetes/cloud-provider-aws@63ec440c and @73428cd2; kubernetes-sigs/"
        "aws-load-balancer-controller docs/guide/service/annotations.md",
    ),
    Statement(
        id="ssl-ports-all-breaks-cleartext",
        section=_SECTION,
        quote='make sure to set this to "443"',
        claim="Without it http gets no HTTP answer.",
        setup=behind({**_ARN, "backend-protocol": "http"}, targets=_BOTH_TO_8080),
        requests=(HTTP,),
        holds=lambda shown: shown.flow.status != OK and not redirects_once(shown),
        verdict="holds",
    ),
)
