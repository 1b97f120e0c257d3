"""Put datelines into the fields that `feedsvc dateline` prints."""

from __future__ import annotations

import pytest

from feedsvc.inspect.dateline_fields import dateline_fields


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        pytest.param("(ANSA) - PORTOPICCOLO, 28 LUG - Il porto è chiuso", "Europe/Rome", id="a national agency's"),
        pytest.param("KAMPUNG LAUT, 13 Jan (Bernama) -- Pelabuhan di sini", "Asia/Kuala_Lumpur", id="of one zone"),
        pytest.param("Kochi, Aug 18 (PTI) The coast guard rescued", "Asia/Kolkata", id="where two countries have it"),
        pytest.param("OSTERVALE, Aug 18 (Reuters) - The port is shut", None, id="an agency of the whole world"),
        pytest.param("OSTERVALE, Aug 18 (AAP) - The port is shut", None, id="a country of several zones"),
        pytest.param("LISBON, Aug 18 (PTI) The port is shut and", "Europe/Lisbon", id="a listed city abroad"),
        pytest.param("Aug 18 (Yonhap) -- The port is shut", None, id="no city"),
    ],
)
def test_an_unlisted_city_keeps_the_time_of_its_national_agency(text, zone):
    assert dateline_fields(text, None)["zone"] == zone


def test_a_stamp_gives_the_day_of_a_dateline_that_prints_none():
    fields = dateline_fields("18.07.2005 06:13\n\nLISBON (Reuters) - The port is shut for the day.", None)

    assert (fields["month"], fields["day"], fields["year"], fields["date"]) == (7, 18, 2005, "2005-07-18")


def test_a_stamp_does_not_take_the_place_of_a_printed_day():
    fields = dateline_fields("19.07.2005 06:13\n\nLISBON, July 18 (Reuters) - The port is shut for the day.", None)

    assert (fields["month"], fields["day"], fields["year"], fields["date"]) == (7, 18, None, "2005-07-18")
