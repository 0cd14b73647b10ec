"""The benchmark's reader speaks Streamlit's protocol: without it the measured table would be about nothing."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.dashboard_client import Reader, Server, free_port, plain_streamlit

SCRIPT = """
from pathlib import Path
import streamlit as st
st.html("<p>" + "trang " * 3000 + st.query_params.get("q", "") + "</p>")
st.html("<p>xong</p>")

@st.fragment(run_every=0.2)
def look():
    if Path(__file__).with_name("newer").exists() and "q" in st.query_params and st.query_params["q"] != "sau":
        st.query_params["q"] = "sau"
        st.rerun(scope="app")

look()
"""


def test_a_session_is_read_as_a_browser_reads_it(tmp_path: Path) -> None:
    script = tmp_path / "page.py"
    script.write_text(SCRIPT, encoding="utf-8")
    port = free_port()

    async def visit() -> None:
        async with Reader(port, polls=True) as reader:
            await reader.run("", "q=một")
            first = reader.received
            assert reader.text.startswith("<p>trang") and reader.text.endswith("một</p><p>xong</p>")
            await reader.run("", "q=một")
            assert reader.text.endswith("một</p><p>xong</p>") and reader.received - first < first / 2, "asked by hash"
            (tmp_path / "newer").touch()
            await reader.shows("sau")  # the fragment ran at its interval and asked for the whole page

    with Server(plain_streamlit(script, port), port, tmp_path), ThreadPoolExecutor(1) as another:
        another.submit(asyncio.run, visit()).result()
