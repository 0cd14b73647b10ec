"""Declarations so broken that nothing can be judged by them."""

from __future__ import annotations

from collections.abc import Sequence

from ioc_pipeline.contracts.model import Problem
from ioc_pipeline.messages import IocError, Message


class BrokenDeclarations(IocError):
    """The standard or a code list that every feed needs cannot be used; `problems` says where and why.

    A run refuses them: with half a standard every verdict would be lower than the bar that was agreed.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        where = f"{first.path}:{first.line}" if first.line else first.path
        more = len(self.problems) - 1
        vi = f" (và {more} lỗi khác: chạy “ioc contract check”)" if more else ""
        en = f" (and {more} more: run `ioc contract check`)" if more else ""
        super().__init__(Message("contract.broken", f"{where}: {first.text.vi}{vi}.", f"{where}: {first.text.en}{en}."))
