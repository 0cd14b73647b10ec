"""The site: a page per suite, one per judged delivery, an index; Great Expectations renders our stored results."""

from __future__ import annotations

import html
import os
import shutil
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ioc_pipeline.atomic import partial_prefix, sweep
from ioc_pipeline.contracts.catalogue import Catalogue
from ioc_pipeline.contracts.model import Feed
from ioc_pipeline.data_docs.gx_objects import expectation_suite, suite_result
from ioc_pipeline.data_docs.offline import offline
from ioc_pipeline.publish.release import Release
from ioc_pipeline.validate.suite import Suite, bind, parse_suite

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Page:
    """One validation page: its address in the site, and what the index says of it."""

    href: str
    file_name: str
    received_at: str
    outcome: str
    passed: int
    failed: int
    undetermined: int


def build_site(release: Release, catalogue: Catalogue, out: Path, *, newest: int, progress: Progress) -> int:
    """Write the site of a release's feeds into the folder `out` (replaced as a whole); returns the number of pages.

    `newest`: judged deliveries of each feed that get a page; a release holds the results of the newest twelve.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    sweep(out.parent)
    work = out.parent / f"{partial_prefix()}{out.name}"
    work.mkdir()
    pages = 1
    with duckdb.connect(str(release.folder / "release.duckdb"), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        sections = []
        for feed in catalogue.feeds.values():
            made = _feed_pages(connection, catalogue, feed, work, newest, progress)
            sections.append((feed, made))
            pages += 1 + len(made)
    _write(work / "index.html", _index(release, sections))
    shutil.copytree(Path(__file__).parent / "static", work / "static")
    old = out.parent / f"{partial_prefix()}old-{out.name}"
    if out.exists():
        os.replace(out, old)
    os.replace(work, out)
    shutil.rmtree(old, ignore_errors=True)
    return pages


def _feed_pages(
    connection: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    feed: Feed,
    work: Path,
    newest: int,
    progress: Progress,
) -> list[Page]:
    declared = parse_suite(feed.suite, path=str(feed.folder / "suite.json"))
    deliveries = _rows(
        connection,
        "SELECT feed_id, delivery_id, file_name, sha256, received_at, outcome FROM deliveries d WHERE feed_id = ? AND "
        "EXISTS (SELECT 1 FROM validation_results v WHERE v.feed_id = d.feed_id AND v.delivery_id = d.delivery_id) "
        "ORDER BY received_at DESC, delivery_id LIMIT ?",
        [feed.id, newest],
    )
    as_of = deliveries[0]["received_at"] if deliveries else _moment(connection)
    suite = bind(declared, catalogue.bindings(as_of))
    progress(feed.id)
    _write(work / "expectations" / f"{feed.id}.html", _render_suite(feed, suite))
    pages = []
    for delivery in deliveries:
        progress(f"{feed.id} · {delivery['file_name']}")
        stored = _rows(
            connection,
            "SELECT * FROM validation_results WHERE feed_id = ? AND delivery_id = ?",
            [feed.id, delivery["delivery_id"]],
        )
        bound = bind(declared, catalogue.bindings(delivery["received_at"]))
        # As deep as Great Expectations itself puts it: its pages link upwards by that depth.
        moment = f"{delivery['received_at']:%Y%m%dT%H%M%S}"
        href = f"validations/{feed.id}/{delivery['delivery_id']}/{moment}/results.html"
        _write(work / href, _render_validation(feed, bound, delivery, stored))
        verdicts = [row["success"] for row in stored]
        pages.append(
            Page(
                href,
                delivery["file_name"],
                f"{delivery['received_at']:%d/%m/%Y %H:%M} UTC",
                delivery["outcome"],
                verdicts.count(True),
                verdicts.count(False),
                verdicts.count(None),
            )
        )
    return pages


def _render_suite(feed: Feed, suite: Suite) -> str:
    from great_expectations.render.renderer.page_renderer import ExpectationSuitePageRenderer
    from great_expectations.render.view import DefaultJinjaPageView

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        document = ExpectationSuitePageRenderer().render(expectation_suite(feed, suite))
        return offline(str(DefaultJinjaPageView().render(document)), "../")


def _render_validation(feed: Feed, suite: Suite, delivery: dict[str, Any], stored: list[dict[str, Any]]) -> str:
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView

    result, gone = suite_result(feed, suite, delivery, stored)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        page = str(DefaultJinjaPageView().render(ValidationResultsPageRenderer().render(result)))
    page = offline(page, "../../../../")
    if gone:
        said = html.escape(", ".join(gone))
        note = f'<p class="alert alert-secondary">Quy tắc không còn trong bộ · Rules no longer in the suite: {said}</p>'
        page = page.replace("</body>", f"{note}</body>", 1)
    return page


def _index(release: Release, sections: list[tuple[Feed, list[Page]]]) -> str:
    parts = []
    for feed, pages in sections:
        rows = "".join(
            f'<tr><td><a href="{p.href}">{html.escape(p.file_name)}</a></td><td>{p.received_at}</td>'
            f"<td>{_OUTCOMES.get(p.outcome, p.outcome)}</td>"
            f'<td class="text-right text-success">{p.passed}</td>'
            f'<td class="text-right {"text-danger font-weight-bold" if p.failed else ""}">{p.failed}</td>'
            f'<td class="text-right ioc-undetermined">{p.undetermined}</td></tr>'
            for p in pages
        )
        table = (
            '<table class="table table-sm"><thead><tr><th>Tệp · File</th><th>Nhận lúc · Received</th>'
            '<th>Kết cục · Outcome</th><th class="text-right">Đạt · Passed</th>'
            '<th class="text-right">Không đạt · Failed</th>'
            f'<th class="text-right">Chưa rõ · Undetermined</th></tr></thead><tbody>{rows}</tbody></table>'
        )
        nothing = '<p class="ioc-undetermined">Chưa có lần giao nào được kiểm tra · Nothing judged yet</p>'
        parts.append(
            f'<h2 class="h4 mt-4">{html.escape(feed.title.vi)} <small class="text-muted">{html.escape(feed.title.en)}'
            f'</small></h2><p>{html.escape(feed.owner.vi)} · <a href="expectations/{feed.id}.html">Bộ quy tắc · Suite '
            f"<code>{feed.id}</code></a></p>{table if pages else nothing}"
        )
    return (
        '<!DOCTYPE html><html lang="vi"><head><meta charset="UTF-8"><meta name="viewport" content="width=device-width, '
        'initial-scale=1"><title>Data Docs</title><link rel="stylesheet" href="static/bootstrap.min.css">'
        '<link rel="stylesheet" href="static/data_docs.css"></head><body><div class="container-fluid p-4">'
        '<h1 class="h3">Hồ sơ kiểm tra dữ liệu <small class="text-muted">Data Docs</small></h1>'
        f"<p>Bản phát hành · Release <code>{html.escape(release.release_id)}</code>. Trang do Great Expectations "
        "dựng từ kết quả đã lưu · Rendered by Great Expectations from the stored results.</p>"
        f"{''.join(parts)}</div></body></html>"
    )


_OUTCOMES = {"stored": "đã lưu · stored", "blocked": "bị chặn · blocked", "refused": "bị từ chối · refused"}


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any]) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, parameters)
    names = [d[0] for d in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _moment(connection: duckdb.DuckDBPyConnection) -> Any:
    row = connection.execute("SELECT created_at FROM release_info").fetchone()
    assert row is not None
    return row[0]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
