"""Every word of the screen that does not come from a release, as Vietnamese/English pairs.

One module a page or subject (`texts/<page>.py` with a dictionary `TEXTS`); what every page says stands in `frame` and
`values`.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from ioc_dashboard.texts.standard import PRINCIPLES
from ioc_dashboard.texts.values import DATA_TYPES, MEASURES

__all__ = ["DATA_TYPES", "LANGUAGES", "MEASURES", "PRINCIPLES", "every_text", "known", "language", "t"]

LANGUAGES = ("vi", "en")


def _collected() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for module in sorted(entry.name for entry in iter_modules(__path__)):
        texts: dict[str, tuple[str, str]] = import_module(f"{__name__}.{module}").TEXTS
        twice = found.keys() & texts.keys()
        if twice:
            raise ValueError(f"texts/{module}.py declares again: {', '.join(sorted(twice))}")
        found |= texts
    return found


_TEXTS = _collected()


def language(asked: str | None) -> str:
    """Language asked for by the address; Vietnamese unless English is asked for."""
    return "en" if (asked or "").lower() == "en" else "vi"


def t(key: str, lang: str, **parts: object) -> str:
    """Words of the screen in `lang`, with the parts filled in. Not escaped."""
    vi, en = _TEXTS[key]
    chosen = en if lang == "en" else vi
    return chosen.format(**parts) if parts else chosen


def known(prefix: str, code: str, lang: str) -> str:
    """Words for a code (`status_`, `health_` …); the code itself when it is not one we know."""
    return t(prefix + code, lang) if prefix + code in _TEXTS else code


def every_text() -> dict[str, tuple[str, str]]:
    """All pairs, for tests."""
    return dict(_TEXTS)
