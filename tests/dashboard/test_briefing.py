"""The weekly briefing: what it says on the screen, on paper and from the command, and what it is compared with."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
from typer.testing import CliRunner

from ioc_dashboard import pdf
from ioc_dashboard.components.changes import counted
from ioc_dashboard.queries_briefing import before, briefing, week_of
from ioc_dashboard.queries_changes import way
from ioc_dashboard.release import Published
from ioc_dashboard.release_screen import screen_of
from ioc_pipeline.cli.main import app as command

from .one_page import page_of
from .release_fixture import build
from .test_pages import text_of

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def two_weeks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("briefed")
    build(home, "r-old", created=AT - timedelta(days=8), values={"DTC_TL": 44.0})
    build(home, "r-mid", created=AT - timedelta(days=1), values={"DTC_TL": 50.0})
    build(home, "r-new", created=AT)
    return home


def _published(*days: int) -> list[Published]:
    return [Published(f"r{day}", AT - timedelta(days=day), Path(f"r{day}")) for day in days]


@pytest.mark.parametrize(
    ("days", "chosen", "full"),
    [((20, 9, 3, 0), "r9", True), ((7, 1, 0), "r7", True), ((6, 1, 0), "r6", False), ((0,), None, False)],
)
def test_it_is_compared_with_the_release_of_a_week_before(
    days: tuple[int, ...], chosen: str | None, full: bool
) -> None:
    found = before(_published(*days), "r0", AT)
    assert (found[0][0].release_id, found[0][1]) == (chosen, full) if chosen else found == []


def test_weeks_begin_on_monday() -> None:
    week = week_of(date(2027, 1, 1))
    assert (week.first, week.last, week.number, week.year) == (date(2026, 12, 28), date(2027, 1, 3), 53, 2026)


def test_the_file_says_everything_with_period_date_owner_and_trust(
    two_weeks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IOC_HOME", str(two_weeks))
    target = tmp_path / "b.html"
    ran = CliRunner().invoke(command, ["briefing", "--out", str(target), "--lang", "vi"])
    assert ran.exit_code == 0, ran.output
    page = target.read_text(encoding="utf-8")
    said = re.sub(r"\s+", " ", re.sub(r"<style.*?</style>|<[^>]+>", " ", page, flags=re.S)).replace("\u00a0", " ")
    assert "Báo cáo tuần 47/2026" in said and "Tuần từ 16/11/2026 đến 22/11/2026" in said
    assert "Trong 18 chỉ tiêu: 3 chưa đạt , 4 gần đạt , 7 đạt" in said
    assert "So với bản phát hành r-old" in said and "r-mid" not in said
    assert "Tháng 10/2026: 44,0% → 52,3%" in said, "what was said a week ago and is another figure now"
    row = next(part for part in page.split("<tr>") if ">Giải ngân đầu tư công<" in part)
    plain = re.sub(r"<[^>]+>", " ", row).replace("\u00a0", " ")
    for words in ("Chưa đạt", "52,3%", "Tháng 10/2026", "đến 31/10/2026", "Sở Tài chính", "Có cảnh báo"):
        assert words in plain, words
    assert "Hồ sơ thủ tục hành chính" in said and "Bị chặn" in said, "sources to watch"
    assert "Chưa có kho nghiệp vụ" in said
    assert "<a href" not in page and "http" not in re.sub(r"xmlns=.http[^ ]*", "", page), "nothing outside the file"
    english = tmp_path / "e.html"
    assert CliRunner().invoke(command, ["briefing", "--out", str(english), "--lang", "en"]).exit_code == 0
    assert "Weekly briefing, week 47 of 2026" in english.read_text(encoding="utf-8")


def test_a_figure_that_got_lost_is_no_improvement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(tmp_path, "r-old", created=AT - timedelta(days=8), parts=())
    build(tmp_path, "r-new", created=AT, parts=(), grey=True)
    monkeypatch.setenv("IOC_HOME", str(tmp_path))
    screen = screen_of(None, "vi")
    found = briefing(screen).changed
    assert found is not None and {(one.before, one.after) for one in found.moved} >= {
        ("red", "grey"),
        ("green", "grey"),
    }
    said = counted(screen, found)
    assert said.startswith("0 xấu đi, 0 tốt lên, ") and f"; {len(found.moved)} nay không đánh giá được." in said
    assert [way(*states) for states in (("red", "amber"), ("amber", "red"), ("grey", "red"), ("grey", "green"))] == [
        "better", "worse", "worse", "better",
    ]  # fmt: skip


def test_as_of_a_past_day(two_weeks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IOC_HOME", str(two_weeks))
    target = tmp_path / "b.html"
    assert CliRunner().invoke(command, ["briefing", "--as-of", "2026-11-13", "--out", str(target)]).exit_code == 0
    page = target.read_text(encoding="utf-8")
    assert "r-old" in page and "Báo cáo tuần 46/2026" in page and "Đây là bản phát hành đầu tiên" in page
    for wrong in ("2026-01-01", "hôm qua"):
        assert CliRunner().invoke(command, ["briefing", "--as-of", wrong, "--out", str(target)]).exit_code == 1


@pytest.mark.parametrize("engine", ["weasyprint", "chromium"])
def test_the_pdf_is_a4_with_page_numbers_and_its_own_fonts(
    two_weeks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: pdf.Engine
) -> None:
    there = pdf._weasyprint_loads() if engine == "weasyprint" else pdf._browser() is not None
    if not there:
        pytest.skip(f"no {engine} here")
    monkeypatch.setenv("IOC_HOME", str(two_weeks))
    monkeypatch.setattr(pdf, "engine", lambda: engine)
    target = tmp_path / "b.pdf"
    ran = CliRunner().invoke(command, ["briefing", "--out", str(target)])
    assert ran.exit_code == 0, ran.output
    made = pypdfium2.PdfDocument(target)
    width, height = made[0].get_size()
    assert (round(width), round(height)) == (595, 842)
    texts = [made[number].get_textpage().get_text_bounded() for number in range(len(made))]
    assert "Báo cáo tuần 47/2026" in texts[0] and "chưa đạt" in texts[0], "Vietnamese letters, not others' glyphs"
    assert all(f"Trang {number}/{len(made)}" in text for number, text in enumerate(texts, start=1))
    drawn = made[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT])
    fonts = {(text.get_font().get_base_name(), text.get_font().is_embedded) for text in drawn}
    assert all(embedded for _, embedded in fonts) and any("Vietnam" in name for name, _ in fonts), fonts
    made.close()


def test_without_an_engine_the_html_is_written_and_said_so(
    two_weeks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IOC_HOME", str(two_weeks))
    monkeypatch.setattr(pdf, "_weasyprint_loads", lambda: False)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    pdf.engine.cache_clear()
    try:
        ran = CliRunner().invoke(command, ["briefing", "--out", str(tmp_path / "b.pdf")])
    finally:
        pdf.engine.cache_clear()
    assert ran.exit_code == 1 and "b.html" in str(ran.exception)
    assert (tmp_path / "b.html").exists() and not (tmp_path / "b.pdf").exists()


def test_nothing_outside_is_fetched(tmp_path: Path) -> None:
    """A text of the data cannot make the engine read a file or call a host."""
    if not pdf._weasyprint_loads():
        pytest.skip("no weasyprint here")
    secret = tmp_path / "secret.css"
    secret.write_text("p::after { content: 'LEAKED' }", encoding="utf-8")
    made = pdf.to_pdf(f'<link rel="stylesheet" href="{secret.as_uri()}"><p>in</p>', "weasyprint")
    text = pypdfium2.PdfDocument(made)[0].get_textpage().get_text_bounded()
    assert "in" in text and "LEAKED" not in text


@pytest.mark.parametrize(("lang", "words"), [
    ("vi", ("Báo cáo tuần 47/2026", "2. Chỉ tiêu chưa đạt", "So với bản phát hành r-old", "Chưa có kho nghiệp vụ")),
    ("en", ("Weekly briefing, week 47 of 2026", "2. Indicators off target", "Against release r-old")),
])  # fmt: skip
def test_the_page_says_what_the_file_says(
    two_weeks: Path, monkeypatch: pytest.MonkeyPatch, lang: str, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("IOC_HOME", str(two_weeks))
    app = page_of("briefing", lang)
    for said in words:
        assert said in text_of(app), said
    assert len(app.get("download_button")) == 4, "PDF, HTML, indicators as XLSX and CSV; no store, no alerts"
