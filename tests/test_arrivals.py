from __future__ import annotations

from datetime import UTC, datetime, timedelta

from feedsvc.intake.arrivals import copied, days_of
from feedsvc.model.dates import Dateline, Span
from feedsvc.model.drafts import Draft

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def printed(month: int, day: int) -> tuple[int, ...]:
    dateline = Dateline(month=month, day=day, language="en", text="", span=Span(start=0, end=0))
    return days_of(Draft(source="desk", path="x", datelines=(dateline,)))


def test_a_clone_is_known_by_many_dates_and_one_age():
    clone = [(NOON + timedelta(seconds=count), printed(count + 1, 9)) for count in range(6)]

    assert copied(clone) == (True,) * 6


def test_copy_filed_together_within_a_week_is_live():
    assert copied([(NOON, printed(10, 30)), (NOON, printed(11, 1))]) == (False, False)


def test_two_stories_filed_together_are_live_whatever_their_dates():
    assert copied([(NOON, printed(3, 5)), (NOON, printed(11, 1))]) == (False, False)


def test_the_turn_of_the_year_is_no_year_apart():
    assert copied([(NOON, printed(12, 31)), (NOON, printed(1, 1)), (NOON, printed(1, 2))]) == (False,) * 3


def test_a_live_document_beside_a_clone_stays_live():
    clone = [(NOON, printed(month, 5)) for month in (1, 4, 7)]
    live = (NOON + timedelta(hours=3), printed(11, 1))

    assert copied([*clone, live]) == (True, True, True, False)


def test_one_document_alone_is_live():
    assert copied([(NOON, printed(2, 30))]) == (False,)
    assert copied([]) == ()
