"""A message to a user: Vietnamese first, English beside it, and a stable code to look up."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """The same words in Vietnamese and English."""

    vi: str
    en: str

    def in_language(self, language: str) -> str:
        """Text in `language` (`vi` or `en`)."""
        return self.en if language == "en" else self.vi


@dataclass(frozen=True)
class Message:
    """What happened, where (file, sheet, cell or row inside the words) and how to fix it."""

    code: str
    vi: str
    en: str

    def in_language(self, language: str) -> str:
        """Message in `language` (`vi` or `en`)."""
        return self.en if language == "en" else self.vi

    def as_dict(self) -> dict[str, str]:
        """Plain mapping for JSON."""
        return {"code": self.code, "vi": self.vi, "en": self.en}


class IocError(Exception):
    """Base of the errors a user can act on; carries a bilingual message."""

    def __init__(self, message: Message) -> None:
        super().__init__(f"{message.vi} / {message.en}")
        self.message = message


class ReadRefused(IocError):
    """The file cannot be read as what its contract says: the whole delivery is refused."""
