"""Files that are not UTF-8 throughout → UTF-8, cell by cell, on the evidence of the words themselves.

A piece is what stands between delimiters, quotes and line ends. A piece that is UTF-8 stays; the others are read in
every legacy encoding. An encoding counts as used in the file when at least `ENOUGH_WORDS` different words can be read
in it and in no other; each piece is then read in the one used encoding that makes words of it. A piece that fits none,
or several alike, refuses the file: a wrongly decoded name is worse than none.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ioc_pipeline.messages import ReadRefused, Text
from ioc_pipeline.read.file_content import refused
from ioc_pipeline.read.reading import Notice
from ioc_pipeline.read.text.legacy_encodings import ENCODINGS
from ioc_pipeline.read.text.syllables import is_syllable, marked_words, only_vietnamese

ENOUGH_WORDS = 3
_CLEAR = 0.8  # share of syllables among the marked words by which a piece speaks for an encoding …
_TOLERABLE = 0.5  # … and by which it can be read in an encoding known to be used (foreign and highland names)
_MOST_PIECES = 50_000  # distinct pieces looked at for evidence
_LONGEST_LINE = 64 * 1024 * 1024
_BREAK = re.compile(rb"([,;\t|\"\r\n]+)")


@dataclass(frozen=True)
class _Fit:
    """A piece read in one encoding: its text and how many of its marked words are Vietnamese syllables."""

    text: str
    words: frozenset[str]
    syllables: int

    @property
    def share(self) -> float:
        return self.syllables / len(self.words) if self.words else 1.0


def convert_pieces(path: Path, target: Path, name: str, refusal: ReadRefused) -> tuple[str, tuple[Notice, ...]]:
    """Write the file as UTF-8 to `target`; returns the encodings found, in words, and a notice with the evidence.

    Raises `refusal` when no legacy encoding is certain, ReadRefused naming the line of a piece that is not.
    """
    evidence = _evidence(path)
    used = [e for e, words in evidence.items() if len(words) >= ENOUGH_WORDS]
    if not used:
        raise refusal
    counts: Counter[str] = Counter()
    examples: dict[str, tuple[str, str]] = {}
    with target.open("w", encoding="utf-8", newline="") as out:
        for number, line in enumerate(_lines(path, refusal), 1):
            if line.isascii():
                out.write(line.decode("ascii"))
                continue
            for piece in _BREAK.split(line):
                encoding, text = _decoded(piece, tuple(used))
                if text is None:
                    raise _uncertain(name, number, piece, used)
                if encoding:
                    counts[encoding] += 1
                    examples.setdefault(encoding, (piece.decode("latin-1"), text))
                out.write(text)
    notices = []
    for encoding, pieces in counts.most_common():
        was, text = examples[encoding]
        words = ", ".join(sorted(evidence[encoding])[:5])
        notices.append(
            Notice(
                Text(
                    f"{pieces} ô không phải UTF-8 được đọc theo bảng mã {encoding}: {len(evidence[encoding])} từ chỉ "
                    f"có nghĩa theo bảng mã này ({words}). Ví dụ “{was[:60]}” → “{text[:60]}”.",
                    f"{pieces} cells that are not UTF-8 were read as {encoding}: {len(evidence[encoding])} words make "
                    f"sense in this encoding only ({words}). E.g. “{was[:60]}” → “{text[:60]}”.",
                )
            )
        )
    return " + ".join(counts), tuple(notices)


def _lines(path: Path, refusal: ReadRefused) -> Iterator[bytes]:
    with path.open("rb") as file:
        while line := file.readline(_LONGEST_LINE):
            if len(line) == _LONGEST_LINE:
                raise refusal
            yield line


def _evidence(path: Path) -> dict[str, set[str]]:
    """Encoding → words that only it can read, from the first distinct pieces of the file."""
    seen: set[bytes] = set()
    words: dict[str, set[str]] = {encoding: set() for encoding in ENCODINGS}
    with path.open("rb") as file:
        for line in iter(lambda: file.readline(_LONGEST_LINE), b""):
            if line.isascii():
                continue
            for piece in _BREAK.split(line):
                if piece.isascii() or piece in seen or _as_utf8(piece) is not None:
                    continue
                seen.add(piece)
                fits = {e: fit for e in ENCODINGS if (fit := _fit(piece, e)) and fit.words and fit.share >= _CLEAR}
                if len(fits) == 1:
                    encoding, fit = next(iter(fits.items()))
                    words[encoding] |= {w.lower() for w in fit.words if is_syllable(w)}
            if len(seen) >= _MOST_PIECES:
                break
    return words


def _as_utf8(piece: bytes) -> str | None:
    """Text of a piece that is UTF-8 and, beyond ASCII, Vietnamese."""
    try:
        text = piece.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if only_vietnamese(unicodedata.normalize("NFC", text)) else None


@lru_cache(maxsize=200_000)
def _fit(piece: bytes, encoding: str) -> _Fit | None:
    text = ENCODINGS[encoding](piece)
    if text is None or not only_vietnamese(text) or any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in text):
        return None
    words = frozenset(marked_words(text))
    return _Fit(text, words, sum(map(is_syllable, words)))


@lru_cache(maxsize=200_000)
def _decoded(piece: bytes, used: tuple[str, ...]) -> tuple[str | None, str | None]:
    """Encoding (None for UTF-8) and text of a piece; text None when it is not certain."""
    if piece.isascii():
        return None, piece.decode("ascii")
    text = _as_utf8(piece)
    if text is not None:
        return None, text
    fits = [(fit.share, e, fit.text) for e in used if (fit := _fit(piece, e)) and fit.share >= _TOLERABLE]
    if not fits:
        return None, None
    best = max(share for share, _, _ in fits)
    texts = {(e, text) for share, e, text in fits if share == best}
    return texts.pop() if len({text for _, text in texts}) == 1 else (None, None)


def _uncertain(name: str, line: int, piece: bytes, used: list[str]) -> ReadRefused:
    was = piece.decode("latin-1")[:60]
    listed = ", ".join(used)
    return refused(
        "read.encoding",
        f"Tệp {name}, dòng {line}: không chắc chắn “{was}” viết theo bảng mã nào (tệp có dùng {listed}). "
        "Hãy lưu lại tệp với bảng mã UTF-8 rồi gửi lại.",
        f"File {name}, line {line}: the encoding of “{was}” is not certain (the file uses {listed}). "
        "Save it with encoding UTF-8 and send it again.",
    )
