"""`standard/score.yaml`: weights above zero for principles, kinds of fields, feeds and owners that exist."""

from __future__ import annotations

from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Source
from ioc_pipeline.contracts.schema_check import schema_problems


def score_problems(source: Source, known: Known) -> list[Problem]:
    """Everything wrong with the weights."""
    found = schema_problems(source, "score")
    owners = {feed.owner_id for feed in known.feeds.values()}
    for section, allowed, kind in (
        ("criteria", set(known.principles), ("nguyên tắc", "principle")),
        ("datasets", {"default", *known.feed_ids}, ("nguồn", "feed")),
        ("owners", {"default", *owners}, ("chủ quản", "owner")),
    ):
        if section == "owners" and len(known.feeds) < len(known.feed_ids):
            continue  # a feed that does not load may be the owner's
        for name in source.mapping(section):
            if str(name) not in allowed:
                choices = ", ".join(sorted(allowed))
                found.append(
                    source.problem(
                        (section, str(name)),
                        f"không có {kind[0]} {name!r}; chọn: {choices}",
                        f"no {kind[1]} {name!r}; use: {choices}",
                        "score.unknown",
                    )
                )
    return found
