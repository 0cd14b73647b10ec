"""What a release says of public services: places of cards, parts by unit and field, the most used services."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from ioc_dashboard.model import Words
from ioc_dashboard.optional_tables import rows_if_there
from ioc_dashboard.release import Release


@dataclass(frozen=True, slots=True)
class Place:
    """A card at its place on the page; `maximum` of a score, `ranked` units of a rank."""

    code: str
    maximum: float | None
    ranked: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """What one card says of one unit or field; of a ratio also numerator and denominator."""

    value: float | None
    numerator: float | None
    denominator: float | None
    period: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """One unit or field with its part of every card, by code."""

    key: str
    name: Words
    example: str
    parts: dict[str, Part]


@dataclass(frozen=True, slots=True)
class TopService:
    """One of the most used services with both of its targets; None where the feed does not say."""

    place: int
    procedure: str
    name: str
    field: str
    agency: Words
    period: str
    received: int | None
    online: int | None
    online_share: float | None
    share_target: float
    level: Words
    on_portal: bool | None
    offer_met: bool | None
    use_met: bool | None
    simulated: bool

    @property
    def both(self) -> bool:
        """True when both targets are certainly met."""
        return bool(self.offer_met and self.use_met)


@dataclass(frozen=True, slots=True)
class ServicesPage:
    """All of it; everything empty in a release made before these tables existed."""

    places: dict[str, tuple[Place, ...]]
    units: tuple[PartRow, ...]
    fields: tuple[PartRow, ...]
    top: tuple[TopService, ...]

    def codes(self, part: str) -> tuple[str, ...]:
        """Codes of the cards at a place, in their order."""
        return tuple(place.code for place in self.places.get(part, ()))


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs={Release: lambda release: release.key})
def services(release: Release) -> ServicesPage:
    """What the page of public services shows beside the indicators' own values."""
    places: dict[str, list[Place]] = {}
    for row in rows_if_there(release, "SELECT * FROM service_cards ORDER BY part, sort"):
        places.setdefault(row["part"], []).append(Place(row["code"], row["maximum"], row["ranked"]))
    return ServicesPage(
        places={part: tuple(found) for part, found in places.items()},
        units=_part_rows(release, "unit", "service_units"),
        fields=_part_rows(release, "field", "service_fields"),
        top=tuple(_top(rows_if_there(release, "SELECT * FROM top_services ORDER BY place, procedure"))),
    )


def _part_rows(release: Release, what: str, table: str) -> tuple[PartRow, ...]:
    found: dict[str, PartRow] = {}
    for row in rows_if_there(release, f"SELECT * FROM {table} ORDER BY {what}, code"):
        key = str(row[what])
        words = Words(str(row[f"{what}_vi"]), str(row[f"{what}_en"]))
        entry = found.setdefault(key, PartRow(key, words, str(row.get("example") or ""), {}))
        entry.parts[row["code"]] = Part(row["value"], row["numerator"], row["denominator"], str(row["period"]))
    return tuple(found.values())


def _top(rows: Iterable[dict[str, Any]]) -> Iterable[TopService]:
    for row in rows:
        yield TopService(
            place=row["place"], procedure=str(row["procedure"]), name=str(row["name"] or row["procedure"]),
            field=str(row["field"] or ""), agency=Words(str(row["agency_vi"] or ""), str(row["agency_en"] or "")),
            period=str(row["period"]), received=row["received"], online=row["online"],
            online_share=row["online_share"], share_target=row["share_target"],
            level=Words(str(row["level_vi"] or ""), str(row["level_en"] or "")), on_portal=row["on_portal"],
            offer_met=row["offer_met"], use_met=row["use_met"], simulated=bool(row["simulated"]),
        )  # fmt: skip
