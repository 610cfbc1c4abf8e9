"""Controls that stand for filters in the address: what is chosen is written there, and the page follows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash.development.base_component import Component

from dashboard.address import Address

PICKING = 900
"""Milliseconds after which several choices count as made, so that the page is not drawn anew after each of them."""


def control_id(name: str, default: str = "") -> dict[str, str]:
    """The id of the control of a filter; its default value is not written into the address."""
    return {"type": "filter", "name": name, "default": default}


def text_filter(address: Address, name: str, label: str, placeholder: str = "", width: int = 180) -> Component:
    """A text that is taken on Enter or when the control is left."""
    return dmc.TextInput(
        id=control_id(name),
        label=label,
        placeholder=placeholder,
        value=address.one(name) or "",
        debounce=True,
        w=width,
    )


def day_filter(address: Address, name: str, label: str, placeholder: str) -> Component:
    """A day."""
    return dmc.DatePickerInput(
        id=control_id(name),
        label=label,
        placeholder=placeholder,
        value=(address.one(name) or "")[:10] or None,
        clearable=True,
        valueFormat="YYYY-MM-DD",
        monthLabelFormat="YYYY-MM",
        monthsListFormat="MM",
        w=135,
    )


def choice_filter(
    address: Address, name: str, label: str, choices: Mapping[str, str], *, searchable: bool = False, width: int = 180
) -> Component:
    """One of several values, or none."""
    return dmc.Select(
        id=control_id(name),
        label=label,
        data=_options(choices, address.many(name)),
        value=address.one(name),
        clearable=True,
        searchable=searchable,
        w=width,
    )


def choices_filter(
    address: Address, name: str, label: str, choices: Mapping[str, str], placeholder: str
) -> Component:
    """Any number of several values."""
    return dmc.MultiSelect(
        id=control_id(name),
        label=label,
        data=_options(choices, address.many(name)),
        value=address.many(name),
        placeholder=placeholder,
        clearable=True,
        searchable=True,
        hidePickedOptions=True,
        debounce=PICKING,
    )


def switch_filter(address: Address, name: str, choices: Mapping[str, str], default: str) -> Component:
    """One of a few views."""
    return dmc.SegmentedControl(
        id=control_id(name, default),
        data=_options(choices, ()),
        value=address.one(name) if address.one(name) in choices else default,
        size="xs",
    )


def _options(choices: Mapping[str, str], asked: Sequence[str]) -> list[Any]:
    """The choices; a value of the address that is none of them is offered as it stands, so that it is not lost."""
    return [{"value": v, "label": label} for v, label in {**{a: a for a in asked}, **choices}.items()]
