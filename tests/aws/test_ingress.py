from __future__ import annotations

import pytest

from aws_lb_sim.aws.load_balancer import FixedResponseAction, ForwardAction, RedirectAction
from aws_lb_sim.aws.read import read_load_balancer
from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.document import Document


@pytest.fixture
def ingress():
    def make(annotations=None, *, paths=None, **spec):
        prefix = "alb.ingress.kubernetes.io/"
        backend = {"service": {"name": "emissary-ingress", "port": {"number": 80}}}
        found = {"ingressClassName": "alb"} | spec
        if paths is not None:
            found["rules"] = [{"http": {"paths": [{**each, "backend": backend} for each in paths]}}]
        elif "rules" not in spec:
            found.setdefault("defaultBackend", backend)
        return Document(
            data={
                "kind": "Ingress",
                "metadata": {
                    "name": "edge",
                    "namespace": "emissary",
                    "annotations": {prefix + k: v for k, v in (annotations or {}).items()},
                },
                "spec": found,
            }
        )

    return make


def read(*documents):
    return read_load_balancer(documents)


def test_defaults(ingress, node_port):
    made = read(ingress(), node_port()).load_balancer
    assert (made.kind, made.scheme, made.provisioned_by) == (
        "alb",
        "internal",
        "aws-load-balancer-controller",
    )
    (listener,) = made.listeners
    group = listener.action.target_group
    assert (listener.port, listener.protocol) == (80, "HTTP")
    assert (group.protocol, group.target_type, group.node_port, group.pod_port) == (
        "HTTP",
        "instance",
        31080,
        8080,
    )
    assert group.health_check["Matcher"] == "200"


def test_a_certificate_moves_the_default_listener(ingress, node_port):
    made = read(ingress({"certificate-arn": "arn:one,arn:two"}), node_port()).load_balancer
    (listener,) = made.listeners
    assert (listener.port, listener.protocol, listener.certificate) == (443, "HTTPS", "arn:one")


def test_ssl_redirect_takes_every_http_listener(ingress, node_port):
    annotations = {
        "listen-ports": '[{"HTTP": 80}, {"HTTP": 8000}, {"HTTPS": 443}]',
        "ssl-redirect": "443",
    }
    document = ingress(annotations, paths=[{"path": "/", "pathType": "Prefix"}])
    made = read(document, node_port()).load_balancer
    for port in (80, 8000):
        assert made.listener(port).action == RedirectAction(protocol="HTTPS", port="443")
        assert made.listener(port).rules == ()
    assert len(made.listener(443).rules) == 1


@pytest.mark.parametrize("port", ["80", "8443", "yes"])
def test_ssl_redirect_must_name_an_https_listener(ingress, node_port, port):
    annotations = {"listen-ports": '[{"HTTP": 80}, {"HTTPS": 443}]', "ssl-redirect": port}
    made = read(ingress(annotations), node_port())
    assert made.load_balancer.listeners == ()
    assert made.findings[0].code == "controller-error"


def test_without_a_default_backend_the_answer_is_404(ingress, node_port):
    made = read(ingress(paths=[{"path": "/a", "pathType": "Exact"}]), node_port()).load_balancer
    assert made.listeners[0].action == FixedResponseAction(status=404)


def test_paths_become_patterns_exact_first_then_longest_prefix(ingress, node_port):
    paths = [
        {"path": "/", "pathType": "Prefix"},
        {"path": "/api", "pathType": "Prefix"},
        {"path": "/api", "pathType": "Exact"},
        {"path": "/old/*", "pathType": "ImplementationSpecific"},
    ]
    made = read(ingress(paths=paths), node_port()).load_balancer
    assert [rule.paths for rule in made.listeners[0].rules] == [
        ("/api",),
        ("/api", "/api/*"),
        ("/*",),
        ("/old/*",),
    ]


def test_ip_targets_reach_a_cluster_ip_service(ingress, service):
    document = ingress({"target-type": "ip", "backend-protocol": "HTTPS"})
    made = read(document, service(type="ClusterIP")).load_balancer
    group = made.listeners[0].action.target_group
    assert (group.target_type, group.node_port, group.protocol) == ("ip", None, "HTTPS")


@pytest.mark.parametrize("kind", ["missing", "cluster-ip", "port"])
def test_backends_that_stop_the_controller(ingress, service, node_port, kind):
    documents = {
        "missing": [ingress()],
        "cluster-ip": [ingress(), service(type="ClusterIP")],
        "port": [ingress(), node_port(ports=[{"port": 8080}])],
    }[kind]
    made = read(*documents)
    assert made.load_balancer.listeners == ()
    assert made.findings[0].severity == "error"


def test_an_action_annotation_stands_for_a_backend(ingress, node_port):
    action = (
        '{"type":"redirect","redirectConfig":{"protocol":"HTTPS","port":"443",'
        '"statusCode":"HTTP_302"}}'
    )
    backend = {"service": {"name": "go", "port": {"name": "use-annotation"}}}
    document = ingress({"actions.go": action}, defaultBackend=backend)
    made = read(document, node_port()).load_balancer
    assert made.listeners[0].action == RedirectAction(protocol="HTTPS", port="443", status=302)


def test_a_forward_action_resolves_its_service(ingress, node_port):
    action = (
        '{"type":"forward","forwardConfig":{"targetGroups":['
        '{"serviceName":"emissary-ingress","servicePort":"443"}]}}'
    )
    backend = {"service": {"name": "go", "port": {"name": "use-annotation"}}}
    document = ingress({"actions.go": action}, defaultBackend=backend)
    found = read(document, node_port()).load_balancer.listeners[0].action
    assert isinstance(found, ForwardAction)
    assert found.target_group.pod_port == 8443


@pytest.mark.parametrize(
    "annotations",
    [
        {"listen-ports": "[{HTTP: 80}]"},
        {"listen-ports": '{"HTTP": 80}'},
        {"listen-ports": '[{"TCP": 80}]'},
        {"listen-ports": "[]"},
        {"scheme": "public"},
        {"target-type": "pod"},
        {"backend-protocol-version": "HTTP3"},
        {"load-balancer-attributes": "routing.http.xff_header_processing.mode=replace"},
        {"load-balancer-attributes": "routing.http.xff"},
    ],
)
def test_values_that_cannot_be_read(ingress, node_port, annotations):
    with pytest.raises(InputError) as caught:
        read(ingress(annotations), node_port())
    assert next(iter(annotations)) in caught.value.where
    assert caught.value.mend


@pytest.mark.parametrize(
    ("spec", "annotation", "classes", "taken"),
    [
        ({"ingressClassName": "alb"}, None, [], True),
        ({"ingressClassName": "nginx"}, None, [], False),
        ({"ingressClassName": None}, "alb", [], True),
        ({"ingressClassName": None}, "ambassador", [], False),
        ({"ingressClassName": "public"}, None, [("public", "ingress.k8s.aws/alb", None)], True),
        ({"ingressClassName": "alb"}, None, [("alb", "example.com/other", None)], False),
        ({"ingressClassName": None}, None, [("any", "ingress.k8s.aws/alb", "true")], True),
        ({"ingressClassName": None}, None, [("any", "ingress.k8s.aws/alb", None)], False),
    ],
)
def test_which_ingress_becomes_an_alb(ingress, node_port, spec, annotation, classes, taken):
    document = ingress(**spec)
    if annotation:
        document.data["metadata"]["annotations"]["kubernetes.io/ingress.class"] = annotation
    others = [
        Document(
            data={
                "kind": "IngressClass",
                "metadata": {
                    "name": name,
                    "annotations": {"ingressclass.kubernetes.io/is-default-class": default}
                    if default
                    else {},
                },
                "spec": {"controller": controller},
            }
        )
        for name, controller, default in classes
    ]
    made = read(document, node_port(), *others).load_balancer
    assert (made is not None) == taken


def test_what_is_beyond_the_model_is_told(ingress, node_port):
    made = read(ingress({"wafv2-acl-arn": "arn:x", "group.name": "g"}), node_port())
    assert [each.code for each in made.findings] == ["not-modelled", "not-modelled"]
