"""``aws-lb-sim verify``: set the prediction beside what a real Envoy does."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from aws_lb_sim.cli.arguments import Output, print_json, read_attributes, read_proxy_header
from aws_lb_sim.cli.options import (
    Attributes,
    Client,
    Controller,
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
from aws_lb_sim.cluster import read, read_manifests
from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.load import load_files
from aws_lb_sim.manifests.presets import preset, presets
from aws_lb_sim.sweep import ClientRequest
from aws_lb_sim.views.inputs import read_headers, read_ip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.lab.survey import Subject
    from aws_lb_sim.lab.verification import Verification

__all__ = ["verify"]

DIFFERS = 1

Scenarios = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[FILE|DESIGN]...",
        show_default=False,
        help="Files as for `simulate`, or one name that `designs` lists.",
    ),
]
Everything = Annotated[
    bool, typer.Option("--all", help="Every design that `designs` lists, with the usual requests.")
]
Random = Annotated[
    int,
    typer.Option(
        "--random", metavar="N", min=0, help="Beside them N designs and requests at random."
    ),
]
Seed = Annotated[
    int, typer.Option("--seed", metavar="SEED", help="The first of the N seeds of `--random`.")
]
Requests = Annotated[
    int, typer.Option("--requests", min=1, help="Requests at random for each design at random.")
]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, help="Scenarios run at once.")]
Keep = Annotated[
    Path | None,
    typer.Option(
        "--keep",
        metavar="DIR",
        show_default=False,
        help="Leave configurations and access logs of both Envoys there, in a new folder for each "
        "scenario.",
    ),
]
Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        metavar="URL",
        show_default=False,
        help="What the client requests; without it the usual requests are tried.",
    ),
]


def verify(
    scenarios: Scenarios = None,
    everything: Everything = False,
    random: Random = 0,
    seed: Seed = 1,
    requests: Requests = 6,
    jobs: Jobs = 1,
    keep: Keep = None,
    url: Url = None,
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
    output: OutputOption = "text",
) -> int:
    """Run scenarios on real Envoys, and compare with what is predicted.

    One Envoy is configured with what Emissary compiles its resources to, another plays the
    load balancer as AWS documents it; both listen on this machine only, and end with this
    command. Exits with 0 where all agree, with 1 where something differs or nothing could be
    run, with 2 if a file or an option cannot be used or there is no Envoy for this machine.

    Examples:

        aws-lb-sim verify recommended-nlb

        aws-lb-sim verify edge/*.yaml --url https://shop.example.com/ --header 'X-Forwarded-For: 198.51.100.66'

        aws-lb-sim verify --all --random 350 --jobs 2
    """  # noqa: E501  (a command stands on one line)
    from aws_lb_sim.lab.survey import USUAL_REQUESTS, Subject, preset_subjects, random_subject

    asked: Sequence[ClientRequest] = USUAL_REQUESTS
    if url is not None:
        asked = [
            ClientRequest(
                url=url,
                client_ip=read_ip(client, where="--client"),
                headers=read_headers(header or (), where="--header"),
                http=http,
                method=method,
                proxy=tuple(read_proxy_header(text) for text in forged_proxy or ()),
            )
        ]
    subjects: list[Subject] = []
    if scenarios:
        cluster = _read(
            scenarios,
            controller=controller,
            attributes=read_attributes(attribute or ()),
            in_front=in_front or [],
            emissary_version=emissary_version,
            missing_secrets=missing_secret or [],
        )
        subjects.append(Subject(name=" ".join(scenarios), scenario=cluster, requests=asked))
    if everything:
        subjects += preset_subjects()
    subjects += [random_subject(number, requests) for number in range(seed, seed + random)]
    if not subjects:
        mend = "name files or a design, or use --all or --random"
        raise InputError("there is nothing to verify", mend=mend)
    return _verify(subjects, jobs, keep, output)


def _read(
    names: list[str],
    *,
    controller: Controller,
    attributes: dict[str, str],
    in_front: list[str],
    emissary_version: str,
    missing_secrets: list[str],
) -> Cluster:
    known = {each.name for each in presets()}
    if len(names) == 1 and names[0] in known and not Path(names[0]).exists():
        return read_manifests(preset(names[0]).manifests(emissary_version))
    return read(
        load_files(names),
        controller=controller,
        attributes=attributes,
        in_front=cast("list[Literal['cloudfront']]", in_front),  # read() checks it
        emissary_version=emissary_version,
        missing_secrets=missing_secrets,
    )


def _verify(subjects: list[Subject], jobs: int, keep: Path | None, output: Output) -> int:
    from aws_lb_sim.lab.envoy.unavailable import LabUnavailable

    try:
        found = _with_progress(subjects, jobs, keep)
    except LabUnavailable as error:
        raise InputError(str(error)) from None
    # In the order asked for, however many were run at once.
    places = {subject.name: place for place, subject in enumerate(subjects)}
    found.sort(key=lambda each: places[each[0].name])
    _tell(found, output)
    every = [each.agrees for _, many in found for each in many]
    return DIFFERS if False in every or True not in every else 0


def _with_progress(
    subjects: list[Subject], jobs: int, keep: Path | None
) -> list[tuple[Subject, list[Verification]]]:
    from aws_lb_sim.lab.survey import survey

    running = survey(subjects, jobs=jobs, keep=keep)
    if not sys.stderr.isatty() or len(subjects) == 1:
        return list(running)
    found = []
    length, label = len(subjects), "scenarios on real Envoys"
    with typer.progressbar(length=length, label=label, file=sys.stderr, show_pos=True) as progress:
        for each in running:
            found.append(each)
            progress.update(1)
    return found


def _tell(found: list[tuple[Subject, list[Verification]]], output: Output) -> None:
    if output == "json":
        print_json(
            [
                {"scenario": subject.name, "requests": [each.as_json() for each in many]}
                for subject, many in found
            ]
        )
        return
    for subject, many in found:
        few = len(found) == 1
        told = [each for each in many if few or each.differences]
        sys.stdout.writelines(f"{subject.name}: {each}\n" for each in told)
    sys.stdout.write(_summary(found))


def _summary(found: list[tuple[Subject, list[Verification]]]) -> str:
    every = [each for _, many in found for each in many]
    agree = sum(each.agrees is True for each in every)
    differ = sum(each.agrees is False for each in every)
    rest = len(every) - agree - differ
    facts = sum(len(each.rows) for each in every if each.agrees is not None)
    ran = f"requests run on real Envoys: {agree + differ}, facts compared: {facts}"
    words = [
        f"scenarios: {len(found)}, {ran}",
        f"agree: {agree}, differ: {differ}, could not be run: {rest}",
    ]
    if rest:
        reasons = dict.fromkeys(why for each in every for why in each.not_played)
        words += [f"  {why}" for why in reasons]
    return "\n".join(words) + "\n"
