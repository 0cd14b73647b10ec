"""How deeply a JSON text nests, without parsing it: a parser that recurses dies of a text that is all brackets
(DuckDB 1.5.5 ends the whole process with a segmentation fault, and with it every other feed's run)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

_CHUNK = 4 << 20
_STEP = np.zeros(256, dtype=np.int64)
_STEP[[ord("["), ord("{")]] = 1
_STEP[[ord("]"), ord("}")]] = -1


def nests_beyond(path: Path, limit: int) -> bool:
    """True when brackets outside strings stand open more than `limit` deep anywhere in the file."""
    depth, in_string, cut = 0, 0, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            chunk = cut + chunk
            # A backslash at the end of a chunk belongs to the next one; escaped characters are no quotes.
            tail = len(chunk) - len(chunk.rstrip(b"\\"))
            cut = b"\\" * (tail % 2)
            chunk = chunk[: len(chunk) - len(cut)].replace(b"\\\\", b"__").replace(b'\\"', b"__")
            bytes_ = np.frombuffer(chunk, dtype=np.uint8)
            quotes = np.cumsum(bytes_ == ord('"')) + in_string
            steps = np.cumsum(np.where(quotes % 2 == 0, _STEP[bytes_], 0)) + depth
            if len(steps):
                if int(steps.max()) > limit:
                    return True
                depth, in_string = int(steps[-1]), int(quotes[-1]) % 2
    return False
