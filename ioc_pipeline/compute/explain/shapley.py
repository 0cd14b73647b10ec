"""Shapley values: what each input of a function adds when all of them change, averaged over all orders of changing.

φ(i) = Σ over sets S without i of |S|!·(k−|S|−1)!/k! · (f(S ∪ {i}) − f(S)), where f(S) has the inputs of S at their new
values and the others at their old ones; Σ φ = f(all new) − f(all old) exactly, and no order is preferred (Shapley 1953;
Shorrocks 2013). For a product of two factors it is the symmetric split, for a weighted sum wᵢ·Δxᵢ.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import factorial
from typing import TypeVar

Player = TypeVar("Player", bound=Hashable)

MOST_PLAYERS = 12
"""More inputs than this in one term would take more than 4096 evaluations."""


def shapley(players: Sequence[Player], worth: Callable[[frozenset[Player]], Fraction]) -> Mapping[Player, Fraction]:
    """Shapley value of every player; `worth(S)` is the function with the players of S at their new values.

    ValueError for more than MOST_PLAYERS players.
    """
    count = len(players)
    if count > MOST_PLAYERS:
        raise ValueError(f"{count} inputs in one term; at most {MOST_PLAYERS}")
    worths = {
        frozenset(members): worth(frozenset(members))
        for size in range(count + 1)
        for members in combinations(players, size)
    }
    values = dict.fromkeys(players, Fraction(0))
    for members, value in worths.items():
        size = len(members)
        for player in players:
            if player in members:
                values[player] += Fraction(factorial(size - 1) * factorial(count - size), factorial(count)) * value
            else:
                values[player] -= Fraction(factorial(size) * factorial(count - size - 1), factorial(count)) * value
    return values
