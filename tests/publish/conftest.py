"""Releases of a few feeds."""

from __future__ import annotations

import pytest

from ioc_pipeline.contracts.catalogue import Catalogue


@pytest.fixture(scope="session")
def catalogue(few_catalogue: Catalogue) -> Catalogue:
    """Four feeds are enough here, and several times faster."""
    return few_catalogue
