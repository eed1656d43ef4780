"""The explorer: controls that change a design, and views that change with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as widgets  # type: ignore[import-untyped]

from aws_lb_sim.design.space import choices
from aws_lb_sim.errors import InputError
from aws_lb_sim.manifests.presets import presets
from aws_lb_sim.views.controls import (
    FIRST_FIELDS,
    FULL_WIDTH,
    GROUPS,
    HALF_WIDTH,
    dropdown,
    group,
    label,
    meant,
    options,
    shown,
    text_area,
    text_box,
)
from aws_lb_sim.views.html import card_html, findings_html, text_html
from aws_lb_sim.views.panels import (
    download_html,
    manifests_html,
    message_html,
    reasons_html,
)
from aws_lb_sim.views.scenario import (
    Outcome,
    Scenario,
    choose,
    run,
    scenario_of,
    start_from,
    with_request,
)
from aws_lb_sim.views.svg import to_svg

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Explorer", "explorer"]


def explorer(preset: str = "recommended-nlb", **request: str) -> Explorer:
    """Return the explorer, ready to be shown in a notebook.

    Parameters
    ----------
    preset
        The design to start from.
    **request
        What differs from the usual request: ``url``, ``client_ip``, ``http``
        (``"1.1"`` or ``"2"``), ``headers`` (one ``Name: value`` to a line).

    Returns
    -------
    Explorer
        A widget; its ``outcome`` is what it shows.

    Raises
    ------
    InputError
        There is no such preset, or the request cannot be used.

    Examples
    --------
    >>> explorer("tls-at-l7-elb").outcome.flow.status
    200
    """
    return Explorer(scenario_of(preset, **request))


class Explorer(widgets.VBox):  # type: ignore[misc]  # a library without types
    """Controls, and below them the flow, the card, the findings and the manifests.

    Parameters
    ----------
    scenario
        Where to start.

    Attributes
    ----------
    scenario
        What is chosen now.
    outcome
        What comes of it.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.outcome: Outcome = run(scenario)
        self._updating = False
        self.message = widgets.HTML()
        self.flow_view = widgets.HTML()
        self.card_view, self.findings_view = widgets.HTML(), widgets.HTML()
        self.manifests_view, self.download_view = widgets.HTML(), widgets.HTML()
        self.reasons_view = widgets.HTML()
        self.round = dropdown("Show request", [("1", 1)], 1)
        self.preset = dropdown("Start from", _preset_options(), scenario.preset, FULL_WIDTH)
        self.fields = self._field_controls()
        self.request = self._request_controls()
        self.folder = text_box("Save to folder", "my-load-balancer")
        self.save_button = widgets.Button(
            description="Save bundle", tooltip="Write the files; nothing is replaced"
        )
        super().__init__(children=self._layout())
        self._connect()
        self._show()

    def __repr__(self) -> str:
        return f"Explorer, starting from {self.preset.value}: run the cell to use it"

    # What a person does. Each handler can be called, and tested, without a browser.

    def start(self, name: str) -> None:
        """Start again from a preset, with the same request."""
        self._update(start_from(self.scenario, name))

    def choose(self, field: str, value: object) -> None:
        """Change one choice of the design; others give way where they must."""
        scenario, gave_way = choose(self.scenario, field, value)
        self._update(scenario)
        if gave_way:
            lines = (f"To make {label(field)} {value} possible, other choices changed:", *gave_way)
            self.message.value = message_html("caution", *lines)

    def ask(self, field: str, value: str) -> None:
        """Change the request."""
        self._update(with_request(self.scenario, **{field: value}))

    def show_request(self, number: int) -> None:
        """Show the picture of one request of a client that follows redirects."""
        self.flow_view.value = to_svg(self.outcome.flow, number=number)

    def save(self, folder: str) -> None:
        """Write the bundle into a folder; files that are there already stay as they are."""
        if not folder.strip():
            raise InputError("no folder is named", mend="write a name, such as my-load-balancer")
        written = self.outcome.bundle.write(folder.strip())
        names = ", ".join(path.name for path in written)
        self.message.value = message_html("good", f"Saved in {folder.strip()}: {names}")

    # How that is heard of, and shown.

    def guarded(self, handler: Callable[..., None], *arguments: Any) -> None:
        """Call a handler; whatever goes wrong is said in the panel, and the controls go back."""
        if self._updating:
            return
        self.message.value = ""
        try:
            handler(*arguments)
        except InputError as error:
            self.message.value = message_html("bad", str(error))
            self._show_controls()
        except Exception as error:  # noqa: BLE001  (a silent callback is the worst of all)
            words = f"This is a fault of the explorer: {type(error).__name__}: {error}"
            self.message.value = message_html("bad", words)
            self._show_controls()

    def _connect(self) -> None:
        self.preset.observe(lambda seen: self.guarded(self.start, seen.new), names=["value"])
        self.round.observe(lambda seen: self.guarded(self.show_request, seen.new), names=["value"])
        for field, control in self.fields.items():
            control.observe(
                lambda seen, field=field: self.guarded(self.choose, field, meant(seen.new)),
                names=["value"],
            )
        for field, control in self.request.items():
            control.observe(
                lambda seen, field=field: self.guarded(self.ask, field, seen.new),
                names=["value"],
            )
        self.save_button.on_click(lambda _: self.guarded(self.save, self.folder.value))

    def _update(self, scenario: Scenario) -> None:
        """Show a scenario; one that cannot be simulated leaves everything as it was."""
        outcome = run(scenario)
        self.scenario, self.outcome = scenario, outcome
        self._show()

    def _show(self) -> None:
        flow = self.outcome.flow
        self._show_controls()
        self.flow_view.value = to_svg(flow)
        self.card_view.value = card_html(flow)
        self.findings_view.value = findings_html(flow.findings) + text_html(flow)
        self.manifests_view.value = manifests_html(self.outcome.bundle)
        self.download_view.value = download_html(self.outcome.bundle)

    def _show_controls(self) -> None:
        """Set every control to the scenario without hearing of it as a choice."""
        self._updating = True
        try:
            design, scenario = self.scenario.design, self.scenario
            self.preset.value = scenario.preset
            offered = choices(design) if design else {}
            for field, control in self.fields.items():
                control.disabled = design is None
                if design is not None:
                    control.options = options(offered[field])
                    control.value = shown(getattr(design, field))
            for field, control in self.request.items():
                control.value = getattr(scenario, field)
            numbers = range(1, len(self.outcome.flow.exchanges) + 1)
            self.round.options = [(f"{number} of {len(numbers)}", number) for number in numbers]
            self.round.value = 1
            self.round.layout.display = "flex" if len(numbers) > 1 else "none"
            self.reasons_view.value = reasons_html(offered)
        finally:
            self._updating = False

    def _field_controls(self) -> dict[str, widgets.Dropdown]:
        design = self.scenario.design or start_from(self.scenario, "recommended-nlb").design
        assert design is not None  # noqa: S101  (a corrected preset has a design)
        return {
            field: dropdown(label(field), options(offered), shown(getattr(design, field)))
            for field, offered in choices(design).items()
        }

    def _request_controls(self) -> dict[str, Any]:
        scenario = self.scenario
        sent = "X-Forwarded-For: 198.51.100.66"
        return {
            "url": text_box("URL", scenario.url, HALF_WIDTH),
            "headers": text_area("Client's headers", scenario.headers, sent, HALF_WIDTH),
            "client_ip": text_box("Client's address", scenario.client_ip),
            "http": dropdown("Client's HTTP", [("1.1", "1.1"), ("2", "2")], scenario.http),
        }

    def _layout(self) -> list[widgets.Widget]:
        boxes = [
            group(title, [self.fields[name] for name in names if name in self.fields])
            for title, names in GROUPS.items()
        ]
        url, headers, *others = self.request.values()
        boxes.append(group("Request", others))
        more = [control for name, control in self.fields.items() if name not in FIRST_FIELDS]
        saving = widgets.HBox([self.folder, self.save_button, self.download_view])
        tabs = widgets.Tab(
            children=[
                widgets.VBox([self.card_view, self.findings_view]),
                widgets.VBox([saving, self.manifests_view]),
                widgets.Box(more, layout={"flex_flow": "row wrap"}),
                self.reasons_view,
            ],
            titles=("Emissary sees", "Manifests", "More choices", "Why not"),
            selected_index=0,
        )
        top = widgets.Box(boxes, layout={"flex_flow": "row wrap"})
        asked = widgets.HBox([url, headers])
        return [self.preset, asked, top, self.message, self.round, self.flow_view, tabs]


def _preset_options() -> list[tuple[str, str]]:
    return [(each.title, each.name) for each in presets()]
