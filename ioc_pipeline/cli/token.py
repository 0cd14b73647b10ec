"""`ioc token`: access tokens of the agencies that push."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from ioc_pipeline.cli.output import language, out, print_json, print_table, say
from ioc_pipeline.contracts.catalogue import load_catalogue
from ioc_pipeline.messages import Text
from ioc_pipeline.receive import tokens
from ioc_pipeline.settings import places

app = typer.Typer(
    help="Mã truy cập cho cơ quan gửi dữ liệu (POST) · tokens of agencies that push", no_args_is_help=True
)


@app.command("create")
def create(
    agency: Annotated[str, typer.Argument(help="Mã cơ quan · agency, e.g. vp_ubnd")],
    feed: Annotated[list[str], typer.Option(help="Nguồn được gửi · feed it may send to (repeatable)")],
    days: Annotated[int, typer.Option(min=1, max=3650, help="Số ngày hiệu lực · days until it expires")] = 365,
) -> None:
    """Tạo mã truy cập; mã chỉ hiện một lần này · make a token; its text is shown this once."""
    feeds = load_catalogue().feeds
    unknown = [f for f in feed if f not in feeds]
    if unknown:
        raise typer.BadParameter(f"{', '.join(unknown)} ∉ {', '.join(feeds)}", param_hint="--feed")
    for ident in feed:
        if feeds[ident].owner_id != agency:
            say(
                f"Lưu ý: nguồn {ident} thuộc {feeds[ident].owner.vi} ({feeds[ident].owner_id}), không phải {agency}.",
                f"Note: feed {ident} belongs to {feeds[ident].owner.en} ({feeds[ident].owner_id}), not to {agency}.",
                style="yellow",
            )
    token, text = tokens.create(places(), agency, list(dict.fromkeys(feed)), datetime.now(UTC) + timedelta(days=days))
    say(
        f"Mã {token.id} của {agency}, hiệu lực đến {token.expires_at[:10]}. Chép ngay, mã không hiện lại:",
        f"Token {token.id} of {agency}, valid until {token.expires_at[:10]}. Copy it now, it is not shown again:",
    )
    out.print(text, markup=False)


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False) -> None:
    """Các mã đã cấp, không kèm nội dung mã · the tokens made, without their text."""
    now = datetime.now(UTC)
    rows = []
    for token in tokens.all_tokens(places()):
        state = "revoked" if token.revoked_at else "valid" if token.valid(now) else "expired"
        rows.append(
            {
                "id": token.id,
                "agency": token.agency,
                "feeds": list(token.feeds),
                "created_at": token.created_at,
                "expires_at": token.expires_at,
                "state": state,
            }
        )
    if as_json:
        print_json(rows)
        return
    words = {
        "valid": Text("còn hiệu lực", "valid"),
        "expired": Text("hết hạn", "expired"),
        "revoked": Text("đã thu hồi", "revoked"),
    }
    columns = [
        (Text("Mã số", "Id"), "left"),
        (Text("Cơ quan", "Agency"), "left"),
        (Text("Nguồn", "Feeds"), "left"),
        (Text("Hết hạn", "Expires"), "left"),
        (Text("Tình trạng", "State"), "left"),
    ]
    shown = [
        (
            r["id"],
            r["agency"],
            ", ".join(r["feeds"]),
            datetime.fromisoformat(str(r["expires_at"])),
            words[str(r["state"])].in_language(language()),
        )
        for r in rows
    ]
    print_table(Text("Mã truy cập", "Access tokens"), columns, shown)


@app.command("revoke")
def revoke(ident: Annotated[str, typer.Argument(help="Mã số · id of the token")]) -> None:
    """Thu hồi một mã ngay lập tức · end a token now."""
    token = tokens.revoke(places(), ident)
    say(f"Đã thu hồi mã {token.id} của {token.agency}.", f"Revoked token {token.id} of {token.agency}.", style="green")
