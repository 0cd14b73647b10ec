"""Rows of observations → an SDMX-ML 2.1 structure-specific message, labelled as simulated.

The envelope is that of the National Summary Data Page's messages: the structure is referred to, not carried. Units are
those of the feed's `indicators.yaml`, whose powers of ten become `UNIT_MULT`. The label stands in the header's name and
source, in the data set's comment, and `Test` is true: what SDMX itself has for a message that is not to be used.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ElementTree, SubElement, register_namespace

import polars as pl

from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.form_layout import SIMULATED_LABEL
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.read.exchange.sdmx_spec import load_sdmx_spec

_ROOT = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/"
_MESSAGE, _COMMON = _ROOT + "message", _ROOT + "common"
_SPECIFIC = _ROOT + "data/structurespecific"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_DSD = "urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=IMF:ECOFIN_DSD(1.0):ObsLevelDim:TIME_PERIOD"
_FREQUENCY = {"year": "A", "half": "S", "quarter": "Q", "month": "M", "day": "D"}


def write_sdmx(
    rows: pl.DataFrame, path: Path, *, feed: Feed, catalogue: Catalogue, period: str, published: date,
    options: Mapping[str, Any],
) -> None:  # fmt: skip
    """One message. Columns: `indicator` (`PCPI_IX@2019`: after @ the base year), `source_table` (data domain),
    `period`, `period_kind`, `value` in the declared unit. Rows of a series stand together, in order of time.

    Raises ValueError for a series `indicators.yaml` does not declare.
    """
    declared = feed.folder / str(feed.reader.get("indicators", "indicators.yaml"))
    spec = load_sdmx_spec(declared, declared.stat().st_mtime_ns)
    for prefix, uri in (("message", _MESSAGE), ("common", _COMMON), ("ss", _SPECIFIC), ("xsi", _XSI)):
        register_namespace(prefix, uri)
    root = Element(f"{{{_MESSAGE}}}StructureSpecificData", {"xmlns:ns1": _DSD})
    _header(SubElement(root, f"{{{_MESSAGE}}}Header"), feed, period, published)
    dataset = SubElement(
        root, f"{{{_MESSAGE}}}DataSet",
        {"COMMENT": SIMULATED_LABEL, f"{{{_SPECIFIC}}}dataScope": "DataStructure", f"{{{_XSI}}}type": "ns1:DataSetType",
         f"{{{_SPECIFIC}}}structureRef": "IMF_ECOFIN_DSD_1_0"},
    )  # fmt: skip
    for (indicator, domain, kind), series in rows.group_by(
        "indicator", "source_table", "period_kind", maintain_order=True
    ):
        code, _, base = str(indicator).partition("@")
        known = spec.series(code)
        if known is None:
            raise ValueError(f"{feed.id}: series {code} is not declared in {declared.name}")
        attributes = {
            "DATA_DOMAIN": str(domain), "REF_AREA": spec.area, "INDICATOR": code, **spec.fixed,
            "FREQ": _FREQUENCY[str(kind)], **({"BASE_PER": base} if base else {}), "UNIT_MULT": str(known.power),
        }  # fmt: skip
        element = SubElement(dataset, "Series", attributes)
        for when, value in series.select("period", "value").iter_rows():
            SubElement(element, "Obs", {"TIME_PERIOD": when, "OBS_VALUE": repr(value)})
    ElementTree(root).write(path, encoding="UTF-8", xml_declaration=True, short_empty_elements=False)


def _header(header: Element, feed: Feed, period: str, published: date) -> None:
    def add(name: str, text: str | None = None, **attributes: str) -> Element:
        element = SubElement(header, f"{{{_MESSAGE}}}{name}", attributes)
        element.text = text
        return element

    add("ID", f"SIMULATED-{feed.id}-{period}")
    add("Test", "true")
    add("Prepared", f"{published.isoformat()}T00:00:00Z")
    add("Sender", id="ZZZ")
    add("Name", SIMULATED_LABEL).set("xml:lang", "vi")
    structure = add("Structure", structureID="IMF_ECOFIN_DSD_1_0", namespace=_DSD, dimensionAtObservation="TIME_PERIOD")
    reference = SubElement(structure, f"{{{_COMMON}}}Structure")
    SubElement(reference, "Ref", {"agencyID": "IMF", "id": "ECOFIN_DSD", "version": "1.0"})
    add("DataSetAction", "Information")
    add("DataSetID", f"simulated-{period}")
    add("Source", SIMULATED_LABEL).set("xml:lang", "vi")
