"""The dashboard in a real browser, as a Chairman opens it: on the wall and on a phone."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from ioc_dashboard.launch import command

from . import release_alerts_data
from .release_fixture import build, point

pytestmark = pytest.mark.browser

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WALL, LAPTOP, PHONE = (1920, 1080), (1366, 768), (390, 844)
PAGES = (
    "/",
    "/indicator",
    "/indicator?code=DTC_TL",
    "/map?area=22366",
    "/compare",
    "/compare?scope=unit",
    "/compare?scope=province",
    "/alerts",
    "/alerts?id=CB-0001",
    "/tasks",
    "/briefing",
    "/services",
    "/scenario?giai_ngan=12",
    "/data",
    "/data?feed=dossiers",
    "/data?view=owners",
    "/standard",
    "/search?q=gia",
    "/glossary",
)
"""Every page, and the states that look different."""
REPOSITORY = Path(__file__).parents[2]


@dataclass
class Server:
    address: str
    home: Path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("served")
    build(home, "r-1")
    release_alerts_data.fill(home)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"IOC_HOME": str(home), "PYTHONPATH": str(REPOSITORY)}
    log = (home / "server.log").open("wb")
    process = subprocess.Popen(
        command(port), env=environment, cwd=home, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_healthy(address, process, home / "server.log")
        yield Server(address, home)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
        log.close()


def _wait_until_healthy(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the dashboard did not start:\n{log.read_text(errors='replace')[-3000:]}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.fail(
            f"{CHROMIUM} is missing, and these tests need it. Install it: apt-get install chromium", pytrace=False
        )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@contextmanager
def opened(browser: Browser, server: Server, path: str, size: tuple[int, int], scheme: str = "light") -> Iterator[Page]:
    """A page that watches where it connects: nothing but our own server is allowed."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, has_touch=size == PHONE, color_scheme=scheme,  # type: ignore[arg-type]
        locale="vi-VN",
    )  # fmt: skip
    page = context.new_page()
    outside: list[str] = []
    errors: list[str] = []
    allowed = (server.address, server.address.replace("http", "ws"), "data:", "blob:")
    page.on("request", lambda request: None if request.url.startswith(allowed) else outside.append(request.url))
    page.on("websocket", lambda socket: None if socket.url.startswith(allowed) else outside.append(socket.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        page.goto(server.address + path)
        expect(page.locator(".ioc.foot")).to_be_visible(timeout=20_000)
        yield page
        assert outside == []
        assert errors == []
    finally:
        context.close()


def overflow(page: Page) -> int:
    """Pixels by which anything sticks out of the page to the right."""
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def test_the_wall(browser: Browser, server: Server) -> None:
    with opened(browser, server, "/", WALL) as page:
        assert page.evaluate("document.documentElement.lang") == "vi"
        expect(page.locator(".verdict h1")).to_contain_text("Trong 18 chỉ tiêu: 3 chưa đạt")
        expect(page.locator(".attention li")).to_have_count(7)
        expect(page.locator(".tile")).to_have_count(18)
        assert overflow(page) <= 0
        for chrome in ("stHeader", "stToolbar", "stSidebar"):
            expect(page.get_by_test_id(chrome)).to_be_hidden()
        assert page.evaluate("document.fonts.check('16px \"Be Vietnam Pro\"', 'ữ')")
        first = page.locator(".attention li").first.bounding_box()
        assert first and first["y"] + first["height"] < WALL[1]  # what is wrong is seen without scrolling
        drawn = page.locator("img.spark").evaluate_all("images => images.every(image => image.naturalWidth > 0)")
        assert drawn


def test_the_phone(browser: Browser, server: Server) -> None:
    for path in PAGES:
        with opened(browser, server, path, PHONE) as page:
            assert overflow(page) <= 0, path
            wide = page.evaluate(
                "[...document.querySelectorAll('.ioc *')].filter(e => e.getClientRects().length && "
                "!e.closest('.quiet') && e.getBoundingClientRect().right > innerWidth + 1)"
                ".map(e => e.className).slice(0, 5)"
            )
            assert wide == [], path
            if path == "/":
                tiles = page.locator(".tile").evaluate_all(
                    "tiles => tiles.map(tile => tile.getBoundingClientRect().left)"
                )
                assert len(set(tiles)) == 1  # one column
                bar = page.locator(".st-key-nav").bounding_box()
                assert bar and bar["y"] + bar["height"] >= PHONE[1] - 1  # within reach of the thumb
                links = page.locator(".st-key-nav a").evaluate_all(
                    "links => links.map(a => a.getBoundingClientRect().height)"
                )
                assert min(links) >= 44


def test_language_switch_and_pages(browser: Browser, server: Server) -> None:
    with opened(browser, server, "/", WALL) as page:
        page.get_by_role("link", name="English").click()
        expect(page.locator(".verdict h1")).to_contain_text("Of 18 indicators: 3 off target")
        assert "lang=en" in page.url
        page.get_by_role("link", name="Data", exact=True).click()
        expect(page.locator(".intro h1")).to_have_text("Health of every data source")
        page.get_by_role("link", name="Details: Administrative-procedure dossiers").click()
        expect(page.locator(".feedhead h1")).to_have_text("Administrative-procedure dossiers")
        assert "feed=dossiers" in page.url and "lang=en" in page.url
        page.get_by_role("link", name="Tiếng Việt").click()
        expect(page.locator(".feedhead h1")).to_have_text("Hồ sơ thủ tục hành chính")
        assert "feed=dossiers" in page.url
        page.get_by_role("link", name="Tất cả nguồn dữ liệu").click()
        expect(page.locator(".feed")).to_have_count(7)
        page.get_by_role("link", name="Chuẩn IOC").click()
        expect(page.locator(".standard li")).to_have_count(14)
        page.go_back()
        expect(page.locator(".feed")).to_have_count(7)


def test_deep_link_to_a_feed(browser: Browser, server: Server) -> None:
    for path in ("/data?feed=dossiers", "/?feed=dossiers"):
        with opened(browser, server, path, WALL) as page:
            expect(page.locator(".feedhead h1")).to_have_text("Hồ sơ thủ tục hành chính")
            expect(page.locator(".feedpage")).to_contain_text("dòng 18")
    with opened(browser, server, "/data?feed=dossiers&lang=en", WALL) as page:
        assert page.evaluate("document.documentElement.lang") == "en"


def test_the_badge_opens_with_the_keyboard(browser: Browser, server: Server) -> None:
    with opened(browser, server, "/", LAPTOP, scheme="dark") as page:
        badge = page.locator(".attention li", has_text="Giải ngân đầu tư công").locator(".trust")
        badge.focus()
        page.keyboard.press("Enter")
        panel = page.locator("#trust-DTC_TL")
        expect(panel).to_be_visible()
        expect(panel).to_contain_text("Lũy kế không giảm")
        page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
        badge.click()
        panel.get_by_role("link", name="Giải ngân vốn đầu tư công").click()
        expect(page.locator(".feedhead h1")).to_have_text("Giải ngân vốn đầu tư công")


def test_reasons_of_an_indicator_by_link_without_losing_the_place(browser: Browser, server: Server) -> None:
    with opened(browser, server, "/", WALL) as page:
        page.locator(".tile a.name", has_text="Giải ngân đầu tư công").click()
        expect(page.locator(".ihead h1")).to_contain_text("Tỷ lệ giải ngân vốn đầu tư công")
        drawn = page.locator("img.on-wall").evaluate("image => image.naturalWidth")
        assert drawn == 1000
        expect(page.locator(".wfall .sum")).to_contain_text("−22,7")
        page.evaluate("window.sameDocument = true")
        main = page.get_by_test_id("stMain")
        main.evaluate("main => main.scrollTop = 300")
        page.get_by_role("link", name="So với kỳ trước").click()
        expect(page.locator(".iwhy .sentence")).to_contain_text("Câu lý do previous.")
        assert "against=previous" in page.url and page.evaluate("window.sameDocument")
        assert main.evaluate("main => main.scrollTop") > 200
        page.get_by_role("link", name="Tất cả chỉ tiêu").click()
        page.get_by_label("Tìm chỉ tiêu").fill("that nghiep")
        page.keyboard.press("Enter")
        expect(page.locator(".ilist li")).to_have_count(1)
        assert "q=that" in page.url


_CONTRAST = """() => {
  const scratch = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = (css, under) => {
    scratch.fillStyle = `rgb(${under.join(',')})`; scratch.fillRect(0, 0, 1, 1);
    scratch.fillStyle = css; scratch.fillRect(0, 0, 1, 1);
    return [...scratch.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = c => { const v = c.map(x => (x /= 255) <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4);
    return .2126 * v[0] + .7152 * v[1] + .0722 * v[2]; };
  const ground = e => e ? rgb(getComputedStyle(e).backgroundColor, ground(e.parentElement)) : [255, 255, 255];
  const bad = [];
  for (const e of document.querySelectorAll('.ioc *')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.getClientRects().length || e.closest('.quiet')) continue;
    const style = getComputedStyle(e), back = ground(e), fore = rgb(style.color, back);
    const [a, b] = [light(fore), light(back)].sort((x, y) => y - x), ratio = (a + .05) / (b + .05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    const name = `${e.className || e.tagName} "${e.textContent.trim().slice(0, 30)}"`;
    if (ratio < (large ? 3 : 4.5)) bad.push(`${name} ${ratio.toFixed(2)}`);
  }
  return [...new Set(bad)].slice(0, 12);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_is_aa(browser: Browser, server: Server, scheme: str) -> None:
    """Every page on a laptop, in Vietnamese by day and in English by night; nothing sticks out there or on the wall."""
    for path in PAGES:
        asked = path + ("&" if "?" in path else "?") + "lang=en" if scheme == "dark" else path
        with opened(browser, server, asked, LAPTOP, scheme) as page:
            assert page.evaluate("document.documentElement.lang") == ("en" if scheme == "dark" else "vi")
            assert page.evaluate(_CONTRAST) == [], path
            assert overflow(page) <= 0, path
            page.set_viewport_size({"width": WALL[0], "height": WALL[1]})
            assert overflow(page) <= 0, path
    other = "light" if scheme == "dark" else "dark"
    with opened(browser, server, f"/?theme={other}", LAPTOP, scheme) as page:
        assert page.evaluate(_CONTRAST) == []
        ground = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
        assert (sum(map(int, ground.removeprefix("rgb(").removesuffix(")").split(","))) < 200) == (other == "dark")


def test_a_new_release_becomes_visible_without_reload(browser: Browser, server: Server) -> None:
    with opened(browser, server, "/", WALL) as page:
        disbursed = page.locator(".attention li", has_text="Giải ngân đầu tư công")
        expect(disbursed).to_contain_text("52,3")
        page.evaluate("window.sameDocument = true")
        started = time.monotonic()
        build(server.home, "r-2", values={"DTC_TL": 61.7})
        expect(disbursed).to_contain_text("61,7", timeout=10_000)
        assert time.monotonic() - started < 7
        assert page.evaluate("window.sameDocument")
        broken = server.home / "releases" / "r-broken" / "release.duckdb"
        broken.parent.mkdir()
        broken.write_bytes(b"not a database")
        point(server.home, "r-broken")
        expect(page.locator(".b-bad")).to_contain_text("Đang hiển thị bản trước đó: r-2", timeout=10_000)
        point(server.home, "r-1")


def test_a_page_prints_whole_and_without_chrome(browser: Browser, server: Server, tmp_path: Path) -> None:
    with opened(browser, server, "/standard", (1366, 768), "dark") as page:
        page.pdf(path=tmp_path / "a.pdf", prefer_css_page_size=True, print_background=True)
    printed = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    text = " ".join(one.get_textpage().get_text_bounded() for one in printed)
    size = tuple(map(round, printed[0].get_size()))
    printed.close()
    assert size == (595, 842)
    assert "Mọi giá trị hiển thị ngày số liệu" in text, "the footer: nothing is cut off at the first screen"
    assert "Toàn cảnh" not in text and "English" not in text and "XLSX" not in text


def test_a_table_is_downloaded_with_its_provenance(browser: Browser, server: Server) -> None:
    with opened(browser, server, "/data", (1366, 768)) as page:
        with page.expect_download() as caught:
            page.get_by_role("button", name="Dòng bị cách ly: CSV").click()
        content = caught.value.path().read_text("utf-8-sig")
    assert "Bản phát hành · Release" in content and "dòng 18" in content and "Mã hồ sơ" not in content[:40]
    with opened(browser, server, "/indicator?code=DTC_TL", LAPTOP) as page:
        with page.expect_download() as caught:
            page.get_by_role("button", name="Giá trị của chỉ tiêu này: CSV").click()
        lines = caught.value.path().read_text("utf-8-sig").splitlines()
    values = [line for line in lines if "DTC_TL" in line and "2026-10" in line]
    assert values and not any("HC_DUNGHAN" in line for line in lines)
