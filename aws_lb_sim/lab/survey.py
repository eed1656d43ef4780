"""Many scenarios, predicted and run, one after the other or several at once."""

from __future__ import annotations

import multiprocessing
import random
import re
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_lb_sim.lab.at_random.scenarios import random_design, random_requests
from aws_lb_sim.lab.verification import verify_each
from aws_lb_sim.manifests.presets import presets
from aws_lb_sim.manifests.write import write
from aws_lb_sim.sweep import ClientRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from aws_lb_sim.cluster import Cluster
    from aws_lb_sim.lab.verification import Verification
    from aws_lb_sim.manifests.manifests import Manifests

__all__ = ["USUAL_REQUESTS", "Subject", "preset_subjects", "random_subject", "survey"]

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9.-]+")
_FORGED = (("X-Forwarded-For", "198.51.100.66"), ("X-Forwarded-Proto", "https"))
USUAL_REQUESTS = (
    ClientRequest(url="http://shop.example.com/cart?id=1"),
    ClientRequest(url="https://shop.example.com/cart?id=1"),
    ClientRequest(url="http://shop.example.com/", headers=_FORGED),
    ClientRequest(url="https://shop.example.com/", headers=_FORGED),
    ClientRequest(url="https://shop.example.com/", http="2"),
    ClientRequest(url="https://shop.example.com/", client_ip="2001:db8::7"),
    ClientRequest(url="wss://shop.example.com/chat"),
    ClientRequest(
        url="https://shop.example.com/quote.Quotes/Get",
        method="POST",
        http="2",
        headers=(("Content-Type", "application/grpc"),),
    ),
)
"""Both schemes, forged headers, HTTP/2, IPv6, WebSocket and gRPC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A scenario and the requests that it is tried with.

    Parameters
    ----------
    name
        By which people know it, or which makes it again.
    scenario
        A cluster or manifests.
    requests
        Of the client.
    """

    name: str
    scenario: Cluster | Manifests
    requests: Sequence[ClientRequest] = USUAL_REQUESTS

    def verify(self, keep: Path | None = None) -> list[Verification]:
        """Predict, run and compare every request.

        Parameters
        ----------
        keep
            Folder in which a folder of this subject's is left with what both Envoys were
            told and wrote.

        Examples
        --------
        >>> subject = random_subject(1, 2)
        >>> {each.agrees for each in subject.verify()} - {None}
        {True}
        """
        folder = None if keep is None else keep / _NOT_IN_NAMES.sub("-", self.name)
        return list(verify_each(self.scenario, self.requests, keep=folder))


def preset_subjects() -> list[Subject]:
    """Return every preset with the usual requests.

    Examples
    --------
    >>> preset_subjects()[0].name
    'recommended-nlb-as-printed'
    """
    return [Subject(name=each.name, scenario=each.manifests()) for each in presets()]


def random_subject(seed: int, requests: int) -> Subject:
    """Return a design and requests at random; the same seed gives the same.

    Examples
    --------
    >>> random_subject(7, 3).name
    'seed 7'
    """
    rng = random.Random(seed)  # noqa: S311 - no secret is made of it
    design = random_design(rng)
    asked = tuple(random_requests(rng, requests))
    return Subject(name=f"seed {seed}", scenario=write(design), requests=asked)


def survey(
    subjects: Iterable[Subject], *, jobs: int = 1, keep: Path | None = None
) -> Iterator[tuple[Subject, list[Verification]]]:
    """Verify subjects, each on two Envoys of its own.

    Parameters
    ----------
    subjects
        What to verify.
    jobs
        How many processes work at once.
    keep
        See :meth:`Subject.verify`.

    Yields
    ------
    tuple
        (subject, its verifications); with several jobs in the order in which they end.

    Raises
    ------
    LabUnavailable
        There is no Envoy for this machine.
    """
    if jobs == 1:
        for subject in subjects:
            yield subject, subject.verify(keep)
        return
    # Started anew, not forked: a fork would take over locks of threads that it does not have.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        running = {pool.submit(Subject.verify, subject, keep): subject for subject in subjects}
        try:
            for done in as_completed(running):
                yield running[done], done.result()
        finally:
            pool.shutdown(cancel_futures=True)
