"""Only a single read-only SELECT over the delivery may stand in a suite."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from string import Formatter

from ioc_pipeline.messages import IocError, Message, Text

BATCH = "__batch__"
#: Functions that reach outside the rows of the delivery, or change state.
_REFUSED_FUNCTIONS = frozenset(
    {
        "current_setting", "getenv", "getvariable", "read_blob", "read_csv", "read_csv_auto", "read_json",
        "read_json_auto", "read_parquet", "read_text", "parquet_scan", "glob", "query", "query_table", "nextval",
        "currval", "set_config", "load_aws_credentials", "which_secret", "txid_current", "sql_auto_complete",
    }
)  # fmt: skip
_TABLE_FUNCTIONS = frozenset({"unnest", "generate_series", "range"})


class SqlRefused(IocError):
    """SQL that is not a single read-only SELECT over the tables it may read."""


def check_select(sql: str, tables: Collection[str]) -> None:
    """Pass a single SELECT (or a set operation of SELECTs) that reads only `tables` and its own CTEs.

    Raises `SqlRefused` with a bilingual reason otherwise.
    """
    reason = _reason(sql, {table.lower() for table in tables})
    if reason is not None:
        raise SqlRefused(Message("sql_refused", reason.vi, reason.en))


_PLAIN_FILTER = re.compile(
    r"\s*SELECT\s+_row\s+FROM\s+\{batch\}\s+WHERE\s+(?P<predicate>.+)", re.IGNORECASE | re.DOTALL
)


def plain_filter(query: str) -> str | None:
    """Predicate of a query that is no more than `SELECT _row FROM {batch} WHERE predicate`; None for any other.

    Such a rule needs no query of its own: it joins the scan of the row rules.
    """
    match = _PLAIN_FILTER.fullmatch(query)
    if match is None or any(mark in query for mark in ("--", "/*", ";")):
        return None
    if _filter_columns(same_time(query)) is None:
        return None
    return match["predicate"].format(batch=BATCH)


def columns_read(query: str) -> frozenset[str]:
    """Columns that the predicate of a plain filter reads; none when a volatile function decides."""
    return _filter_columns(same_time(query)) or frozenset()


_VOLATILE = ("random", "uuid", "nextval", "now", "current_", "setseed", "gen_random")


def is_volatile(sql: str) -> bool:
    """True when a function named in it may answer differently each time (or something else is named like one)."""
    return any(word in sql.lower() for word in _VOLATILE)


@lru_cache(maxsize=1024)
def _filter_columns(query: str) -> frozenset[str] | None:
    import sqlglot
    from sqlglot import exp

    tree = sqlglot.parse_one(query.format(batch=BATCH), read="duckdb")
    if not isinstance(tree, exp.Select) or len(list(tree.find_all(exp.Select))) != 1:
        return None
    kept = {"expressions", "from_", "from", "where", "kind", "hint", "distinct"}
    if tree.args.get("distinct") or any(value for key, value in tree.args.items() if key not in kept):
        return None
    if any(tree.find_all(exp.Window, exp.AggFunc)):
        return None
    if is_volatile(query):
        return frozenset()
    where = tree.args["where"]
    return frozenset(column.name for column in where.find_all(exp.Column))


#: A moment as text: digits and their separators only, so that putting another in its place changes no structure,
#: wherever in the text it stands.
MOMENT = re.compile(r"'\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}:\d{2}(\.\d+)?)?'")


def same_time(query: str) -> str:
    """The query with every moment replaced by one and the same: bound to each delivery's time, it is parsed once."""
    return MOMENT.sub("'2000-01-01 00:00:00'", query)


def refusal(query: str) -> Text | None:
    """Why a query text with `{batch}` may not stand in a suite; None when it may."""
    return _refusal(same_time(query))


@lru_cache(maxsize=1024)
def _refusal(query: str) -> Text | None:
    try:
        fields = {field for _, field, _, _ in Formatter().parse(query) if field is not None}
    except ValueError as error:
        return Text(
            f"ngoặc nhọn không hợp lệ ({error}); viết {{{{ và }}}} cho ngoặc thường",
            f"malformed brace ({error}); write {{{{ and }}}} for a literal brace",
        )
    if fields != {"batch"}:
        return Text(
            "câu truy vấn phải đọc từ {batch} và không dùng tham số ngoặc nhọn nào khác",
            "the query must read from {batch} and use no other brace parameter",
        )
    return _reason(query.format(batch=BATCH), {BATCH})


def _reason(sql: str, tables: set[str]) -> Text | None:
    import sqlglot
    from sqlglot import exp

    try:
        statements = [s for s in sqlglot.parse(sql, read="duckdb") if s is not None]
    except sqlglot.errors.SqlglotError as error:
        first = str(error).splitlines()[0]
        return Text(f"không phân tích được SQL: {first}", f"the SQL does not parse: {first}")
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        return Text("chỉ cho phép đúng một câu SELECT", "exactly one SELECT is allowed")
    tree = statements[0]
    writing = (exp.DDL, exp.DML, exp.Command, exp.Into, exp.Set, exp.Pragma, exp.Attach, exp.Copy)
    for node in tree.walk():
        if isinstance(node, writing) and not isinstance(node, exp.Query):
            return Text("câu SELECT không được ghi dữ liệu", "the SELECT must not write")
        if isinstance(node, exp.Into):
            return Text("không được dùng SELECT INTO", "SELECT INTO is not allowed")
    ctes = {cte.alias_or_name.lower() for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        inner = table.this
        if isinstance(inner, exp.Func):
            label = (inner.name or inner.sql_name()).lower()
            if label not in _TABLE_FUNCTIONS and inner.sql_name().lower() not in _TABLE_FUNCTIONS:
                return Text(f"không được dùng hàm bảng {label}()", f"table function {label}() is not allowed")
        elif table.db or table.catalog or table.name.lower() not in tables | ctes:
            shown = table.sql(dialect="duckdb")
            return Text(f"không được đọc bảng {shown}", f"table {shown} may not be read")
    for function in tree.find_all(exp.Func):
        label = (function.name if isinstance(function, exp.Anonymous) else function.sql_name()).lower()
        if label in _REFUSED_FUNCTIONS or label.startswith(("pragma_", "duckdb_", "read_", "copy_")):
            return Text(f"không được dùng hàm {label}()", f"function {label}() is not allowed")
    return None
