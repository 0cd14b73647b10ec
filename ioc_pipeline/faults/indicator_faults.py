"""Faults of the departments' monthly indicator messages."""

from __future__ import annotations

from typing import Any

from ioc_pipeline.faults.ground import Ground, NotPlantable, Record, matches

PLAN, ESTIMATE, OFFICIAL = 1, 2, 4
_AMOUNTS = ("TM_BANLE", "TM_XK", "NS_THU", "NS_THU_ND", "DTC_GN", "DN_MOI", "DL_KHACH", "DL_THU")
_FEEDBACK = "HC_PAKN_DH"


def _amount(record: Record) -> bool:
    return record["indicatorCode"] in _AMOUNTS and record["dataTypeId"] != PLAN and bool(record["value"])


def set_fields(ground: Ground, where: Record, values: Record, count: int = 1) -> None:
    """Write values into some records of the newest message."""

    def change(records: list[Record]) -> None:
        for record in ground.some([r for r in records if matches(r, where)], count, str(where)):
            record.update(values)

    ground.edit_message(change)


def scale(ground: Ground, where: Record, factor: float, fields: list[str] | None = None) -> None:
    """Multiply numbers of one record of the newest message."""

    def change(records: list[Record]) -> None:
        record = ground.some([r for r in records if matches(r, where) and r["value"]], 1, str(where))[0]
        for name in fields or ["value"]:
            record[name] = round(record[name] * factor, 2)

    ground.edit_message(change)


def repeat(ground: Ground, count: int = 3, factor: float = 1.0) -> None:
    """Send some records of the newest message twice, the second time with the value times `factor`."""

    def change(records: list[Record]) -> list[Record]:
        chosen = ground.some([r for r in records if _amount(r)], count)
        return records + [{**r, "value": round(r["value"] * factor, 1)} for r in chosen]

    ground.edit_message(change)


def drop_newest(ground: Ground) -> None:
    """The newest month was never sent."""
    ground.messages()[-1].unlink()


def drop(ground: Ground, what: str) -> None:
    """Leave out one `commune` or one indicator (its code) from the newest message."""
    if what == "commune":
        commune = ground.rng.choice(ground.communes)
        ground.edit_message(lambda records: [r for r in records if r.get("areaCode") != commune])
    else:
        ground.edit_message(lambda records: [r for r in records if r["indicatorCode"] != what])


def keep_share(ground: Ground, share: float) -> None:
    """Keep only a share of the newest message's records."""
    ground.edit_message(lambda records: ground.rng.sample(records, max(1, int(len(records) * share))))


def resend_last_month(ground: Ground) -> None:
    """The file of the month before under the name of the newest month."""
    before, newest = ground.messages()[-2:]
    newest.write_bytes(before.read_bytes())


def copy_last_month(ground: Ground) -> None:
    """Every amount of the newest message says what the same series said for the month before."""
    earlier = {_series(r): r["value"] for n in range(-len(ground.messages()), -1) for r in ground.records(n)}

    def change(records: list[Record]) -> None:
        for record in records:
            if record["unit"] != "%" and record["dataTypeId"] != PLAN and record["periodId"] > 1:
                record["value"] = earlier.get(_series(record, -1), record["value"])

    ground.edit_message(change)


def _series(record: Record, months: int = 0) -> tuple[Any, ...]:
    names = ("officeCode", "indicatorCode", "dataTypeId", "dataYear", "kieuSo")
    return (*(record[n] for n in names), record.get("areaCode"), record["periodId"] + months)


def freeze(ground: Ground, indicator: str) -> None:
    """One indicator says the same value in every message."""
    said = [r["value"] for r in ground.records(0) if r["indicatorCode"] == indicator and r["dataTypeId"] == ESTIMATE]

    def change(records: list[Record]) -> None:
        for record in records:
            if record["indicatorCode"] == indicator and record["dataTypeId"] != PLAN:
                record["value"] = said[0]

    for number in range(len(ground.messages())):
        ground.edit_message(change, number)


def fall(ground: Ground, indicator: str) -> None:
    """The newest year-to-date estimate lies below the month before."""
    before = [
        r["value"] for r in ground.records(-2) if matches(r, {"indicatorCode": indicator, "dataTypeId": ESTIMATE})
    ]

    def change(records: list[Record]) -> None:
        newest = max((r for r in records if r["indicatorCode"] == indicator), key=lambda r: int(r["periodId"]))
        if newest["periodId"] == 1:
            raise NotPlantable("January")
        newest["value"] = round(before[0] * 0.9, 1)

    ground.edit_message(change)


def book_target(ground: Ground, indicator: str) -> None:
    """The indicator equals its target exactly in every message, numerator and denominator included."""
    plans = [r["value"] for r in ground.records(0) if matches(r, {"indicatorCode": indicator, "dataTypeId": PLAN})]
    if not plans:
        raise NotPlantable(f"{indicator}: no plan")

    def change(records: list[Record]) -> None:
        for record in records:
            if record["indicatorCode"] == indicator and record["dataTypeId"] != PLAN:
                record["value"] = plans[0]
                record["tuSo"] = round(record["mauSo"] * plans[0] / 100)

    for number in range(len(ground.messages())):
        ground.edit_message(change, number)


def overwrite_plan(ground: Ground, indicator: str) -> None:
    """The value reached so far is sent as the year's plan."""

    def change(records: list[Record]) -> list[Record]:
        reached = ground.some([r for r in records if matches(r, {"indicatorCode": indicator, "dataTypeId": ESTIMATE})])[
            0
        ]
        return [*records, {**reached, "dataTypeId": PLAN, "dataTypeName": "Kế hoạch", "periodId": 20}]

    ground.edit_message(change)


def restate(ground: Ground, data_type: int, factor: float | None = None) -> None:
    """Send an amount of an earlier message again: changed by `factor`, or emptied when there is none."""
    earlier = [r for r in ground.records(-2) if _amount(r) and r["dataTypeId"] == data_type]
    record = dict(ground.some(earlier)[0])
    record["value"] = None if factor is None else round(record["value"] * factor, 1)
    ground.edit_message(lambda records: [*records, record])


def round_values(ground: Ground, step: int) -> None:
    """Round every amount of the newest message."""

    def change(records: list[Record]) -> None:
        for record in records:
            if _amount(record):
                record["value"] = float(step * max(1, round(record["value"] / step)))

    ground.edit_message(change)


def shuffle_values(ground: Ground) -> None:
    """The values of the newest amounts stand in other rows."""

    def change(records: list[Record]) -> None:
        chosen = [r for r in records if _amount(r)]
        values = [r["value"] for r in chosen]
        ground.rng.shuffle(values)
        for record, value in zip(chosen, values, strict=True):
            record["value"] = value

    ground.edit_message(change)


def double_total(ground: Ground) -> None:
    """The province's feedback counts every commune twice; the rate stays the same."""

    def change(records: list[Record]) -> None:
        totals = [r for r in records if r["indicatorCode"] == _FEEDBACK and "areaCode" not in r and r.get("mauSo")]
        record = ground.some(totals)[0]
        record["tuSo"], record["mauSo"] = 2 * record["tuSo"], 2 * record["mauSo"]

    ground.edit_message(change)


def exchange(ground: Ground, first: str, second: str) -> None:
    """The values of two indicators are exchanged."""

    def change(records: list[Record]) -> None:
        a, b = (
            next(r for r in records if matches(r, {"indicatorCode": c, "dataTypeId": ESTIMATE}))
            for c in (first, second)
        )
        a["value"], b["value"] = b["value"], a["value"]

    ground.edit_message(change)


def swap_communes(ground: Ground) -> None:
    """Two communes bear each other's code in the newest message."""
    one, other = ground.rng.sample(ground.communes, 2)

    def change(records: list[Record]) -> None:
        for record in records:
            record_code = record.get("areaCode")
            if record_code in (one, other):
                record["areaCode"] = other if record_code == one else one

    ground.edit_message(change)


def ratio_fault(ground: Ground, kind: str) -> None:
    """Spoil a ratio with its parts: `numerator` above the denominator, `value` that does not recompute, `zero` shown
    where nothing occurred."""

    def change(records: list[Record]) -> None:
        ratios = [r for r in records if r["indicatorCode"] == _FEEDBACK and r.get("mauSo")]
        record = ground.some(ratios)[0]
        if kind == "numerator":
            record["tuSo"] = record["mauSo"] + 1
            record["value"] = round(100 * record["tuSo"] / record["mauSo"], 2)
        elif kind == "value":
            record["value"] = round(record["value"] - 1.37, 2)
        else:
            record.update({"tuSo": 0, "mauSo": 0, "value": 0})

    ground.edit_message(change)
