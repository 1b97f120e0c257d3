from __future__ import annotations

from datetime import UTC, datetime, timedelta

from feedsvc.model.dates import Dateline, Span
from feedsvc.model.draft import Draft
from feedsvc.publish.reading import copied, days_of

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


def test_an_old_story_among_copy_of_the_day_is_no_sign_of_a_copied_tree():
    today = [(NOON, printed(11, 1)), (NOON, printed(10, 31))]

    assert copied([*today, (NOON, printed(10, 12))]) == (False,) * 3
    assert copied([*today, (NOON, ()), (NOON, printed(10, 12))]) == (False,) * 4


def test_a_copied_tree_beside_copy_of_the_day_is_still_one():
    today = [(NOON, printed(11, 1))] * 4
    clone = [(NOON, printed(month, 5)) for month in (1, 4, 7)]

    assert copied([*today, *clone]) == (False,) * 4 + (True,) * 3


def test_a_copied_tree_is_one_although_some_of_it_is_of_the_day_by_chance():
    clone = [(NOON, printed(month, 1)) for month in (1, 4, 7, 11)]

    assert copied(clone) == (True,) * 4
    assert copied([(NOON, printed(10, day)) for day in range(10, 32)]) == (True,) * 22  # a month's archive


def test_the_day_of_an_arrival_goes_over_the_turn_of_the_year():
    night = datetime(2026, 12, 31, 23, tzinfo=UTC)

    assert copied([(night, printed(1, 1)), (night, printed(12, 31)), (night, printed(12, 1))]) == (False,) * 3


def test_one_document_alone_is_live():
    assert copied([(NOON, printed(2, 30))]) == (False,)
    assert copied([]) == ()
