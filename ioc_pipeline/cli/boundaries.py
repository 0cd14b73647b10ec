"""`ioc boundaries`: takes over the province's own boundary file for the map."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from ioc_pipeline.atomic import replacing
from ioc_pipeline.cli.output import language, print_json, say
from ioc_pipeline.messages import IocError, Message
from ioc_pipeline.settings import places, province_code


def boundaries(
    file: Annotated[Path, typer.Argument(help="Tệp GeoJSON ranh giới cấp xã, WGS 84 · GeoJSON of the communes")],
    code_key: Annotated[str | None, typer.Option(help="Thuộc tính chứa mã xã · property with the code")] = None,
    name_key: Annotated[str | None, typer.Option(help="Thuộc tính chứa tên xã · property with the name")] = None,
    on: Annotated[str | None, typer.Option(help="Danh mục tại ngày · units as of, YYYY-MM-DD (default: today)")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """Nhận tệp ranh giới của tỉnh cho trang Bản đồ · take over the province's boundary file for the map."""
    from ioc_pipeline.contracts.boundaries import boundary_file, read_boundaries
    from ioc_pipeline.contracts.units import communes

    province = province_code()
    day = date.fromisoformat(on) if on else date.today()
    try:
        content = file.read_bytes()
    except OSError as error:
        raise IocError(
            Message("boundaries.file", f"Không đọc được {file}: {error}", f"Cannot read {file}: {error}")
        ) from error
    found = read_boundaries(content, file.name, province, day, code_key=code_key, name_key=name_key)
    target = boundary_file(places().root, province)
    with replacing(target) as temporary:
        temporary.write_text(json.dumps(found.geojson, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    names = {unit.code: unit.full_name for unit in communes(province, day)}
    if as_json:
        print_json(
            {"province": province, "file": str(target), "matched": len(found.matched), "of": len(names),
             "missing": [{"code": c, "name": names[c]} for c in found.missing], "elsewhere": found.elsewhere,
             "unmatched": found.geojson["ioc"]["unmatched"]}
        )  # fmt: skip
        return
    say(
        f"Đã khớp {len(found.matched)}/{len(names)} xã, phường, đặc khu; ghi vào {target}.",
        f"{len(found.matched)} of {len(names)} communes matched; written to {target}.",
        style="green",
    )
    if found.elsewhere:
        say(f"Bỏ qua {found.elsewhere} vùng của tỉnh khác.", f"{found.elsewhere} features of other provinces left out.")
    for code in found.missing:
        say(f"Chưa có ranh giới: {code} {names[code]}", f"No boundary: {code} {names[code]}", style="yellow")
    for one in found.unmatched:
        say(
            f"Không dùng “{one.label}”: {one.reason.in_language(language())}",
            f"Not used: “{one.label}”, {one.reason.in_language(language())}",
            style="yellow",
        )
