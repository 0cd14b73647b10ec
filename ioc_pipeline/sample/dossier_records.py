"""Life histories of simulated dossiers, and what the one-stop system says about them at a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
import polars as pl

from ioc_pipeline.contracts.units import Unit
from ioc_pipeline.sample.procedures import PROCEDURES
from ioc_pipeline.sample.scale import generator

DEPARTMENTS = 14
"""Departments of the province that receive dossiers."""
_COMMUNE_SHARE = 0.68
_ONLINE_SHARE = 0.665  # published: 66.47 % of dossiers online, 29 August 2025
_ON_TIME = 0.976  # published provincial values run from about 96 to 98.6 %
_DAY_SECONDS = 86_400
_OFFICE_OPENS, _OFFICE_SECONDS = 7 * 3600 + 1800, 9 * 3600
_DUE_AT = 17 * 3600
_LARGEST_SEQUENCE = 9999


@dataclass(frozen=True)
class Handlers:
    """Agencies that handle dossiers: code, commune (or None) and share of the dossiers."""

    codes: tuple[str, ...]
    communes: tuple[str | None, ...]
    shares: np.ndarray


def handlers(agency: str, communes: Sequence[Unit], rng: np.random.Generator) -> Handlers:
    """Departments (`H32.02` …) and communes (`H32.101` …) of a province with random shares."""
    offices = [f"{agency}.{number:02d}" for number in range(2, 2 + DEPARTMENTS)]
    offices += [f"{agency}.{101 + number}" for number in range(len(communes))]
    departments = rng.lognormal(0, 0.8, DEPARTMENTS)
    weights = rng.lognormal(0, 0.6, len(communes)) * [2.0 if u.kind == "phường" else 1.0 for u in communes]
    shares = np.concatenate(
        [departments / departments.sum() * (1 - _COMMUNE_SHARE), weights / weights.sum() * _COMMUNE_SHARE]
    )
    codes: tuple[str | None, ...] = (*([None] * DEPARTMENTS), *(unit.code for unit in communes))
    return Handlers(tuple(offices), codes, shares)


def life_histories(
    *, agency: str, province: str, communes: Sequence[Unit], seed: int, count: int, first: date, last: date
) -> pl.DataFrame:
    """`count` dossiers received from `first` to `last`, one row each, sorted by code.

    Columns: those of the contract that never change, and the times of the events of the dossier's life (`ended`,
    `returned`, `suspended_from`, `suspended_to`, `corrected`) as seconds since 1970 in local time, NaN = never.
    Raises ValueError when an agency would need more than 9,999 dossier codes on one day.
    """
    rng = generator(seed, province, 1)
    who = handlers(agency, communes, rng)
    handler = rng.choice(len(who.codes), size=count, p=who.shares)
    received = _received(rng, count, first, last)
    of_commune = handler >= DEPARTMENTS
    procedure = np.where(of_commune, _draw(rng, count, True), _draw(rng, count, False))
    days = np.array([p.days for p in PROCEDURES])[procedure]
    fee = np.array([p.fee for p in PROCEDURES])[procedure] & (rng.random(count) < 0.93)
    kinds = np.cumsum([p.kinds for p in PROCEDURES], axis=1)[procedure]
    kind = np.minimum((rng.random(count)[:, None] > kinds).sum(axis=1), 3)
    drawn = rng.random(count)
    channel = np.where(drawn < _ONLINE_SHARE, 1, np.where(drawn < 0.975, 0, 2))
    due_day = np.busday_offset((received // _DAY_SECONDS).astype("datetime64[D]"), days, roll="forward")
    due = due_day.astype(np.int64) * _DAY_SECONDS + _DUE_AT
    events = _events(rng, count, received.astype(float), due.astype(float), handler, fee, who)
    online = channel == 1
    table = pl.DataFrame(
        {
            "handler": handler,
            "received": received,
            "due": due,
            "procedure": procedure,
            "channel": channel + 1,
            "kind": kind + 1,
            "fee": fee,
            "paid_online": fee & (rng.random(count) < np.where(online, 0.86, 0.22)),
            "digitised": rng.random(count) < np.where(online, 0.985, 0.74),
            "electronic": rng.random(count) < np.where(online, 0.93, 0.71),
            **events,
        }
    )
    return _with_codes(table.sort("received", "handler", "due", "procedure", "ended", maintain_order=True), who)


def _received(rng: np.random.Generator, count: int, first: date, last: date) -> np.ndarray:
    """Receipt times in seconds: office hours, mostly of working days, with busier months and Mondays."""
    calendar = np.arange(np.datetime64(first), np.datetime64(last) + 1)
    weekday = (calendar.astype(np.int64) + 3) % 7
    month = calendar.astype("datetime64[M]").astype(np.int64) % 12 + 1
    weights = np.array([1.25, 1.05, 1.0, 1.0, 0.95, 0.05, 0.03])[weekday]
    weights = weights * np.array([0.9, 0.6, 1.1, 1.05, 1.0, 1.05, 1.1, 1.1, 1.05, 1.05, 1.0, 1.0])[month - 1]
    day = calendar[rng.choice(len(calendar), size=count, p=weights / weights.sum())].astype(np.int64)
    within = _OFFICE_OPENS + (rng.beta(1.6, 1.8, count) * _OFFICE_SECONDS).astype(np.int64)
    return day * _DAY_SECONDS + within


def _draw(rng: np.random.Generator, count: int, commune: bool) -> np.ndarray:
    weights = np.array([p.weight if p.commune == commune else 0.0 for p in PROCEDURES])
    return rng.choice(len(PROCEDURES), size=count, p=weights / weights.sum())


def _events(
    rng: np.random.Generator,
    count: int,
    received: np.ndarray,
    due: np.ndarray,
    handler: np.ndarray,
    fee: np.ndarray,
    who: Handlers,
) -> dict[str, np.ndarray]:
    punctual = np.clip(_ON_TIME + rng.normal(0, 0.012, len(who.codes)), 0.90, 0.998)[handler]
    on_time = rng.random(count) < punctual
    share = 0.08 + 0.9 * rng.beta(2.4, 1.7, count)
    lateness = 3600 + rng.exponential(1.8 * _DAY_SECONDS, count)
    ended = np.floor(np.where(on_time, received + share * (due - received), due + lateness))
    returned = np.floor(ended + 600 + rng.exponential(0.7 * _DAY_SECONDS, count))
    fate = rng.random(count)  # refused, withdrawn, stopped, otherwise finished
    outcome = np.select([fate < 0.012, fate < 0.021, fate < 0.024], [3, 7, 8], default=10)
    suspended = (rng.random(count) < 0.06) & (outcome == 10)
    start = np.floor(received + (ended - received) * rng.uniform(0.15, 0.4, count))
    stop = np.floor(received + (ended - received) * rng.uniform(0.45, 0.8, count))
    never = np.full(count, np.nan)
    return {
        "outcome": outcome,
        "accepted": np.floor(received + 300 + rng.random(count) * 5400),
        "ended": ended,
        "returned": np.where(outcome == 10, returned, never),
        "suspended_from": np.where(suspended, start, never),
        "suspended_to": np.where(suspended, stop, never),
        "suspended_state": np.where(fee & (rng.random(count) < 0.4), 6, 5),
        "correction": rng.random(count),
    }


def _with_codes(table: pl.DataFrame, who: Handlers) -> pl.DataFrame:
    """Add the dossier code: agency, receipt date yyMMdd, sequence of the agency's day in order of receipt."""
    day = pl.from_epoch(pl.col("received"), time_unit="s")
    table = table.with_columns(pl.int_range(1, pl.len() + 1).over("handler", day.dt.date()).alias("sequence"))
    highest = table["sequence"].max()
    if isinstance(highest, int) and highest > _LARGEST_SEQUENCE:
        raise ValueError("too many dossiers for this window: a dossier code has four digits per agency and day")
    agency = pl.Series("agency", who.codes)
    commune = pl.Series("commune", who.communes, dtype=pl.String)
    office = pl.lit(agency).gather(pl.col("handler"))
    return table.with_columns(
        office.alias("don_vi_xu_ly"),
        pl.lit(commune).gather(pl.col("handler")).alias("ma_xa"),
        pl.concat_str(
            office, pl.lit("-"), day.dt.strftime("%y%m%d"), pl.lit("-"), pl.col("sequence").cast(pl.String).str.zfill(4)
        ).alias("ma_ho_so"),
        *(_of_procedure(name, values) for name, values in _procedure_columns().items()),
    ).sort("ma_ho_so")


def _procedure_columns() -> dict[str, list[str]]:
    def column(read: str) -> list[str]:
        return [str(getattr(procedure, read)) for procedure in PROCEDURES]

    return {"ma_tthc": column("code"), "ten_tthc": column("name"), "ma_linh_vuc": column("field")}


def _of_procedure(name: str, values: list[str]) -> pl.Expr:
    return pl.lit(pl.Series(name, values)).gather(pl.col("procedure")).alias(name)


def correct_some(table: pl.DataFrame, share: float, from_moment: datetime, to_moment: datetime) -> pl.DataFrame:
    """Let the source system correct a share of the dossiers returned before `from_moment`, until `to_moment`."""
    start, stop = seconds(from_moment), seconds(to_moment)
    drawn = pl.col("correction") / share
    corrected = pl.when((pl.col("returned") <= start) & (drawn < 1)).then((start + drawn * (stop - start)).floor())
    return table.with_columns(corrected.alias("corrected"))


def seconds(moment: datetime) -> int:
    """Seconds since 1970-01-01 00:00 of a local time without zone."""
    return int((moment - datetime(1970, 1, 1)).total_seconds())


def end_of_day(day: date) -> datetime:
    """Last second of a day."""
    return datetime.combine(day, time()) + timedelta(days=1, seconds=-1)


def snapshot(table: pl.DataFrame, at: datetime, after: datetime | None = None) -> pl.DataFrame:
    """What the source system says at a moment about every dossier that changed since `after` (None: about all).

    Columns are those of the contract of `dossiers`; nothing that happens after `at` shows.
    """
    now = seconds(at)
    ended = pl.col("ended") <= now
    final = pl.col("outcome")
    closed_early = final.is_in([3, 7, 8]) & ended
    finished = (final == 10) & ended
    suspended = (pl.col("suspended_from") <= now) & (pl.col("suspended_to") > now)
    state = (
        pl.when(closed_early).then(final)
        .when(finished & (pl.col("returned") <= now)).then(10)
        .when(finished).then(9)
        .when(suspended).then(pl.col("suspended_state"))
        .when(pl.col("accepted") <= now).then(4)
        .otherwise(2)
    )  # fmt: skip
    events = ["received", "accepted", "ended", "returned", "suspended_from", "suspended_to", "corrected"]
    seen = [pl.when(pl.col(e) <= now).then(pl.col(e).cast(pl.Float64)) for e in events]
    known = table.filter(pl.col("received") <= now).with_columns(
        pl.max_horizontal(seen).cast(pl.Int64).alias("updated"), state.cast(pl.String).alias("trang_thai")
    )
    if after is not None:
        known = known.filter(pl.col("updated") > seconds(after))
    show_end = pl.col("trang_thai").is_in(["9", "10"])
    show_return = pl.col("trang_thai") == "10"
    corrected = pl.col("corrected").is_not_null() & (pl.col("corrected") <= now)
    return known.select(
        "ma_ho_so", "ma_tthc", "ten_tthc", "ma_linh_vuc", "don_vi_xu_ly", "ma_xa",
        pl.col("channel").cast(pl.String).alias("kenh_thuc_hien"),
        pl.col("kind").cast(pl.String).alias("loai_doi_tuong"),
        _moment("received", "ngay_tiep_nhan"),
        _moment("due", "ngay_hen_tra"),
        pl.when(show_end).then(_moment("ended", "x")).alias("ngay_ket_thuc_xu_ly"),
        pl.when(show_return).then(_moment("returned", "x")).alias("ngay_tra"),
        "trang_thai",
        pl.col("fee").alias("co_nghia_vu_tai_chinh"),
        pl.col("paid_online").alias("thanh_toan_truc_tuyen"),
        (pl.col("digitised") | corrected).alias("so_hoa"),
        pl.when(show_end).then(pl.col("electronic")).alias("ket_qua_dien_tu"),
        _moment("updated", "cap_nhat_luc"),
        pl.lit(True).alias("simulated"),
    )  # fmt: skip


def _moment(column: str, name: str) -> pl.Expr:
    return pl.from_epoch(pl.col(column).cast(pl.Int64), time_unit="s").dt.cast_time_unit("us").alias(name)
