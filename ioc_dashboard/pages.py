"""The pages there are: every module of `views` with a `PAGE`, in its order.

A new page is one file under `views/` (its `PAGE` and its `show(screen)`) and one under `texts/` (its words, the title
under `page_<key>`); nothing else has to know it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from ioc_dashboard import views
from ioc_dashboard.views.spec import PageSpec

if TYPE_CHECKING:
    from ioc_dashboard.screen import Screen

    Show = Callable[[Screen], None]


@cache
def every_page() -> tuple[tuple[PageSpec, Show], ...]:
    """Pages with the function that draws them, in the order of the navigation; the first one is the home page."""
    found = []
    for entry in iter_modules(views.__path__):
        module = import_module(f"{views.__name__}.{entry.name}")
        spec = getattr(module, "PAGE", None)
        if isinstance(spec, PageSpec):
            found.append((spec, module.show))
    return tuple(sorted(found, key=lambda page: page[0].order))
