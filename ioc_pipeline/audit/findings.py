"""What an audit found: counts of what agrees, and one finding for everything that does not or could not be judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ioc_pipeline.messages import Text

DIFFERS, UNDETERMINED = "differs", "undetermined"

BYTES, MANIFESTS = "landing.bytes", "landing.manifests"
DELIVERIES, VERDICTS, FACTS = "warehouse.deliveries", "warehouse.verdicts", "warehouse.facts"
ENGINES = "engines"
RELEASE_FILE, VALUES, CLAUSES, SCORES, OTHER = (
    "release.file", "release.values", "release.clauses", "release.scores", "release.other",
)  # fmt: skip
OPERATIONS = "operations.events"

PARTS = {
    BYTES: Text("Byte đã nhận: tính lại SHA-256", "Received bytes: SHA-256 recomputed"),
    MANIFESTS: Text("Bản kê lần giao so với kho", "Manifests against the warehouse"),
    DELIVERIES: Text("Kết cục và số dòng của từng lần giao", "Outcome and counts of every delivery"),
    VERDICTS: Text("Kết luận của từng quy tắc", "Verdict of every rule"),
    FACTS: Text("Số liệu lưu, dòng cách ly, sự cố", "Stored facts, quarantined rows, incidents"),
    ENGINES: Text("Great Expectations gốc so với SQL", "Stock Great Expectations against compiled SQL"),
    RELEASE_FILE: Text("Tệp và bản kê phát hành", "Release file and manifest"),
    VALUES: Text("Giá trị chỉ số đã phát hành", "Published indicator values"),
    CLAUSES: Text("Kết luận điều khoản đã phát hành", "Published clause verdicts"),
    SCORES: Text("Điểm chất lượng đã phát hành", "Published scores"),
    OTHER: Text("Các bảng khác đã phát hành", "Other published tables"),
    OPERATIONS: Text("Chuỗi sự kiện nghiệp vụ", "Chain of events of the operations store"),
}
"""Parts of an audit in the order in which they are shown."""


@dataclass(frozen=True)
class Finding:
    """Something that differs, or could not be judged and `why`.

    `what` names it (a rule, a value's indicator, area and period, a row); `column` is the part of it that differs;
    `stored` is what was recorded then, `recomputed` what came out now, as text.
    """

    part: str
    state: str
    feed: str | None
    delivery: str | None
    what: str
    column: str | None = None
    stored: str | None = None
    recomputed: str | None = None
    why: Text | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for JSON."""
        return {**self.__dict__, "why": {"vi": self.why.vi, "en": self.why.en} if self.why else None}


@dataclass
class Report:
    """Counts per part, findings, and with what it was recomputed."""

    agreeing: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    not_asked: list[Text] = field(default_factory=list)  # left out at the auditor's own wish, or never recomputed
    notes: list[Text] = field(default_factory=list)  # judged then with other code or declarations than at hand
    recomputed_with: dict[str, Any] = field(default_factory=dict)

    def agree(self, part: str, count: int = 1) -> None:
        """Count things that agree."""
        self.agreeing[part] += count

    def add(self, findings: Iterable[Finding]) -> None:
        """Add findings."""
        self.findings += findings

    def count(self, part: str, state: str) -> int:
        """Findings of a part in a state."""
        return sum(f.part == part and f.state == state for f in self.findings)

    @property
    def exit_code(self) -> int:
        """0: everything judged agrees; 1: something differs; 2: nothing differs, but not everything could be judged
        (also when nothing at all was there to judge)."""
        states = {f.state for f in self.findings}
        if DIFFERS in states:
            return 1
        return 2 if UNDETERMINED in states or not self.agreeing else 0

    def as_dict(self) -> dict[str, Any]:
        """Plain mapping for JSON."""
        return {
            "exit_code": self.exit_code,
            "verdict": ("agrees", DIFFERS, UNDETERMINED)[self.exit_code],
            "recomputed_with": self.recomputed_with,
            "parts": {
                part: {
                    "title": {"vi": title.vi, "en": title.en},
                    "agrees": self.agreeing[part],
                    DIFFERS: self.count(part, DIFFERS),
                    UNDETERMINED: self.count(part, UNDETERMINED),
                }
                for part, title in PARTS.items()
            },
            "findings": [f.as_dict() for f in self.findings],
            "notes": [{"vi": t.vi, "en": t.en} for t in self.notes],
            "not_asked": [{"vi": t.vi, "en": t.en} for t in self.not_asked],
        }
