"""`profiles/<province>.yaml`."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from ioc_pipeline.contracts import units
from ioc_pipeline.contracts.checks.known import Known
from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.contracts.positions import Source
from ioc_pipeline.contracts.schema_check import schema_problems


def profile_problems(source: Source, known: Known) -> list[Problem]:
    """A profile must be of the province its file is named after, with an agency code and a time zone that exist."""
    found = schema_problems(source, "profile")
    if not isinstance(source.data, dict):
        return found
    province, agency, zone = (source.data.get(key) for key in ("province", "agency", "timezone"))
    if isinstance(province, str) and province.strip() and province != source.path.stem:
        found.append(
            source.problem(
                ("province",),
                f"province {province!r} phải trùng tên tệp {source.path.stem!r}; đổi một trong hai",
                f"province {province!r} must equal the file's name {source.path.stem!r}; change one of the two",
                "profile.name",
            )
        )
    elif isinstance(province, str) and province not in {u.code for u in units.provinces()}:
        found.append(
            source.problem(
                ("province",),
                f"{province!r} không phải mã của một trong 34 tỉnh, thành phố; đặt tên tệp và province bằng mã đúng",
                f"{province!r} is not the code of one of the 34 provinces; name file and province by a valid code",
                "profile.province",
            )
        )
    agencies = known.codes.get("agencies", {})
    if isinstance(agency, str) and agencies and agency not in agencies:
        found.append(
            source.problem(
                ("agency",),
                f"không có mã cơ quan {agency!r} trong reference/agencies.yaml; sửa mã hoặc thêm một dòng ở đó",
                f"no agency {agency!r} in reference/agencies.yaml; correct the code or add an entry there",
                "profile.agency",
            )
        )
    if isinstance(zone, str) and zone.strip() and not is_timezone(zone):
        found.append(unknown_timezone(source))
    return found


def is_timezone(name: str) -> bool:
    """True for a name of the IANA data base."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def unknown_timezone(source: Source) -> Problem:
    """A profile whose time zone does not exist."""
    zone = source.data["timezone"]
    return source.problem(
        ("timezone",),
        f"không có múi giờ {zone!r}; viết Asia/Ho_Chi_Minh",
        f"no time zone {zone!r}; write Asia/Ho_Chi_Minh",
        "profile.timezone",
    )
