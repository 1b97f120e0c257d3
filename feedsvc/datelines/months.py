"""Name the months of languages that have no datelines here, as far as a stated date is read in them.

A word that means another month in one of the registered languages, or in two of these ("listopad"), is left out.
"""

from __future__ import annotations

from collections.abc import Mapping

NAMES: tuple[tuple[str, ...], ...] = (
    ("ledna", "leden", "januára", "stycznia", "január", "januari", "januar", "tammikuuta", "січня", "януари",
     "ιανουαρίου", "ianuarie", "มกราคม", "जनवरी"),
    ("února", "únor", "februára", "lutego", "február", "februari", "februar", "helmikuuta", "лютого", "февруари",
     "φεβρουαρίου", "februarie", "กุมภาพันธ์", "फ़रवरी", "फरवरी"),
    ("března", "březen", "marca", "marec", "március", "mars", "marts", "maaliskuuta", "березня", "март", "μαρτίου",
     "martie", "มีนาคม", "मार्च"),
    ("dubna", "duben", "apríla", "kwietnia", "április", "april", "huhtikuuta", "квітня", "април", "απριλίου",
     "aprilie", "เมษายน", "अप्रैल"),
    ("května", "květen", "mája", "maja", "május", "maj", "mai", "toukokuuta", "травня", "май", "μαΐου",
     "พฤษภาคม", "मई"),
    ("června", "červen", "júna", "czerwca", "június", "juni", "kesäkuuta", "червня", "юни", "ιουνίου", "iunie",
     "มิถุนายน", "जून"),
    ("července", "červenec", "júla", "lipca", "július", "juli", "heinäkuuta", "липня", "юли", "ιουλίου", "iulie",
     "กรกฎาคม", "जुलाई"),
    ("srpna", "srpen", "augusta", "sierpnia", "augusztus", "augusti", "august", "elokuuta", "серпня", "август",
     "αυγούστου", "สิงหาคม", "अगस्त"),
    ("září", "septembra", "września", "szeptember", "september", "syyskuuta", "вересня", "септември",
     "σεπτεμβρίου", "septembrie", "กันยายน", "सितंबर", "सितम्बर"),
    ("října", "říjen", "októbra", "października", "október", "oktober", "lokakuuta", "жовтня", "октомври",
     "οκτωβρίου", "octombrie", "ตุลาคม", "अक्टूबर", "अक्तूबर"),
    ("novembra", "november", "marraskuuta", "ноември", "νοεμβρίου", "noiembrie", "พฤศจิกายน", "नवंबर", "नवम्बर"),
    ("prosince", "prosinec", "decembra", "grudnia", "december", "desember", "joulukuuta", "грудня", "декември",
     "δεκεμβρίου", "decembrie", "ธันวาคม", "दिसंबर", "दिसम्बर"),
)  # fmt: skip

MONTHS: Mapping[str, int] = {name: number for number, names in enumerate(NAMES, 1) for name in names}
