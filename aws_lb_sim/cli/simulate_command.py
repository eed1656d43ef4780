"""``aws-lb-sim simulate``: follow one request through manifests."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from aws_lb_sim.cli.arguments import (
    Output,
    print_json,
    read_attributes,
    read_proxy_header,
)
from aws_lb_sim.cli.options import (
    Attributes,
    Client,
    ControllerOption,
    EmissaryVersion,
    HeaderLines,
    Http,
    InFrontOption,
    Method,
    MissingSecrets,
    OutputOption,
    ProxyHeaders,
)
from aws_lb_sim.cluster import read
from aws_lb_sim.manifests.load import load_files
from aws_lb_sim.simulation import simulate as follow
from aws_lb_sim.views.inputs import read_headers, read_ip
from aws_lb_sim.views.json_object import to_json_object

if TYPE_CHECKING:
    from aws_lb_sim.flow import Flow

__all__ = ["simulate"]

SEVERITIES = ("error", "warning", "info")

FailOn = Literal["error", "warning"]

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE",
        show_default=False,
        help="YAML or JSON, - for standard input: Kubernetes documents, CloudFormation "
        "templates, output of `aws elbv2 describe-*` or `aws elb describe-*`.",
    ),
]
Url = Annotated[
    str, typer.Option("--url", metavar="URL", show_default=False, help="What the client requests.")
]
NodeWithoutPod = Annotated[
    bool,
    typer.Option(
        "--node-without-pod", help="Send the request to a node that runs no Emissary pod."
    ),
]
FailOnOption = Annotated[
    FailOn | None,
    typer.Option(
        "--fail-on", show_default=False, help="Exit with 1 if a finding is at least this severe."
    ),
]


def simulate(
    files: Files,
    url: Url,
    client: Client = "203.0.113.7",
    header: HeaderLines = None,
    http: Http = "1.1",
    method: Method = "GET",
    forged_proxy: ProxyHeaders = None,
    attribute: Attributes = None,
    controller: ControllerOption = "cloud-provider-aws",
    in_front: InFrontOption = None,
    emissary_version: EmissaryVersion = "3.3",
    missing_secret: MissingSecrets = None,
    node_without_pod: NodeWithoutPod = False,
    fail_on: FailOnOption = None,
    output: OutputOption = "text",
) -> int:
    """Follow one request through the load balancer to the service, and back.

    Prints the path hop by hop, what Emissary sees, and the findings. Exits with
    0 whatever the outcome, with 1 where `--fail-on` says so, with 2 if a file or
    an option cannot be used.

    Examples:

        kubectl get svc,hosts,listeners,mappings -A -o yaml | aws-lb-sim simulate - --url https://shop.example.com/

        aws-lb-sim simulate edge/*.yaml --url http://shop.example.com/ --header 'X-Forwarded-For: 198.51.100.66'

        aws-lb-sim simulate edge.yaml --url https://shop.example.com/ --fail-on error --output json
    """  # noqa: E501  (a command stands on one line)
    cluster = read(
        load_files(files),
        controller=controller,
        attributes=read_attributes(attribute or ()),
        in_front=cast("list[Literal['cloudfront']]", in_front or []),  # read() checks it
        emissary_version=emissary_version,
        missing_secrets=tuple(missing_secret or ()),
        node_without_pod=node_without_pod,
    )
    flow = follow(
        cluster,
        url,
        client_ip=read_ip(client, where="--client"),
        headers=read_headers(header or (), where="--header"),
        http=http,
        method=method,
        proxy=tuple(read_proxy_header(text) for text in forged_proxy or ()),
    )
    return _tell(flow, output, fail_on)


def _tell(flow: Flow, output: Output, fail_on: FailOn | None) -> int:
    if output == "json":
        print_json(to_json_object(flow))
    else:
        sys.stdout.write(f"{flow}\n")
    return _status(flow, fail_on)


def _status(flow: Flow, fail_on: FailOn | None) -> int:
    """Return the exit status, and say why it is not 0."""
    if fail_on is None:
        return 0
    severe = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    grave = [finding.code for finding in flow.findings if finding.severity in severe]
    if grave:
        sys.stderr.write(f"{len(grave)} of at least {fail_on}: {', '.join(grave)}\n")
    return 1 if grave else 0
