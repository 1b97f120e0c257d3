"""Read the headers of a message that a person pasted above its copy; saved mail is an envelope's."""

from __future__ import annotations

import re

from feedsvc.model.dates import StatedDate
from feedsvc.parsers.draft_builder import DraftBuilder
from feedsvc.parsers.hold_marks import find_mark
from feedsvc.parsers.lines import Line, is_han
from feedsvc.parsers.takes import find_take

HEADER = re.compile(
    r"(?P<key>from|to|cc|bcc|subject|date|sent|reply-to|sender|importance|priority|message-id|mime-version|"
    r"content-[a-z-]{4,30}|received|return-path|x-[a-z-]{2,40}|发件人|收件人|抄送|主题|日期|发送时间|von|gesendet|an|betreff|"
    r"de|fra|od|från|envoyé|à|objet|enviado(?: el| em)?|para|asunto|assunto|inviato|oggetto|da|verzonden|aan|onderwerp|"
    r"от|отправлено|кому|тема|寄件者|收件者|寄件日期|主旨|差出人|宛先|送信日時|件名|보낸 사람|받는 사람|제목|"
    r"references|in-reply-to|attachments?|anlagen?|pièces? jointes?|附件|status|user-agent)\s?[:：]\s{0,4}",
    re.IGNORECASE,
)
SENDERS = frozenset(
    {
        "from",
        "to",
        "cc",
        "bcc",
        "von",
        "an",
        "à",
        "para",
        "da",
        "aan",
        "от",
        "кому",
        "发件人",
        "收件人",
        "寄件者",
        "收件者",
    }
    | {"差出人", "宛先", "보낸 사람", "받는 사람"}
)
SUBJECTS = frozenset(
    {"subject", "betreff", "objet", "asunto", "assunto", "oggetto", "onderwerp", "тема", "主题", "主旨", "件名", "제목"}
)
DATES = frozenset({"date", "sent", "日期", "发送时间"})
ANSWERED = re.compile(r"(?:(?:re|fwd?|转发|回复|答复)\s?[:：]\s{0,4}){1,6}", re.IGNORECASE)


def read_mail(lines: list[Line], into: DraftBuilder, headed: set[bool]) -> None:
    """Read the headers that *lines* begin with, and take them away, where they are those of a message.

    The subject is the headline, its date a stated one; the rest is noted. headed: gains the headline's script.
    """
    found: list[tuple[str, Line, Line]] = []
    for line in lines:
        header = HEADER.match(line.text)
        if line.block != lines[0].block or (header is None and not (found and line.indented)):
            break
        key = "" if header is None else header["key"].lower()
        found.append((key, line, line.part(0 if header is None else header.end())))
    keys = {key for key, _, _ in found}
    if not (keys & SENDERS and keys & SUBJECTS):
        return
    for key, line, value in found:
        if key in SUBJECTS and value.text:
            read_subject(value, into, headed)
        elif key in DATES and value.text:
            into.dates.append(StatedDate(label="date", text=value.text, span=value.span))
        else:
            into.note(line)
    del lines[: len(found)]


def read_subject(line: Line, into: DraftBuilder, headed: set[bool]) -> None:
    """Read the subject of a message, or another headline that marks may stand before."""
    answered = ANSWERED.match(line.text)
    line = line if answered is None else line.part(answered.end())
    line = into.read_marks(line, lambda line: find_mark(line, sole=True) or find_take(line))
    if line.text:
        into.headlines.append(line.excerpt())
        headed.add(is_han(line.text))
