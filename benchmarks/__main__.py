"""All benchmarks, one after the other: `python -m benchmarks` (or `make bench`). None of them gates a test."""

from __future__ import annotations

import subprocess
import sys

MODULES = ("benchmarks.validation", "benchmarks.end_to_end", "benchmarks.reading", "benchmarks.indicators")

if __name__ == "__main__":
    for module in MODULES:
        print(f"\n== {module}", flush=True)
        subprocess.run([sys.executable, "-m", module], check=True)
