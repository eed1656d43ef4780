"""Templates pass cfn-lint, and lead to the NodePorts of the Service beside them."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from aws_lb_sim.design.design import Design
from aws_lb_sim.design.space import change, space
from aws_lb_sim.manifests.write import write

TEMPLATES = {
    json.dumps(write(design).cloudformation): design
    for design in space(controller="cloudformation")
}
# Each kind of load balancer, with TLS ended in each place: all of them take a quarter minute.
LINTED = list({(d.load_balancer, d.tls_termination): t for t, d in TEMPLATES.items()}.values())


def resources(design, kind):
    found = write(design).cloudformation["Resources"].values()
    return [each["Properties"] for each in found if each["Type"].endswith(f"::{kind}")]


def test_templates_pass_cfn_lint(tmp_path):
    for number, text in enumerate(LINTED):
        (tmp_path / f"{number}.json").write_text(text)
    program = shutil.which("cfn-lint", path=str(Path(sys.executable).parent)) or "cfn-lint"
    done = subprocess.run(
        [program, *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_templates_lead_to_the_node_ports_of_the_service():
    for design in TEMPLATES.values():
        service = write(design).documents[0]
        assert service["spec"]["type"] == "NodePort"
        node_ports = {each["nodePort"] for each in service["spec"]["ports"]}
        if design.load_balancer in ("nlb", "alb"):
            targets = {each["Port"] for each in resources(design, "TargetGroup")}
        else:
            (classic,) = resources(design, "LoadBalancer")
            targets = {int(each["InstancePort"]) for each in classic["Listeners"]}
        assert targets == node_ports


def test_an_nlb_sends_proxy_headers_and_tls_where_the_design_says():
    design = Design(controller="cloudformation", tls_termination="both", preserve_client_ip=False)
    by_port = {each["Port"]: each for each in resources(design, "TargetGroup")}
    assert {port: each["Protocol"] for port, each in by_port.items()} == {
        30080: "TCP",
        30443: "TLS",
    }
    for each in by_port.values():
        assert each["TargetGroupAttributes"] == [
            {"Key": "proxy_protocol_v2.enabled", "Value": "true"},
            {"Key": "preserve_client_ip.enabled", "Value": "false"},
        ]
    listeners = {each["Port"]: each["Protocol"] for each in resources(design, "Listener")}
    assert listeners == {80: "TCP", 443: "TLS"}


def test_an_alb_redirects_where_the_design_says():
    design = change(Design(), load_balancer="alb", controller="cloudformation", alb_redirect=True)
    actions = {
        each["Port"]: each["DefaultActions"][0]["Type"] for each in resources(design, "Listener")
    }
    assert actions == {80: "redirect", 443: "forward"}


@pytest.mark.parametrize(
    ("tls_termination", "https"),
    [("load-balancer", ("SSL", "TCP")), ("both", ("SSL", "SSL")), ("emissary", ("TCP", "TCP"))],
)
def test_a_classic_load_balancer_pairs_protocols(tls_termination, https):
    design = change(
        Design(),
        load_balancer="classic-tcp",
        controller="cloudformation",
        tls_termination=tls_termination,
    )
    (classic,) = resources(design, "LoadBalancer")
    by_port = {
        each["LoadBalancerPort"]: (each["Protocol"], each["InstanceProtocol"])
        for each in classic["Listeners"]
    }
    assert by_port == {"80": ("TCP", "TCP"), "443": https}
    policies = {each["PolicyType"] for each in classic.get("Policies", ())}
    assert ("ProxyProtocolPolicyType" in policies) == design.proxy_protocol
