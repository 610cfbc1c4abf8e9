"""The shell of all pages: header, navigation, language, and the place where a page is drawn."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.address import Address
from dashboard.figures.style import FONT
from dashboard.filters import switch_filter
from dashboard.states import waiting
from dashboard.texts import Texts

SECTIONS = (
    "overview",
    "cases",
    "processes",
    "audit",
    "persons",
    "people",
    "library",
    "reuse",
    "standards",
    "storeroom",
    "quality",
)
_PATHS = {name: "/" if name == "overview" else f"/{name}" for name in SECTIONS}


def layout() -> Component:
    """The shell without content: header, navigation and page are drawn when the address is known."""
    shell = dmc.AppShell(
        [
            dmc.AppShellHeader(html.Div(id="header"), className="header"),
            dmc.AppShellNavbar(html.Div(id="navigation"), p="sm", className="navigation"),
            dmc.AppShellMain(waiting(html.Div(id="page", className="page"), "page")),
        ],
        id="shell",
        header={"height": 60},
        # On a narrow screen it covers the page, and is there only while the menu of the header is open.
        navbar={"width": 220, "breakpoint": "sm", "collapsed": {"mobile": True}},
        padding="lg",
    )
    return dmc.MantineProvider(
        [
            dcc.Location(id="address", refresh=False),
            dcc.Store(id="description"),
            dcc.Store(id="person-search", storage_type="session"),
            shell,
        ],
        theme={
            "fontFamily": FONT,
            "primaryColor": "blue",
            "defaultRadius": "sm",
            "headings": {"fontFamily": FONT, "fontWeight": "600"},
        },
        forceColorScheme="light",
    )


def header(address: Address, say: Texts, archive: str, as_of_load: int, open_load: int | None) -> Component:
    """The archive's name, the load for which answers stand, an open load, and the languages; the menu's button on a
    narrow screen."""
    name = dmc.Anchor(
        dmc.Group(
            [
                html.Span(className="mark"),
                dmc.Stack(
                    [
                        dmc.Text(archive or say("app.name"), fw=600, size="lg", lh=1.1),
                        dmc.Text(say("app.what"), size="xs", c="dimmed", lh=1.1, visibleFrom="sm"),
                    ],
                    gap=3,
                ),
            ],
            gap="sm",
            wrap="nowrap",
        ),
        href=address.to("/"),
        underline="never",
        c="inherit",
    )
    menu = dmc.Burger(id="menu", opened=False, size="sm", hiddenFrom="sm", **{"aria-label": say("nav.menu")})
    states = dmc.Group(_states(say, as_of_load, open_load), gap="sm", visibleFrom="sm")
    return dmc.Group(
        [
            dmc.Group([menu, name], gap="sm", wrap="nowrap"),
            dmc.Group([states, _languages(address)], gap="sm", wrap="nowrap"),
        ],
        justify="space-between",
        h=60,
        px={"base": "sm", "sm": "lg"},
        wrap="nowrap",
    )


def _states(say: Texts, as_of_load: int, open_load: int | None) -> list[Component]:
    """The load for which answers stand, and an open one."""
    as_of = say("header.as_of", load=as_of_load) if as_of_load else say("header.empty")
    states: list[Component] = [dmc.Badge(as_of, variant="light", color="gray", tt="none", size="lg")]
    if open_load is not None:
        states.insert(0, dmc.Badge(say("header.open_load", load=open_load), color="orange", tt="none", size="lg"))
    return states


def _languages(address: Address) -> Component:
    shown = Address(address.path, address.language, {"lang": (address.language,)})
    return switch_filter(shown, "lang", {"zh": "中文", "en": "English"}, "zh")


def navigation(address: Address, say: Texts, section: str, as_of_load: int, open_load: int | None) -> Component:
    """The entries of the navigation, the present one marked; below them what a narrow header leaves out."""
    entries = [
        dmc.NavLink(
            label=say(f"nav.{name}"),
            description=say(f"nav.{name}.what"),
            href=address.to(_PATHS[name]),
            active=name == section,
            variant="light",
            className="entry",
        )
        for name in SECTIONS
    ]
    states = dmc.Group(_states(say, as_of_load, open_load), gap="sm", mt="md", hiddenFrom="sm")
    return dmc.Stack([*entries, states], gap=2)


def heading(title: str, below: str = "", actions: list[Component] | None = None) -> Component:
    """The title of a page, what it is about, and what can be done there."""
    words: list[Component] = [dmc.Title(title, order=2)]
    if below:
        words.append(dmc.Text(below, c="dimmed", size="sm"))
    return dmc.Group([dmc.Stack(words, gap=2), dmc.Group(actions or [])], justify="space-between", align="flex-end")


def card(title: str, *content: Component, below: str = "") -> Component:
    """A part of a page under a title."""
    head: list[Component] = [dmc.Title(title, order=4)]
    if below:
        head.append(dmc.Text(below, size="sm", c="dimmed"))
    return dmc.Paper(dmc.Stack([dmc.Stack(head, gap=2), *content], gap="sm"), withBorder=True, p="md")


def figures(*pairs: tuple[str, str, str | Component]) -> Component:
    """Numbers that matter: label, number and a word, or a link, below it."""
    return dmc.SimpleGrid(
        [
            dmc.Paper(
                [
                    dmc.Text(label, size="sm", c="dimmed"),
                    dmc.Text(number, className="figure"),
                    dmc.Text(below, size="xs", c="dimmed"),
                ],
                withBorder=True,
                p="md",
            )
            for label, number, below in pairs
        ],
        cols={"base": 2, "md": len(pairs) if len(pairs) < 6 else 6},
        spacing="sm",
    )
