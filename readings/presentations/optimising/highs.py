"""The only module that knows scipy, which takes 67 MB and half a second to load."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

from readings.presentations.optimising.program import Program

Numbers = NDArray[np.float64]

#: How far a number may be from a whole one and count as it; of the largest cost, from 0.
_NEARLY = 1e-6
_FOUND, _NONE = 0, 2  # what scipy calls an optimum, and that there is no solution


@dataclass(frozen=True)
class Solution:
    """What was found."""

    values: tuple[int, ...] | None = None  # a column each; None: nothing in time, or there is none
    is_proven: bool = False  # there is nothing better, or nothing at all
    is_tight: bool = False  # nor is there if columns need not be whole numbers; only then is known
    settled: tuple[int, ...] = ()  # the columns whose bound costs something: at it they stay


@dataclass(frozen=True)
class _Relaxed:
    """The least that is possible where columns need not be whole numbers."""

    values: Numbers
    value: float
    at_bound: NDArray[np.bool_]  # columns that are so wherever the value is the same

    @property
    def is_whole(self) -> bool:
        """Whether the columns are whole numbers all the same."""
        return bool(np.all(np.abs(self.values - np.round(self.values)) < _NEARLY))

    def solution(self, values: Numbers) -> Solution:
        """``values``, whole numbers, which may be as good as these."""
        whole = np.round(values)
        settled = self.at_bound & (np.abs(self.values - whole) < _NEARLY)
        return Solution(
            tuple(int(value) for value in whole),
            is_proven=True,
            is_tight=True,
            settled=tuple(int(column) for column in np.flatnonzero(settled)),
        )


def minimise(program: Program, costs: Mapping[int, int], seconds: float) -> Solution:
    """The values of the columns for which the sum of the ``costs`` (by column) is least.

    First without asking for whole numbers, which is many times faster: as long as everybody gets
    one slot there is a solution in whole numbers among the best, and the simplex method finds it.
    """
    if seconds <= 0:
        return Solution()
    if not program.lower:
        return Solution((), is_proven=True)
    objective = np.zeros(len(program.lower))
    for column, cost in costs.items():
        objective[column] = cost
    matrix, least, most = _rows(program)
    relaxed = _relax(program, objective, matrix, least, most, seconds)
    if relaxed is not None and relaxed.is_whole:
        return relaxed.solution(relaxed.values)
    found = milp(
        objective,
        integrality=np.ones(len(objective), np.int8),
        bounds=Bounds(np.array(program.lower, float), np.array(program.upper, float)),
        constraints=LinearConstraint(matrix, least, most),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    if found.x is None:
        return Solution(is_proven=found.status == _NONE)
    values = np.asarray(found.x)
    if relaxed is not None and float(objective @ np.round(values)) <= relaxed.value + _NEARLY:
        return relaxed.solution(values)
    return Solution(tuple(round(value) for value in values.tolist()), found.status == _FOUND)


def _relax(
    program: Program,
    objective: Numbers,
    matrix: csr_array,
    least: Numbers,
    most: Numbers,
    seconds: float,
) -> _Relaxed | None:
    """None: it was not found in time, or there is none."""
    is_equal = least == most
    has_most, has_least = np.isfinite(most) & ~is_equal, np.isfinite(least) & ~is_equal
    found = linprog(
        objective,
        A_ub=vstack([matrix[has_most], -matrix[has_least]], format="csr"),
        b_ub=np.concatenate([most[has_most], -least[has_least]]),
        A_eq=matrix[is_equal],
        b_eq=most[is_equal],
        bounds=list(zip(program.lower, program.upper, strict=True)),
        method="highs",
        options={"time_limit": seconds},
    )
    if found.status != _FOUND:
        return None
    prices = np.asarray(found.lower.marginals) + np.asarray(found.upper.marginals)
    at_bound = np.abs(prices) > _NEARLY * max(1.0, float(np.abs(objective).max()))
    values = np.asarray(found.x)
    return _Relaxed(values, float(objective @ values), at_bound)


def _rows(program: Program) -> tuple[csr_array, Numbers, Numbers]:
    """The rows as a matrix, the least of each and the most."""
    numbers: list[int] = []
    columns: list[int] = []
    starts = [0]
    for row in program.rows:
        for column, number in row.terms:
            columns.append(column)
            numbers.append(number)
        starts.append(len(columns))
    parts = (np.array(numbers, float), np.array(columns, int), np.array(starts, int))
    matrix = csr_array(parts, shape=(len(program.rows), len(program.lower)))
    least = [-np.inf if row.least is None else row.least for row in program.rows]
    most = [np.inf if row.most is None else row.most for row in program.rows]
    return matrix, np.array(least, float), np.array(most, float)
