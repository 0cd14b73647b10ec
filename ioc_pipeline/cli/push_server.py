"""`ioc push-server`: the endpoint that agencies' systems post their files to."""

from __future__ import annotations

from typing import Annotated

import typer

from ioc_pipeline.cli.output import out, say
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.receive.tokens import all_tokens
from ioc_pipeline.settings import places


def push_server(
    port: Annotated[int, typer.Option(help="Cổng · port")] = 8600,
    address: Annotated[str, typer.Option(help="Địa chỉ lắng nghe · address to listen on")] = "127.0.0.1",
    max_mib: Annotated[int, typer.Option(help="Cỡ tệp lớn nhất, MiB · largest body")] = 256,
    per_minute: Annotated[
        float, typer.Option(help="Số yêu cầu mỗi phút cho một mã · requests a minute per token")
    ] = 60,
    patience: Annotated[
        float, typer.Option(help="Chờ kết quả kiểm tra tối đa, giây · seconds to wait for the receipt before 202")
    ] = 20,
    publish: Annotated[bool, typer.Option(help="Tự phát hành sau khi nhận · publish by itself after posts")] = True,
) -> None:
    """Mở cổng nhận dữ liệu POST /feeds/<nguồn> (TLS do máy chủ đứng trước) · the push endpoint (TLS in front of it)."""
    import uvicorn

    from ioc_pipeline.endpoint.app import Limits, make_app

    load_catalogue()  # a broken standard is said now, not at the first post
    if not all_tokens(places()):
        say(
            "Chưa có mã truy cập nào; tạo bằng: ioc token create <cơ quan> --feed <nguồn>",
            "No tokens yet; make one with: ioc token create <agency> --feed <feed>",
            style="yellow",
        )
    limits = Limits(
        max_bytes=max_mib << 20,
        per_minute=per_minute,
        patience_seconds=patience,
        publish_after=10.0 if publish else None,
    )
    out.print(f"http://{address}:{port}/feeds/<id>", markup=False)
    uvicorn.run(
        make_app(places(), limits),
        host=address,
        port=port,
        access_log=False,
        log_level="warning",
        server_header=False,
        limit_concurrency=64,
        timeout_keep_alive=15,
    )
