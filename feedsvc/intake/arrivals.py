"""Tell documents that arrived as they were written from those that were copied in together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from feedsvc.model.drafts import Draft

# Copy that is filed within ten minutes does not carry datelines more than a week apart; a clone or a bulk copy does.
TOGETHER = timedelta(minutes=10)
MANY = 3  # a desk may well file two such stories within ten minutes
APART_DAYS = 7
LEAP_YEAR = 2024
DAYS = 366
BEFORE_LEAP_YEAR = date(LEAP_YEAR - 1, 12, 31).toordinal()


def copied(arrivals: Sequence[tuple[datetime, Sequence[int]]]) -> tuple[bool, ...]:
    """Return, for each document first seen in a pass, whether its arrival is that of a copy.

    What comes together is judged together. Where at least half of what prints a day is of the day on which it comes, as
    no copied tree is, that is today's copy: it is set aside, and the rest judged as if it had come alone.

    arrivals: (modification time, days of the draft), in any order.
    source:   docs/internals/dates.md: such an arrival bounds the year but never chooses it.
    """
    order = sorted(range(len(arrivals)), key=lambda number: arrivals[number][0])
    verdicts = [False] * len(arrivals)
    batch: list[int] = []
    for number in order:
        if batch and arrivals[number][0] - arrivals[batch[0]][0] > TOGETHER:
            _judge(batch, arrivals, verdicts)
            batch = []
        batch.append(number)
    _judge(batch, arrivals, verdicts)
    return tuple(verdicts)


def days_of(draft: Draft) -> tuple[int, ...]:
    """Return the days of the year that the draft's datelines print: 1 January after 31 December is one day on."""
    days = []
    for dateline in draft.datelines:
        if dateline.month and dateline.day:
            try:
                days.append(date(LEAP_YEAR, dateline.month, dateline.day).toordinal() - BEFORE_LEAP_YEAR)
            except ValueError:
                continue
    return tuple(days)


def _judge(batch: Sequence[int], arrivals: Sequence[tuple[datetime, Sequence[int]]], verdicts: list[bool]) -> None:
    dated = [number for number in batch if arrivals[number][1]]
    of_the_day = {number for number in dated if _is_of_the_day(*arrivals[number])}
    if 2 * len(of_the_day) >= len(dated):
        batch = [number for number in batch if number not in of_the_day]
    days = sorted({day for number in batch for day in arrivals[number][1]})
    if len(batch) >= MANY and len(days) > 1:
        gaps = [after - before for before, after in zip(days, [*days[1:], days[0] + DAYS], strict=True)]
        if DAYS - max(gaps) > APART_DAYS:
            for number in batch:
                verdicts[number] = True


def _is_of_the_day(arrival: datetime, days: Sequence[int]) -> bool:
    """Return whether all that is printed is the day of the arrival, or beside it: zones differ."""
    came = arrival.astimezone(UTC)
    here = date(LEAP_YEAR, came.month, came.day).toordinal() - BEFORE_LEAP_YEAR
    return all(min((day - here) % DAYS, (here - day) % DAYS) <= 1 for day in days)
