"""The explorer as a widget: Python's side of it, which decides; the page only shows."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import OrderedDict
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import anywidget
import traitlets

from aws_lb_sim.errors import InputError
from aws_lb_sim.explorer.ask import Ask, ask_with
from aws_lb_sim.explorer.codes import decode, encode
from aws_lb_sim.explorer.controls import spec
from aws_lb_sim.explorer.moves import move
from aws_lb_sim.explorer.real_envoy import run_on_real_envoy
from aws_lb_sim.explorer.scenario import Scenario, start
from aws_lb_sim.explorer.session import Courier, States
from aws_lb_sim.explorer.state import state_of
from aws_lb_sim.views.browser.assets import explorer_css, explorer_module
from aws_lb_sim.views.html import to_html

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aws_lb_sim.design.design import Design
    from aws_lb_sim.explorer.scenario import Outcome
    from aws_lb_sim.explorer.session import Message

__all__ = ["Explorer"]

MOST_PAGES = 8
"""Pages that show one explorer and are remembered; another one asks for everything anew."""
PASSES = 8
"""Passes of the kernel's loop between two states made ahead: what a person does meanwhile
comes in over several, and would else wait as many times for such a state."""


class Explorer(anywidget.AnyWidget):
    """Toggle a choice and watch what reaches Emissary, hop by hop.

    Parameters
    ----------
    preset
        The recipe to start from.
    code
        What another explorer gave as its code; it comes before everything else. Under
        Voilà the address of the page can have one: ``?code=...``.
    **asked
        Fields of :class:`aws_lb_sim.explorer.Ask` that differ from the defaults, such
        as ``scheme="http"`` or ``forged_for=True``.

    Attributes
    ----------
    code
        What is shown, as a short text that can be shared; setting it shows another state.

    Raises
    ------
    InputError
        There is no such preset or code, or the request cannot be used.

    Examples
    --------
    >>> explorer = Explorer("tls-at-l7-elb", scheme="http")
    >>> explorer.outcome.flow.final_status
    200
    >>> Explorer(code=explorer.code).design.load_balancer
    'classic-http'
    """

    _esm = explorer_module()
    _css = explorer_css()

    code = traitlets.Unicode(help="What is shown, as a short text.").tag(sync=True)
    spec = traitlets.Dict(help="The controls and presets to draw.").tag(sync=True)
    start = traitlets.Dict(help="The first state, with where it leads.").tag(sync=True)
    voila = traitlets.Bool(help="Whether the address of the page can hold a code.").tag(sync=True)

    def __init__(self, preset: str = "recommended-nlb", *, code: str = "", **asked: Any) -> None:
        scenario, problem = _first(preset, code, asked)
        self._states = States()
        self._couriers: OrderedDict[str, Courier] = OrderedDict()
        # Messages may be handled in another thread than the notebook's cells.
        self._lock = threading.RLock()
        self._lab = threading.Lock()
        self._task: asyncio.Task[None] | None = None
        self._round = 0
        state, self._outcome = state_of(scenario)
        first = Courier(self._states, "")
        fixes = first.fixes(state["code"])
        super().__init__(
            code=state["code"],
            spec=spec(),
            start={"state": state, "fixes": fixes, "problem": problem},
            voila=_query() is not None,
        )
        self.observe(self._on_code, names=["code"])
        self.on_msg(self._on_message)

    @property
    def scenario(self) -> Scenario:
        """What is chosen: a design, or a recipe as printed, and the request."""
        return decode(self.code)

    @property
    def design(self) -> Design:
        """What is chosen for the load balancer and Emissary."""
        return self.scenario.design

    @property
    def outcome(self) -> Outcome:
        """The manifests, the bundle and the flow that are shown."""
        with self._lock:
            return self._states.get(self.code)[1]

    def __repr__(self) -> str:
        return "Explorer: run this cell to use it"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """Show itself; where no kernel runs, show the flow as a still picture."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            bundle[0]["text/html"] = to_html(self.outcome.flow)
            bundle[0]["text/plain"] = f"{self!r}\n\n{self.outcome.flow}"
        return bundle

    # What the page says.

    def _on_code(self, change: Mapping[str, Any]) -> None:
        """Make ready what can be chosen next; a code that is none leaves all as it was."""
        try:
            with self._lock:
                self._states.get(change["new"])
        except InputError as error:
            self.code = change["old"]
            self._tell_all({"kind": "error", "words": str(error)})
            return
        self._prepare()

    def _on_message(self, _widget: object, content: Mapping[str, Any], _buffers: object) -> None:
        about = {"number": content.get("number"), "control": content.get("control")}
        try:
            self._answer(content, about)
        except InputError as error:
            self._refuse(content, about, str(error))
        except Exception as error:  # noqa: BLE001 - shown in the panel, in words
            words = f"This is a fault of the explorer: {type(error).__name__}: {error}"
            self._refuse(content, about, words)

    def _answer(self, content: Mapping[str, Any], about: dict[str, Any]) -> None:
        courier = self._courier(str(content.get("page", "")))
        kind = content.get("kind")
        if kind == "hello":
            self._prepare()
            return
        if kind == "verify":
            self._verify(str(content.get("code", "")), about | {"page": courier.name})
            return
        if kind == "want":
            with suppress(InputError):  # it is told in words when a person chooses it
                self._post(self._wanted(courier, content))
            return
        # What is made ahead is for another state than the one that is asked for now.
        self._round += 1
        with self._lock:
            target, gave_way = _target(content)
            message = courier.state(target, {**about, "gave_way": list(gave_way)})
        self._post(message)
        if target == self.code:
            self._prepare()

    def _refuse(self, content: Mapping[str, Any], about: Mapping[str, Any], words: str) -> None:
        page = str(content.get("page", ""))
        self.send({"kind": "error", "page": page, "words": words, **about})
        self._prepare()

    def _tell_all(self, content: dict[str, Any]) -> None:
        for page in self._couriers:
            self.send({"page": page, **content})

    def _courier(self, page: str) -> Courier:
        with self._lock:
            if page not in self._couriers:
                self._couriers[page] = Courier(self._states, page)
                if len(self._couriers) > MOST_PAGES:
                    self._couriers.popitem(last=False)
            self._couriers.move_to_end(page)
            return self._couriers[page]

    def _post(self, message: Message) -> None:
        self.send(message.content, [message.packed] if message.packed else None)

    def _wanted(self, courier: Courier, content: Mapping[str, Any]) -> Message:
        """Make what a person points at before all else."""
        with self._lock:
            target, _ = _target({**content, "kind": "choose"})
            return courier.state(target, kind="states")

    # What a real Envoy does: seconds of waiting, so in a thread, one run after the other.

    def _verify(self, code: str, about: Mapping[str, Any]) -> None:
        threading.Thread(target=self._run_lab, args=(code, about), daemon=True).start()

    def _run_lab(self, code: str, about: Mapping[str, Any]) -> None:
        try:
            with self._lab:
                result = run_on_real_envoy(decode(code))
        except Exception as error:  # noqa: BLE001 - shown in the panel, in words
            words = f"The run failed: {type(error).__name__}: {error}"
            self.send({**about, "kind": "unverified", "code": code, "words": words})
            return
        self.send({**about, "kind": "verified", "code": code, "result": result})

    # What is sent ahead of the next click.

    def _prepare(self) -> None:
        """Send the neighbours of what is shown, in the time between a person's doings."""
        self._round += 1
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # plain Python: nobody clicks
            return
        # The task is kept, since a loop holds tasks weakly only.
        self._task = loop.create_task(self._send_neighbours(self._round, self.code))

    async def _send_neighbours(self, number: int, code: str) -> None:
        try:
            for courier in tuple(self._couriers.values()):
                steps = courier.around(code)
                while number == self._round and (messages := self._next(steps)) is not None:
                    for message in messages:
                        self._post(message)
                    for _ in range(PASSES):
                        await asyncio.sleep(0)
        except Exception as error:  # noqa: BLE001 - shown in the panel, in words
            words = f"This is a fault of the explorer: {type(error).__name__}: {error}"
            self._tell_all({"kind": "error", "words": words})

    def _next(self, steps: Iterator[tuple[Message, ...]]) -> tuple[Message, ...] | None:
        with self._lock:
            return next(steps, None)


def _target(content: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Return the code that the page asks for, and what gave way."""
    kind = content.get("kind")
    if kind == "restore":
        return encode(decode(str(content.get("code", "")))), ()
    if kind != "choose":
        raise InputError(f"the page said {kind!r}, which means nothing")
    scenario = decode(str(content.get("code", "")))
    name, value = str(content.get("control", "")), content.get("value")
    if name == "preset":
        return encode(start(str(value), scenario.ask)), ()
    made = move(scenario, name, value)
    return encode(made.scenario), made.gave_way


def _query() -> str | None:
    """Return what stands behind the ? of the page's address, as Voilà tells; None elsewhere."""
    if "SCRIPT_NAME" not in os.environ or "QUERY_STRING" not in os.environ:
        return None
    return os.environ["QUERY_STRING"]


def _first(preset: str, code: str, asked: Mapping[str, Any]) -> tuple[Scenario, str]:
    """Return what is shown first, and what was wrong with the code of the address."""
    if code:
        return decode(code), ""
    scenario = start(preset, ask_with(Ask(), **asked))
    linked = parse_qs(_query() or "").get("code", [""])[0]
    if not linked:
        return scenario, ""
    try:
        return decode(linked), ""
    except InputError as error:
        return scenario, str(error)
