"""Faults of the one-stop system's dossiers."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta

import polars as pl

from ioc_pipeline.faults.ground import Ground, Record, matches

_STAMP = "%Y%m%d%H%M%S"
_FINISHED = pl.col("trang_thai") == "10"


def set_fields(ground: Ground, values: Record, where: Record | None = None, count: int = 3) -> None:
    """Write values into some records of the newest delivery."""

    def change(records: list[Record]) -> None:
        for record in ground.some([r for r in records if matches(r, where)], count, str(where)):
            record.update(values)

    ground.edit_dossiers(change)


def keep_constant(ground: Ground, column: str, value: bool | str) -> None:
    """One value in a whole column of the bulk delivery; a yes-or-no column stays empty where it was."""
    constant = pl.lit(value, dtype=pl.Boolean if isinstance(value, bool) else pl.String)
    ground.edit_bulk(lambda rows: rows.with_columns(pl.when(pl.col(column).is_not_null()).then(constant).alias(column)))


def repeat(ground: Ground, count: int = 3, changed: Record | None = None) -> None:
    """Some dossiers stand twice in the newest delivery, the second time with `changed` values."""
    ground.edit_dossiers(lambda records: records + [{**r, **(changed or {})} for r in ground.some(records, count)])


def foreign_agency(ground: Ground, form: str) -> None:
    """Dossiers handled by a `closed` agency code, or by the own one in the `old` dotted form."""

    def change(records: list[Record]) -> None:
        for record in ground.some(records, 3):
            if form == "closed":
                record["DonViXuLy"] = "H03.21" if ground.agency != "H03" else "H62.21"
            else:
                record["DonViXuLy"] = f"000.00.21.{ground.agency}"

    ground.edit_dossiers(change)


def code_as_number(ground: Ground) -> None:
    """Commune codes sent as JSON numbers: a leading zero is lost."""

    def change(records: list[Record]) -> None:
        for record in ground.some([r for r in records if r["MaXa"]], 3):
            record["MaXa"] = int(record["MaXa"])

    ground.edit_dossiers(change)


def shift_dates(ground: Ground, column: str, days: int, where: Record | None = None, count: int = 2) -> None:
    """Move a date of some records of the newest delivery by days."""

    def change(records: list[Record]) -> None:
        for record in ground.some([r for r in records if r[column] and matches(r, where)], count):
            moment = datetime.strptime(record[column], _STAMP) + timedelta(days=days)
            record[column] = moment.strftime(_STAMP)

    ground.edit_dossiers(change)


def write_dates(ground: Ground, style: str, count: int = 3) -> None:
    """Write receipt dates in a style no contract declares: `two_digits` for the year, or an `impossible` day."""

    def change(rows: list[Record]) -> list[Record]:
        for row in ground.some(rows, count):
            moment = datetime.strptime(row["NgayTiepNhan"], _STAMP)
            row["NgayTiepNhan"] = f"{moment:%d/%m/%y}" if style == "two_digits" else f"31/02/{moment:%Y}"
        return rows

    ground.edit_lines("dossiers", change)


def resend_changed(ground: Ground, column: str, days: int, count: int = 3) -> None:
    """Finished dossiers of the first delivery come again with a date moved, as if it had always been so."""
    chosen = ground.some(ground.bulk_as_synchronised(_FINISHED), count)
    for record in chosen:
        moment = datetime.strptime(record[column], _STAMP) + timedelta(days=days)
        record[column] = moment.strftime(_STAMP)
        if column == "NgayKetThucXuLy":
            received = datetime.strptime(record["NgayTiepNhan"], _STAMP)
            record[column] = max(moment, received + timedelta(minutes=1)).strftime(_STAMP)
    ground.edit_dossiers(lambda records: records + chosen)


def delete_result(ground: Ground, count: int = 3) -> None:
    """Dossiers whose result was returned are in process again, without their dates."""
    chosen = ground.some(ground.bulk_as_synchronised(_FINISHED), count)
    for record in chosen:
        record.update({"TrangThaiHoSo": "4", "NgayKetThucXuLy": None, "NgayTra": None, "CoKetQuaDienTu": None})
    ground.edit_dossiers(lambda records: records + chosen)


def move_known(ground: Ground, count: int = 3) -> None:
    """Dossiers known from the first delivery come again with the code of another commune of the province."""
    chosen = ground.some(ground.bulk_as_synchronised(_FINISHED & pl.col("ma_xa").is_not_null()), count)
    for record in chosen:
        record["MaXa"] = ground.rng.choice([c for c in ground.communes if c != record["MaXa"]])
    ground.edit_dossiers(lambda records: records + chosen)


def swap_codes(ground: Ground) -> None:
    """Two communes bear each other's code in half of their dossiers of the bulk delivery."""

    def change(rows: pl.DataFrame) -> pl.DataFrame:
        busiest = rows["ma_xa"].drop_nulls().value_counts(sort=True)["ma_xa"].to_list()[:6]
        one, other = ground.rng.sample(sorted(busiest), 2)
        half = pl.int_range(pl.len()).over("ma_xa") % 2 == 0
        swapped = pl.when(pl.col("ma_xa") == one).then(pl.lit(other)).otherwise(pl.lit(one))
        return rows.with_columns(
            pl.when(half & pl.col("ma_xa").is_in([one, other])).then(swapped).otherwise("ma_xa").alias("ma_xa")
        )

    ground.edit_bulk(change)


def shuffle(ground: Ground, column: str) -> None:
    """The filled values of a column of the bulk delivery stand in other rows."""

    def change(rows: pl.DataFrame) -> pl.DataFrame:
        values = rows[column].to_list()
        filled = [i for i, value in enumerate(values) if value is not None]
        order = filled[:]
        ground.rng.shuffle(order)
        shuffled = values[:]
        for target, source in zip(filled, order, strict=True):
            shuffled[target] = values[source]
        return rows.with_columns(pl.Series(column, shuffled, dtype=rows.schema[column]))

    ground.edit_bulk(change)


def finish_at_due(ground: Ground) -> None:
    """Every finished dossier of the bulk delivery was finished at its due time to the second."""
    done = pl.col("ngay_ket_thuc_xu_ly").is_not_null()
    ground.edit_bulk(
        lambda rows: rows.with_columns(
            pl.when(done).then("ngay_hen_tra").alias("ngay_ket_thuc_xu_ly"),
            pl.when(pl.col("ngay_tra").is_not_null())
            .then(pl.max_horizontal("ngay_tra", "ngay_hen_tra"))
            .alias("ngay_tra"),
        )
    )


def enter_in_batch(ground: Ground, count: int = 30) -> None:
    """Dossiers of one day carry the same second of receipt, at night."""

    def change(rows: pl.DataFrame) -> pl.DataFrame:
        latest = rows["ngay_tiep_nhan"].max()
        assert isinstance(latest, datetime)
        night = latest.replace(hour=23, minute=41, second=7, microsecond=0)
        tail = pl.int_range(pl.len()).reverse() < count
        code = pl.col("ma_ho_so").str.replace(r"-\d{6}-", f"-{night:%y%m%d}-")
        numbered = pl.concat_str(code.str.slice(0, code.str.len_chars() - 4), _sequence())
        return rows.sort("ngay_tiep_nhan").with_columns(
            pl.when(tail).then(numbered).otherwise("ma_ho_so").alias("ma_ho_so"),
            pl.when(tail)
            .then(pl.lit(night))
            .otherwise("ngay_tiep_nhan")
            .dt.cast_time_unit("us")
            .alias("ngay_tiep_nhan"),
            *(
                pl.when(tail).then(None).otherwise(pl.col(c)).alias(c)
                for c in ("ngay_ket_thuc_xu_ly", "ngay_tra", "ket_qua_dien_tu")
            ),
            pl.when(tail).then(pl.lit("4")).otherwise("trang_thai").alias("trang_thai"),
            pl.when(tail).then(pl.lit(night)).otherwise("cap_nhat_luc").dt.cast_time_unit("us").alias("cap_nhat_luc"),
            pl.when(tail)
            .then(pl.lit(night + timedelta(days=9)))
            .otherwise("ngay_hen_tra")
            .dt.cast_time_unit("us")
            .alias("ngay_hen_tra"),
        )

    ground.edit_bulk(change)


def _sequence() -> pl.Expr:
    return (pl.int_range(pl.len()) % 900 + 9000).cast(pl.String)


def spell(ground: Ground, style: str, count: int = 3) -> None:
    """Spoil procedure names: `mojibake` (UTF-8 read as Windows-1252) or `nfd` (decomposed letters)."""

    def change(records: list[Record]) -> None:
        for record in ground.some(records, count):
            name = record["TenTTHC"]
            if style == "nfd":
                record["TenTTHC"] = unicodedata.normalize("NFD", name)
            else:
                record["TenTTHC"] = name.encode().decode("cp1252", errors="replace")

    ground.edit_dossiers(change)


def keep_share(ground: Ground, share: float) -> None:
    """Keep only a share of the newest delivery's dossiers."""
    ground.edit_dossiers(lambda records: ground.rng.sample(records, max(1, int(len(records) * share))))
