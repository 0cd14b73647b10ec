"""`ioc up`: Dagster UI, daemon and dashboard together, health-checked, stopped together by one Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import httpx
import typer

from ioc_pipeline.cli.output import out, say
from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.orchestrate.instance import dagster_home
from ioc_pipeline.settings import places

START_SECONDS = 120.0
STOP_SECONDS = 15.0


@dataclass
class Service:
    """A child process, where its log goes, and how to tell that it works."""

    name: str
    argv: list[str]
    log: Path
    healthy: Callable[[], bool]
    process: subprocess.Popen[bytes] | None = None


def up(
    dashboard_port: Annotated[int, typer.Option(help="Cổng bảng điều hành · dashboard port")] = 8501,
    dagster_port: Annotated[int, typer.Option(help="Cổng Dagster · Dagster port")] = 3000,
    push_port: Annotated[
        int, typer.Option(help="Cổng nhận dữ liệu gửi vào (POST), 0 = không mở · port of the push endpoint, 0 = none")
    ] = 0,
    address: Annotated[str, typer.Option(help="Địa chỉ lắng nghe · address to listen on")] = "127.0.0.1",
) -> None:
    """Chạy bảng điều hành, Dagster và bộ lập lịch; Ctrl-C dừng tất cả · start everything, Ctrl-C stops it all."""
    from ioc_dashboard.launch import command

    here = places()
    home = dagster_home(here)
    _report_dead_runs()
    logs = here.root / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    for port in (dashboard_port, dagster_port, *([push_port] if push_port else [])):
        _refuse_taken_port(address, port)
    workspace = _workspace(home)
    python = [sys.executable, "-m"]
    services = [
        Service(
            "dagster",
            [*python, "dagster_webserver", "-h", address, "-p", str(dagster_port), "-w", str(workspace)],
            logs / "dagster.log",
            lambda: _definitions_loaded(f"http://{_reachable(address)}:{dagster_port}/graphql"),
        ),
        Service(
            "daemon",
            [*python, "dagster._daemon", "run", "-w", str(workspace)],
            logs / "daemon.log",
            _daemon_healthy,
        ),
        Service(
            "dashboard",
            command(dashboard_port, address),
            logs / "dashboard.log",
            lambda: _answers(f"http://{_reachable(address)}:{dashboard_port}/_stcore/health"),
        ),
    ]
    if push_port:
        services.append(
            Service(
                "push",
                [*python, "ioc_pipeline.cli.main", "push-server", "--port", str(push_port), "--address", address],
                logs / "push.log",
                lambda: _answers(f"http://{_reachable(address)}:{push_port}/health"),
            )
        )
    environment = os.environ | {"IOC_HOME": str(here.root), "DAGSTER_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        for service in services:
            _start(service, environment)
        _wait_healthy(services)
        shown = _reachable(address)
        out.print(f"Bảng điều hành · dashboard: http://{shown}:{dashboard_port}", markup=False)
        out.print(f"Dagster: http://{shown}:{dagster_port}", markup=False)
        if push_port:
            out.print(f"Nhận dữ liệu gửi vào · push endpoint: http://{shown}:{push_port}/feeds/<id>", markup=False)
        say("Nhấn Ctrl-C để dừng.", "Press Ctrl-C to stop.")
        _watch(services)
    except KeyboardInterrupt:
        say("Đang dừng…", "Stopping…")
    finally:
        _stop(services)


def _interrupt(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


def _report_dead_runs() -> None:
    from dagster import DagsterInstance

    from ioc_pipeline.orchestrate.instance import report_dead_runs

    with DagsterInstance.get() as instance:
        report_dead_runs(instance)


def _workspace(home: Path) -> Path:
    """The workspace file: one code location, the installed package."""
    path = home / "workspace.yaml"
    path.write_text(
        "load_from:\n  - python_module:\n      module_name: ioc_pipeline.definitions\n"
        "      location_name: ioc_pipeline\n",
        encoding="utf-8",
    )
    return path


def _start(service: Service, environment: dict[str, str]) -> None:
    with service.log.open("ab") as log:
        service.process = subprocess.Popen(
            service.argv,
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # a group of its own, so that all of it can be stopped
            preexec_fn=_default_signals,
        )


def _default_signals() -> None:
    """Children of a background shell inherit an ignored SIGINT, and Dagster copies that to SIGTERM."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _wait_healthy(services: list[Service]) -> None:
    deadline = time.monotonic() + START_SECONDS
    waiting = list(services)
    while waiting:
        for service in list(waiting):
            _refuse_ended(service)
            if service.healthy():
                waiting.remove(service)
        if waiting and time.monotonic() > deadline:
            names = ", ".join(s.name for s in waiting)
            logs = ", ".join(str(s.log) for s in waiting)
            raise IocError(
                Message(
                    "up.not_healthy",
                    f"{names} chưa sẵn sàng sau {START_SECONDS:.0f} giây; xem {logs}",
                    f"{names} not ready after {START_SECONDS:.0f} seconds; see {logs}",
                )
            )
        time.sleep(0.3)


def _watch(services: list[Service]) -> None:
    while True:
        time.sleep(1)
        for service in services:
            _refuse_ended(service)


def _refuse_ended(service: Service) -> None:
    if service.process is not None and service.process.poll() is not None:
        tail = "\n".join(service.log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        raise IocError(
            Message(
                "up.ended",
                f"{service.name} đã dừng (mã {service.process.returncode}); xem {service.log}\n{tail}",
                f"{service.name} ended (code {service.process.returncode}); see {service.log}\n{tail}",
            )
        )


def _stop(services: list[Service]) -> None:
    """Ask every process group to end, then insist."""
    running = [s.process for s in services if s.process is not None]
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in running:
            try:
                os.killpg(process.pid, number)
            except ProcessLookupError:
                continue
        deadline = time.monotonic() + STOP_SECONDS
        while any(p.poll() is None for p in running) and time.monotonic() < deadline:
            time.sleep(0.1)
        if all(p.poll() is not None for p in running) and number == signal.SIGTERM:
            continue  # the leaders are gone; sweep what is left of their groups


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def _definitions_loaded(url: str) -> bool:
    """True once the UI has the assets; raises IocError when the definitions cannot be loaded."""
    query = (
        "{ workspaceOrError { ... on Workspace { locationEntries { loadStatus locationOrLoadError "
        "{ __typename ... on PythonError { message causes { message } } } } } } }"
    )
    try:
        answer = httpx.post(url, json={"query": query}, timeout=10, trust_env=False).json()
    except (httpx.HTTPError, ValueError):
        return False
    entries = answer["data"]["workspaceOrError"].get("locationEntries", [])
    for entry in entries:
        found = entry["locationOrLoadError"] or {}
        if found.get("__typename") == "PythonError":
            detail = " · ".join([found["message"], *(c["message"] for c in found["causes"])]).strip()
            raise IocError(
                Message("up.definitions", f"Dagster không nạp được: {detail}", f"Dagster cannot load: {detail}")
            )
    return bool(entries) and all(entry["loadStatus"] == "LOADED" for entry in entries)


def _daemon_healthy() -> bool:
    """The daemon says it is alive through its heartbeats in Dagster's storage."""
    from dagster import DagsterInstance

    with DagsterInstance.get() as instance:
        return any(
            time.time() - beat.timestamp < 60 and not beat.errors for beat in instance.get_daemon_heartbeats().values()
        )


def _reachable(address: str) -> str:
    return "127.0.0.1" if address in ("0.0.0.0", "::", "") else address


def _refuse_taken_port(address: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_reachable(address), port))
        except OSError as error:
            raise IocError(
                Message(
                    "up.port_taken",
                    f"Cổng {port} đang được dùng; chọn cổng khác: --dashboard-port, --dagster-port, --push-port.",
                    f"Port {port} is in use; choose another: --dashboard-port, --dagster-port, --push-port.",
                )
            ) from error
