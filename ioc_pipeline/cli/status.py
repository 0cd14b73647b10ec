"""`ioc status`: the current release and the health of every feed."""

from __future__ import annotations

from typing import Annotated, Any

import duckdb
import typer

from ioc_pipeline.cli.output import language, print_json, print_table, say
from ioc_pipeline.cli.pull import print_pulls, pull_rows
from ioc_pipeline.cli.released import disputes, print_disputes
from ioc_pipeline.cli.run import health_word
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.messages import Text
from ioc_pipeline.publish.release import current
from ioc_pipeline.settings import places


def status(as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False) -> None:
    """Bản phát hành hiện tại và sức khỏe từng nguồn · the current release and the health of every feed."""
    release = current(places())
    pulls = pull_rows(places(), list(load_catalogue().feeds.values()))
    if release is None:
        if as_json:
            print_json({"release": None, "home": str(places().root), "feeds": [], "pulls": pulls})
        else:
            say(
                f"Chưa có bản phát hành nào trong {places().root}. Bỏ tệp vào inbox/<nguồn>/ rồi chạy: ioc run",
                f"No release in {places().root} yet. Put files into inbox/<feed>/ and run: ioc run",
            )
            print_pulls(pulls)
        raise typer.Exit(1)
    with duckdb.connect(str(release.folder / "release.duckdb"), read_only=True) as connection:
        # A release made before doubts were counted has no such column.
        known = {row[0] for row in connection.execute("DESCRIBE feeds").fetchall()}
        doubted = "doubted" if "doubted" in known else "NULL AS doubted"
        cursor = connection.execute(
            "SELECT feed_id, title_vi, title_en, owner_vi, owner_en, health, health_reason_vi, health_reason_en, "
            "newest_period, due_at, last_received_at, deliveries, received, accepted, quarantined, rules_passed, "
            f"rules_failed, rules_unknown, simulated, {doubted} FROM feeds ORDER BY feed_id"
        )
        names = [d[0] for d in cursor.description or ()]
        feeds: list[dict[str, Any]] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    if as_json:
        print_json(
            {
                "release": release.release_id,
                "home": str(places().root),
                "feeds": feeds,
                "engine_differences": disputes(),
                "pulls": pulls,
            }
        )
        return
    suffix = language()
    columns = [
        (Text("Nguồn", "Feed"), "left"),
        (Text("Tình trạng", "Health"), "left"),
        (Text("Kỳ mới nhất", "Newest period"), "left"),
        (Text("Nhận lúc", "Received"), "left"),
        (Text("Tệp", "Files"), "right"),
        (Text("Dòng nhận", "Rows"), "right"),
        (Text("Cách ly", "Quarantined"), "right"),
        (Text("Nghi vấn", "Doubted"), "right"),
        (Text("Quy tắc đạt / không / chưa rõ", "Rules passed / failed / unknown"), "right"),
        (Text("Lý do", "Reason"), "left"),
    ]
    rows = [
        (
            f["feed_id"] + (" (mô phỏng)" if f["simulated"] and suffix == "vi" else " (simulated)" * f["simulated"]),
            health_word(f["health"]).in_language(suffix),
            f["newest_period"],
            f["last_received_at"],
            f["deliveries"],
            f["received"],
            f["quarantined"],
            f["doubted"],
            f"{f['rules_passed']} / {f['rules_failed']} / {f['rules_unknown']}",
            f[f"health_reason_{suffix}"],
        )
        for f in feeds
    ]
    title = Text(f"Bản phát hành {release.release_id}", f"Release {release.release_id}")
    print_table(title, columns, rows)
    print_disputes(disputes())
    print_pulls(pulls)
