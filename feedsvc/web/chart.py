"""Lay out the chart of polls: a bar for each ten minutes of a day, for the template to draw as SVG."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from feedsvc.web.poll_ledger import STEP_S, STEPS

BAR = 4
HEIGHT = 80
LABEL_EVERY = 6 * 3600 // STEP_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Hold one bar: where it stands, and how high it and the part of it that was answered with 304 are."""

    x: int
    height: int
    unchanged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Hold a chart; labels: (x, words). Heights are of HEIGHT, the highest bar's.

    most: polls of the highest bar; polls, unchanged: of all bars.
    """

    bars: tuple[Bar, ...]
    labels: tuple[tuple[int, str], ...]
    most: int
    polls: int
    unchanged: int
    width: int = BAR * STEPS
    height: int = HEIGHT
    bar: int = BAR


def chart_of(steps: Mapping[int, tuple[int, ...]], *, now: datetime) -> Chart:
    """Return the chart of the last day.

    steps: by number of the step since 1970, (polls, those answered with 304).
    now:   aware; its step is the last.
    """
    last = int(now.timestamp()) // STEP_S
    first = last - STEPS + 1
    there = {step: counts for step, counts in steps.items() if first <= step <= last}
    most = max((counts[0] for counts in there.values()), default=0)
    return Chart(
        bars=tuple(
            Bar(
                x=(step - first) * BAR,
                height=max(1, round(HEIGHT * polls / most)),
                unchanged=round(HEIGHT * unchanged / most),
            )
            for step, (polls, unchanged) in sorted(there.items())
        ),
        labels=tuple(
            ((step - first) * BAR, f"{datetime.fromtimestamp(step * STEP_S, UTC):%H:%M}")
            for step in range(first, last + 1)
            if step % LABEL_EVERY == 0
        ),
        most=most,
        polls=sum(counts[0] for counts in there.values()),
        unchanged=sum(counts[1] for counts in there.values()),
    )
