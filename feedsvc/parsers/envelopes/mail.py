"""Read mail as it came: the subject, the date and the text of a message, and no other field of its header."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from email.message import Message
from email.utils import parsedate_tz
from itertools import islice

from feedsvc.model.document import Document, suffix
from feedsvc.model.draft import Passage, Transmission
from feedsvc.model.errors import CharsetError, ParseError
from feedsvc.model.ports import Decode
from feedsvc.parsers.envelopes.message import (
    FEW_FIELDS,
    FIELD_LINE,
    charset_of,
    field_text,
    is_carried,
    message_in,
    text_of_message,
)
from feedsvc.parsers.lines import lines_of
from feedsvc.parsers.marks import find_mark

LEADING = b"\x00\r\n \t\xef\xbb\xbf"
FIELD = re.compile(rb"(?P<name>[!-9;-~]{1,80})[ \t]{0,4}:")
BLANK_BEFORE_COLON = re.compile(rb"^([!-9;-~]{1,80})[ \t]{1,4}:", re.MULTILINE)  # RFC 5322, section 4.5
FOLDED = (b" ", b"\t")
POSTMARK = re.compile(rb"From [^\n]{0,300}\n")  # of a mailbox file
COUNTED = re.compile(rb"\d{1,9}[ \t]{0,9}\r?\n")  # of Apple Mail's files: how many bytes the message has
NEXT_POSTMARK = re.compile(rb"\n\r?\n(?=From [^\n]{1,300}\n[!-9;-~]{1,80}:)")
ENCODED = re.compile(rb"=\?[\w.:-]{1,40}\?[bq]\?", re.IGNORECASE)
ENDINGS = frozenset({".eml", ".emlx", ".mht", ".mhtml"})
# Fields that people see, and paste above copy with it.
SEEN = frozenset({"from", "to", "cc", "bcc", "subject", "date", "sender", "reply-to"})
LETTERS = frozenset({"subject", "from", "received", "message-id"})
FENCES = (b"---", b"+++", b"```", b"~~~", b"{", b"<", b"#")  # no mail begins so, but the front matter of posts does
MOST_LINES_ABOVE = 12  # the envelope of a batch of SMTP commands, or what separates messages in a mailbox
COMMENT = re.compile(r"\([^()]{0,100}\)")
WHOLE_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
LONGEST_DATE = 200
MOST_TOLD = 60  # bytes
GREETING = re.compile(
    r"(?:(?:dear|hello|hi|good (?:morning|afternoon|evening)|greetings|hallo|liebe[rs]?|sehr geehrte[rs]?|bonjour|"
    r"chère?s?|estimad[oa]s?|hola|caros?|gentili)\b.{0,60}|(?P<chinese>尊敬的|各位|您好|你好).{0,30})",
    re.IGNORECASE,
)
GREETING_ENDS = ",:;!–-"
GREETED_WITHIN, MOST_GREETING_WORDS = 4, 3  # lines that say something, words without a comma behind them
QUOTE = re.compile(r"[>\s*_|]{0,20}")
FORWARDED = re.compile(
    r"[>\s]{0,20}(?:-{2,20}\s?(?:forwarded|original)\s(?:message|appointment)\s?-{0,20}|"
    r"begin forwarded message:|-{2,20}\s?(?:转发的?邮件|原始邮件)(?:信息)?\s?-{0,20})\s*",
    re.IGNORECASE,
)
# What mail programs write above a message that they forward, each in its own language.
FORWARDED_FIELDS = {
    "sender": "from|von|de|da|van|от|od|från|fra|发件人|寄件者|差出人|보낸 사람",
    "subject": "subject|betreff|objet|oggetto|asunto|assunto|onderwerp|тема|temat|ämne|emne|主题|主旨|件名|제목",
    "other": "sent|date|to|cc|bcc|reply-to|gesendet|datum|an|envoyé|à|inviato|data|a|enviado(?: el| em)?|fecha|para|"
    "verzonden|aan|отправлено|дата|кому|wysłano|do|skickat|till|sendt|til|发送时间|日期|收件人|抄送|寄件日期|收件者|"
    "送信日時|宛先|날짜|받는 사람",
}
FORWARDED_FIELD = re.compile(
    "|".join(rf"(?P<{name}>(?:{words})\*{{0,2}}\s?[:：])" for name, words in FORWARDED_FIELDS.items()), re.IGNORECASE
)
# "On Fri, 20 Nov 2026, Rui Melo <rui@example.org> wrote:", before what is answered; with an address, for stories quote.
ATTRIBUTION = re.compile(
    r"\bwrote\s?:|\bschrieb\b|a écrit|escribió|escreveu|ha scritto|\bschreef\b|\bskrev\b|写道|寫道|написал",
    re.IGNORECASE,
)
WRAPPED_ATTRIBUTION = re.compile(r"[>\s]{0,20}(?:on|am|le|el|il|op|em|den|в)\s[^\n]*\d", re.IGNORECASE)
LONGEST_ATTRIBUTION = 500
RULED = re.compile("_{30,80}")
MOST_UNSEEN_LINES = 2_000
CLOSING, MOST_SIGNATURE_LINES = "--", 15  # RFC 3676, section 4.3; programs differ on the blank behind it


class MailEnvelope:
    """Read messages as mail programs and servers save them."""

    @property
    def name(self) -> str:
        """Return the key in the registry."""
        return "mail"

    def recognises(self, document: Document, content: bytes) -> bool:
        """Return whether *content* begins with header fields that people do not paste above copy."""
        message = _unwrapped(content)
        names, end = _fields(message)
        if message is not content and POSTMARK.match(content[: len(content) - len(message)].lstrip(LEADING)):
            return len(names) >= FEW_FIELDS
        if suffix(document.path.lower()) in ENDINGS:
            return bool(names)
        if "title" in names and not names & LETTERS:
            return False  # the keys of an article, among them Pelican's "Status"
        if len(names) < FEW_FIELDS:
            return _header_below(message) is not None
        carried = sum(map(is_carried, names))
        if carried and (names & SEEN or carried >= FEW_FIELDS):
            return True
        return bool(names & SEEN) and ENCODED.search(message, 0, end) is not None

    def open(self, content: bytes, *, decode: Decode) -> Transmission:
        """Return the subject, the date and the text.

        raises: ParseError if it is no single message, or has more parts than are read.
        """
        message = _unwrapped(content)
        if message is not content and _holds_another(message):
            raise ParseError("is a mailbox of several messages; save each as a file of its own")
        names, end = _fields(message)
        if not names and (above := _header_below(message)) is not None:
            raise ParseError(f"is mail with other lines above its header: {above!r}")
        read = message_in(BLANK_BEFORE_COLON.sub(rb"\1:", message[:end]) + message[end:])
        text = text_of_message(read, decode=decode)
        fault = text.fault
        try:
            title = field_text(read.get("subject", ""), charset=charset_of(read), decode=decode)
        except CharsetError as error:
            title, fault = "", fault or f"is mail whose subject cannot be read: {error.message}"
        passages = [
            Passage(role="headline", text=title),
            Passage(role="date", text=_date(read.get("date", ""))),
            *_copy(text.shown),
            Passage(role="note", text="\n".join([*_kept_back(read), *_marks(text.unseen)])),
        ]
        return Transmission(form="mail", passages=tuple(passage for passage in passages if passage.text), fault=fault)


def _unwrapped(content: bytes) -> bytes:
    """Return the message in *content*, which is *content* itself if nothing precedes it."""
    begins = len(content) - len(content.lstrip(LEADING))
    counted = COUNTED.match(content, begins)
    postmark = POSTMARK.match(content, begins)
    if counted is not None and FIELD.match(content, counted.end()):
        return content[counted.end() : counted.end() + int(counted[0])]
    if postmark is not None:
        return content[postmark.end() :]
    return content[begins:] if begins else content


def _holds_another(message: bytes) -> bool:
    """Return whether a further message of a mailbox follows; some programs write no date into its postmark."""
    for found in NEXT_POSTMARK.finditer(message):
        names, _ = _fields(message, message.index(b"\n", found.end()) + 1)
        if len(names) >= FEW_FIELDS and ("from" in names or any(map(is_carried, names))):
            return True
    return False


def _header_below(message: bytes) -> str | None:
    """Return the first line of *message* if a few lines stand above its header, None if it has none there."""
    if message.startswith(FENCES):
        return None
    at = 0
    for _ in range(MOST_LINES_ABOVE):
        end = message.find(b"\n", at) + 1
        if not end or not message[at:end].strip():
            return None
        names, _ = _fields(message, end)
        if names & SEEN and sum(map(is_carried, names)) >= FEW_FIELDS:
            return message.partition(b"\n")[0][:MOST_TOLD].decode("utf-8", "replace").strip()
        at = end
    return None


def _fields(message: bytes, at: int = 0) -> tuple[frozenset[str], int]:
    """Return the names, in small letters, of the fields of the header at *at* in *message*, and where it ends."""
    names: set[str] = set()
    while at < len(message):
        found = FIELD.match(message, at)
        if found is not None:
            names.add(found["name"].decode("ascii").lower())
        elif not names or not message.startswith(FOLDED, at):
            break
        end = message.find(b"\n", at)
        at = len(message) if end < 0 else end + 1
    return frozenset(names), at


def _date(value: str) -> str:
    """Return a date as written, or in figures if its year has only two."""
    said = " ".join(COMMENT.sub(" ", value[:LONGEST_DATE]).split())
    if WHOLE_YEAR.search(said) or not said.isascii():
        return said
    read = parsedate_tz(said)
    if read is None:
        return said
    year, month, day, hour, minute, second, *_, offset = read
    zone = (
        "" if offset is None else f" {'-' if offset < 0 else '+'}{abs(offset) // 3600:02}:{abs(offset) // 60 % 60:02}"
    )
    return f"{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}{zone}"


def _kept_back(message: Message) -> Iterator[str]:
    """Yield what the header says of who may see the message, in words that hold it."""
    said = message.get("sensitivity", "").lower()
    if said.strip() in {"personal", "private", "company-confidential"}:
        yield f"NOT FOR PUBLICATION: {said}"
    for name in ("embargo", "x-embargo"):
        if message.get(name):
            yield f"EMBARGO: {message.get(name)}"


def _marks(texts: Sequence[str]) -> Iterator[str]:
    """Yield the lines of what is not shown that are marks: an embargo may stand in the other form of a text alone."""
    for text in texts:
        for line in islice(lines_of(text), MOST_UNSEEN_LINES):
            mark = find_mark(line, sole=True)
            if mark is not None:
                yield mark.line.text


def _attributions(lines: Sequence[str]) -> Iterator[range]:
    """Yield where *lines* say who wrote the message that is answered: on one line or, wrapped, on two."""
    for at, line in enumerate(lines):
        if not line.rstrip().endswith((":", "：")):
            continue
        begins_above = at > 0 and WRAPPED_ATTRIBUTION.match(lines[at - 1]) is not None
        if begins_above and _is_attribution(f"{lines[at - 1]} {line}"):
            yield range(at - 1, at + 1)
        elif _is_attribution(line):
            yield range(at, at + 1)


def _is_attribution(said: str) -> bool:
    return len(said) <= LONGEST_ATTRIBUTION and "@" in said and ATTRIBUTION.search(said) is not None


def _answered(lines: Sequence[str], attributions: Sequence[range]) -> int:
    """Return the number of the first line that quotes a message answered, and not a story that is sent on."""
    begins = [found.start for found in attributions]
    begins += [at for at, line in enumerate(lines) if FORWARDED.fullmatch(line)]
    first = min(begins, default=len(lines))
    above, below = (sum(map(len, rows)) for rows in (lines[:first], lines[first + 1 :]))
    return first if above > below else len(lines)


def _copy(text: str) -> Iterator[Passage]:
    """Yield the copy, and as notes the signature and the header fields of messages that were forwarded in it."""
    lines = text.split("\n")
    late = range(max(0, len(lines) - MOST_SIGNATURE_LINES - 1), len(lines))
    closing = next((at for at in late if _closes(lines, at)), len(lines))
    attributions = list(_attributions(lines))
    attributed = {at for found in attributions for at in found}
    closing = min(closing, _answered(lines, attributions))
    kept: list[str] = []
    said_first = list(islice((at for at, line in enumerate(lines[:closing]) if line.strip()), GREETED_WITHIN))
    greetings = (at for at in said_first if _is_greeting(lines[at].strip()))
    greeted = next((at for at in greetings if at == said_first[0] or _stands_alone(lines, at)), None)
    attributed |= set() if greeted is None else {greeted}
    noted: list[str] = []
    run: list[str] = []
    said: list[str | None] = []
    for at, line in enumerate([*lines[:closing], ""]):
        what = _field_of(line, _quoted(line))
        following = lines[at + 1] if at + 1 < closing else ""
        if run and not line.strip() and _field_of(following, _quoted(following)) is not None:
            continue  # in HTML each of them may be a paragraph
        if what is not None or (run and line[:1] in {" ", "\t"} and line.strip()):
            run.append(line)
            said.append(what)
            continue
        is_header = {"sender", "subject"} <= set(said) or said.count("carried") >= FEW_FIELDS
        (noted if is_header else kept).extend(run)
        run, said = [], []
        (noted if at in attributed or FORWARDED.fullmatch(line) else kept).append(line)
    yield Passage(role="copy", text="\n".join(kept).strip("\n"))
    yield Passage(role="note", text="\n".join([*noted, *lines[closing:]]).strip("\n"))


def _closes(lines: Sequence[str], at: int) -> bool:
    """Return whether a signature, or what a mailing list adds, begins with the line numbered *at*."""
    line = lines[at].rstrip()
    return line == CLOSING or (RULED.fullmatch(line) is not None and "@" in "".join(lines[at + 1 : at + 6]))


def _field_of(line: str, at: int) -> str | None:
    """Return what the field is that *line* holds from *at* on: the sender, the subject, one of machines, another."""
    found = FORWARDED_FIELD.match(line, at)
    if found is not None:
        return found.lastgroup
    field = FIELD_LINE.match(line, at)
    return "carried" if field is not None and is_carried(field["name"].lower()) else None


def _is_greeting(line: str) -> bool:
    """Return whether *line* greets, as "Dear readers," and "Good morning all" do, and "Hello Kitty sails again" not."""
    found = GREETING.fullmatch(line)
    if found is None:
        return False
    return line[-1] in GREETING_ENDS or found["chinese"] is not None or len(line.split()) <= MOST_GREETING_WORDS


def _stands_alone(lines: Sequence[str], at: int) -> bool:
    return not any(line.strip() for line in (*lines[max(0, at - 1) : at], *lines[at + 1 : at + 2]))


def _quoted(line: str) -> int:
    found = QUOTE.match(line)
    return 0 if found is None else found.end()
