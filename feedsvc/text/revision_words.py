"""The words for readers about revisions, by language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RevisionWords:
    """The words of one language.

    correction, update: before a note. corrected: for a correction without a note.
    corrections:        the name of a feed of them.
    """

    correction: str
    update: str
    corrected: str
    corrections: str


ENGLISH = RevisionWords("Correction: ", "Update: ", "This article was corrected.", "Corrections")
WORDS: Mapping[str, RevisionWords] = {
    "ar": RevisionWords("تصحيح: ", "تحديث: ", "جرى تصحيح هذا المقال.", "تصحيحات"),
    "de": RevisionWords("Korrektur: ", "Aktualisierung: ", "Dieser Artikel wurde korrigiert.", "Korrekturen"),
    "en": ENGLISH,
    "es": RevisionWords("Corrección: ", "Actualización: ", "Este artículo ha sido corregido.", "Correcciones"),
    "fr": RevisionWords(
        "Rectificatif\N{NO-BREAK SPACE}: ",
        "Mise à jour\N{NO-BREAK SPACE}: ",
        "Cet article a été corrigé.",
        "Rectificatifs",
    ),
    "id": RevisionWords("Koreksi: ", "Pembaruan: ", "Artikel ini telah dikoreksi.", "Koreksi"),
    "it": RevisionWords("Correzione: ", "Aggiornamento: ", "Questo articolo è stato corretto.", "Correzioni"),
    "ja": RevisionWords("訂正：", "更新：", "この記事は訂正されました。", "訂正"),
    "ko": RevisionWords("정정: ", "업데이트: ", "이 기사는 정정되었습니다.", "정정"),
    "nl": RevisionWords("Correctie: ", "Update: ", "Dit artikel is gecorrigeerd.", "Correcties"),
    "pt": RevisionWords("Correção: ", "Atualização: ", "Este artigo foi corrigido.", "Correções"),
    "ru": RevisionWords("Исправление: ", "Обновление: ", "Эта статья была исправлена.", "Исправления"),
    "tr": RevisionWords("Düzeltme: ", "Güncelleme: ", "Bu haber düzeltildi.", "Düzeltmeler"),
    "zh": RevisionWords("更正：", "更新：", "本文已更正。", "更正"),
}


def revision_words(language: str) -> tuple[str, RevisionWords]:
    """Return the words of *language* with it, English for a language that has none here."""
    words = WORDS.get(language.partition("-")[0])
    return ("en", ENGLISH) if words is None else (language, words)
