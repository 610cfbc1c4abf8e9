"""What every form on a page that writes has in common: who, why, the button, and where the answer is shown."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.texts import Texts


def signed(name: str, say: Texts, *buttons: tuple[str, str]) -> Component:
    """Who decides and why, with buttons (id, text), the first one prominent; the answer stands in `<name>-answer`."""
    return dmc.Stack(
        [
            dmc.Group(
                [
                    dmc.TextInput(id=f"{name}-who", label=say("decide.who"), required=True, w=180),
                    dmc.Box(
                        dmc.TextInput(
                            id=f"{name}-why", label=say("decide.why"), required=True, description=say("decide.kept")
                        ),
                        flex=1,
                    ),
                ],
                align="flex-end",
            ),
            dmc.Group(
                [
                    dmc.Button(text, id=id_, variant="filled" if place == 0 else "default")
                    for place, (id_, text) in enumerate(buttons)
                ]
            ),
            html.Div(id=f"{name}-answer"),
        ],
        gap="sm",
    )


def done(text: str, href: str, further: str) -> Component:
    """That it is done, and the way back to the list, which is drawn anew there."""
    return dmc.Alert(
        dmc.Stack([dmc.Text(text), dmc.Anchor(further, href=href)], gap=4), color="teal", variant="light"
    )
