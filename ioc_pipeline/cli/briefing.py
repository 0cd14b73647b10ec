"""`ioc briefing`: the weekly briefing as a file, from the same release data as the dashboard's page."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from ioc_pipeline.atomic import replacing
from ioc_pipeline.cli.output import language, say
from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.settings import places


def briefing(
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Ngày 2026-11-20 hoặc mã bản phát hành · day, or id of a release")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Tệp .pdf hoặc .html · file (default: briefing-<week>.pdf)")
    ] = None,
    lang: Annotated[str | None, typer.Option("--lang", help="vi | en (default: language of the command)")] = None,
) -> None:
    """Báo cáo tuần để in: chưa đạt, thay đổi, cảnh báo, nhiệm vụ, dữ liệu · the weekly briefing, A4 PDF or HTML."""
    logging.getLogger("streamlit").setLevel(logging.CRITICAL)  # its caches complain that no page is open
    from ioc_dashboard import briefing_document, pdf
    from ioc_dashboard.queries_briefing import briefing as gathered
    from ioc_dashboard.release_screen import screen_of

    if out is not None and out.suffix.lower() not in (".pdf", ".html"):
        raise IocError(
            Message(
                "briefing.suffix",
                f"{out}: tên tệp phải kết thúc bằng .pdf hoặc .html.",
                f"{out}: the file's name must end in .pdf or .html.",
            )
        )
    screen = screen_of(as_of, "en" if (lang or language()).lower().startswith("en") else "vi")
    brief = gathered(screen)
    target = out or Path(f"briefing-{brief.week.year}-W{brief.week.number:02d}-{screen.lang}.pdf")
    text = briefing_document.document(screen, brief)
    if target.suffix.lower() == ".html":
        _write(target, text.encode("utf-8"))
        return
    page = target.with_suffix(".html")
    with_engine = pdf.engine()
    if with_engine is None:
        _write(page, text.encode("utf-8"))
        raise IocError(
            Message(
                "briefing.engine",
                f"Máy này chưa có bộ tạo PDF nên chỉ ghi được {page}. Mở tệp đó bằng trình duyệt rồi in ra PDF, hoặc "
                "cài thư viện pango (Debian, Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0) hay Chromium.",
                f"This machine has no PDF engine, so only {page} was written. Open it in a browser and print it to "
                "PDF, or install the pango library (Debian, Ubuntu: apt-get install libpango-1.0-0 "
                "libpangoft2-1.0-0) or Chromium.",
            )
        )
    try:
        made = pdf.to_pdf(text, with_engine)
    except pdf.PdfFailed as error:
        _write(page, text.encode("utf-8"))
        raise IocError(
            Message(
                "briefing.pdf",
                f"{with_engine} không tạo được PDF ({error}); đã ghi {page} để in từ trình duyệt.",
                f"{with_engine} could not make the PDF ({error}); wrote {page} to print from a browser.",
            )
        ) from error
    _write(target, made)


def _write(target: Path, content: bytes) -> None:
    try:
        with replacing(target) as partial:
            partial.write_bytes(content)
    except OSError as error:
        raise IocError(
            Message(
                "briefing.write",
                f"Không ghi được {target}: {error.strerror}. Kiểm tra thư mục có tồn tại và cho phép ghi.",
                f"Cannot write {target}: {error.strerror}. Check that the folder exists and can be written.",
            )
        ) from error
    say(f"Đã ghi {target} ({len(content) // 1000} kB, từ {places().root}).",
        f"Wrote {target} ({len(content) // 1000} kB, from {places().root}).", style="green")  # fmt: skip
