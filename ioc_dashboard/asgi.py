"""The dashboard as a web application: Streamlit with the document's language and security headers.

Started by `streamlit run ioc_dashboard/asgi.py` (see `launch.py`), which finds `app` below.
"""

from __future__ import annotations

import sys
from pathlib import Path
from threading import Thread

import streamlit as st
from starlette.middleware import Middleware

if str(Path(__file__).parents[1]) not in sys.path:  # started as a file from a checkout
    sys.path.insert(0, str(Path(__file__).parents[1]))

from ioc_dashboard import formats, pdf, warm
from ioc_dashboard.document import DocumentMiddleware
from ioc_dashboard.packed import PackedMiddleware
from ioc_dashboard.pages import every_page
from ioc_dashboard.style import StyleMiddleware

every_page()  # pages are imported before the first visitor waits for them

formats.number(1234.5, 1)  # loads the Vietnamese locale
warm.keep_warm()
Thread(target=pdf.engine, daemon=True).start()  # tried before somebody opens the briefing
app = st.App(
    Path(__file__).with_name("app.py"),
    middleware=[Middleware(PackedMiddleware), Middleware(StyleMiddleware), Middleware(DocumentMiddleware)],
)
