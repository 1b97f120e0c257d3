from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feedsvc.articles.dating import Dating, dateline_of
from feedsvc.model.document import Document
from feedsvc.model.draft import Arrived
from feedsvc.model.errors import DateError
from feedsvc.parsers import parse

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
HEADLINE = "Owls take over the night shift\n\n"
STORY = "\n\nOSLO, Nov 20 (Xinhua) -- Three owls have taken over the night shift at the signal box by the harbour.\n"


def dates_of(text: str) -> tuple[str, str, str]:
    """Return when *text* was published and updated, and the step that says by which clock it was updated."""
    document = Document(
        source="desk",
        path="owls.txt",
        content=text.encode(),
        arrival=NOW,
        fingerprint="",
        media_type="text/plain",
    )
    (draft,) = parse(document)
    dateline = dateline_of(draft, "en")
    dating = Dating(Arrived(draft=draft, arrival=NOW, live=True, digest=""), now=NOW, site_zone="Asia/Tokyo")
    published = dating.by(dateline)
    updated = dating.update_stated(dateline, published)
    assert updated is not None
    return published.instant.isoformat(), updated.instant.isoformat(), updated.evidence[-1]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        pytest.param(
            "2026-11-20 10:00\nUpdated: 2026-11-20 12:00",
            (
                "2026-11-20T03:00:00+01:00",
                "2026-11-20T05:00:00+01:00",
                "No zone is printed; the time is by the clock of Asia/Shanghai, as that of the date is.",
            ),
            id="a stamp, by the agency's clock",
        ),
        pytest.param(
            "Date: 2026-11-20 10:00\nUpdated: 2026-11-20 12:00",
            (
                "2026-11-20T10:00:00+01:00",
                "2026-11-20T12:00:00+01:00",
                "No zone is printed; the time is by the clock of UTC+01:00, as that of the date is.",
            ),
            id="a label, by the place's clock",
        ),
        pytest.param(
            "Date: 2026-11-20 10:00 GMT+8\nUpdated: 2026-11-20 12:00",
            (
                "2026-11-20T10:00:00+08:00",
                "2026-11-20T12:00:00+08:00",
                "No zone is printed; the time is by the clock of UTC+08:00, as that of the date is.",
            ),
            id="a label, by the clock that it names",
        ),
        pytest.param(
            "2026-11-20 10:00\nUpdated: 2026-11-20 12:00 GMT",
            ("2026-11-20T03:00:00+01:00", "2026-11-20T12:00:00+00:00", "The zone +00:00 is printed."),
            id="a zone of its own",
        ),
    ],
)
def test_an_update_is_read_by_the_clock_of_the_date_beside_it(head, expected):
    assert dates_of(f"{HEADLINE}{head}{STORY}") == expected


@pytest.mark.parametrize("value", ["soon", "2026-02-30 11:00", "05/06/2026"])
def test_an_update_that_is_no_date_is_an_error_at_its_place(value):
    text = f"{HEADLINE}Date: 2026-11-20 10:00\nUpdated: {value}{STORY}"

    with pytest.raises(DateError, match=value) as caught:
        dates_of(text)

    assert caught.value.offset == text.index(value)
