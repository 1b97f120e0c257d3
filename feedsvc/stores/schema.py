"""Draw the tables that every store has, make them, and bring those of an older feedsvc up to date.

Instants are seconds since 1970. Values are JSON made from the types of ``feedsvc.model``; a field that queries compare
has a column of its own.

A changed table needs a migration in ``feedsvc/stores/migrations``: see CONTRIBUTING.md.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Index,
    Insert,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    event,
    inspect,
    select,
    text,
)
from sqlalchemy import String as AnyString
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import VARCHAR
from sqlalchemy.exc import SQLAlchemyError

from feedsvc import __version__
from feedsvc.model.errors import StoreError

SCHEMA_VERSION = 16  # the last revision in feedsvc/stores/migrations
SCRUB = "scrub"  # the key in meta of a mark: the free space of the store may still have erased bytes
BACKUPS = "backups"  # the key in meta of the files and times of backups
IDENTITY = "identity"  # the key in meta of the id that no other store has
SEARCH_FORM = "search form"  # the key in meta of the rules that made the words of the index

# Texts are ordered by their bytes, as in SQLite, so that the paths in a folder are one range.
String = AnyString().with_variant(VARCHAR(collation="C"), "postgresql")

metadata = MetaData()

# Alembic's own table.
versions = Table(
    "alembic_version",
    metadata,
    Column("version_num", AnyString(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)

meta = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", String, nullable=False))

documents = Table(
    "documents",
    metadata,
    Column("source", String, primary_key=True),
    Column("path", String, primary_key=True),
    Column("fingerprint", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("arrival", Float, nullable=False),
    Column("live", Boolean, nullable=False),
    Column("article", String, index=True),  # NULL while the document is rejected
    Column("gist", String, nullable=False),  # headline, dateline day, first paragraph: see feedsvc.articles.identity
    Column("serial", Integer, nullable=False),  # order of first sight: the first of two equals wins
    Column("present", Boolean, nullable=False),
    Column("due", Float),  # when its embargo or its expiry ends
)
Index("documents_digest", documents.c.digest)
Index("documents_serial", documents.c.serial)
Index(
    "documents_due",
    documents.c.due,
    sqlite_where=documents.c.due.is_not(None),
    postgresql_where=documents.c.due.is_not(None),
)

contents = Table(
    "contents",
    metadata,
    Column("digest", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

articles = Table(
    "articles",
    metadata,
    Column("id", String, primary_key=True),
    Column("slug", String, nullable=False, unique=True),
    Column("state", String, nullable=False),
    Column("edition", Integer, nullable=False),  # the edition that published it as it is
    Column("data", LargeBinary, nullable=False),  # model.Article
    Column("links", LargeBinary, nullable=False),  # the fields that model.Entry has beyond the article
    Column("gone_at", Float),
    Column("made_at", Float),  # time of the edition; NULL for articles older than this column
    Column("making", LargeBinary),  # model.Making; NULL likewise
)

Index("articles_state", articles.c.state, articles.c.id)

# The names that a draft may call an article by: its stem, its declared id, its path.
names = Table(
    "names",
    metadata,
    Column("name", String, primary_key=True),
    Column("article", String, nullable=False, index=True),
)

# The titles and addresses of articles (feedsvc/articles/related.py), and those that the related lines of any kept
# version ask for. Only digests are kept: they are short however long a title is, and reveal no killed title. Articles
# of held documents are here too, though they have no row in "articles" yet.
titles = Table(
    "titles",
    metadata,
    Column("digest", String, primary_key=True),
    Column("article", String, primary_key=True),
    Column("state", String, nullable=False),  # model.article.TitleState
    Column("sequence", Integer, nullable=False),  # of a live article among all; 0 of others
)
Index("titles_standing", titles.c.digest, titles.c.state, titles.c.sequence)
Index("titles_article", titles.c.article)
wants = Table(
    "wants",
    metadata,
    Column("digest", String, primary_key=True),
    Column("article", String, primary_key=True),
)
Index("wants_article", wants.c.article)

# The feeds of an article: a row for each of its categories and "all", times each of its languages and "" for any.
# Once it was corrected, also a row for each category in the language "+corrections", for the feeds of corrections.
placements = Table(
    "placements",
    metadata,
    Column("category", String, primary_key=True),
    Column("language", String, primary_key=True),
    Column("article", String, primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("published", Float, nullable=False),
    Column("gone_at", Float),
    Column("reason", String),
    Column("place", Integer),  # position among all that its feed ever had, from 1; see feedsvc/stores/archives.py
    Column("notice_until", Float),  # a withdrawal is announced in the feeds until then
    Column("corrected_at", Float),  # when the article was last corrected, only in the rows of corrections
)
Index("placements_place", placements.c.category, placements.c.language, placements.c.place)
Index("placements_order", placements.c.category, placements.c.language, placements.c.sequence)
Index("placements_article", placements.c.article)
# Pages list live entries by their dates, and feeds count the young ones. Tombstones, entries without a position, and
# corrected entries are few among many. A partial index of each finds them in a store of any size, in the order that
# queries want.
_FEED = (placements.c.category, placements.c.language)
_CORRECTED, _GONE = placements.c.corrected_at.is_not(None), placements.c.gone_at.is_not(None)
for name, columns, few in (
    ("placements_dated", (*_FEED, placements.c.published, placements.c.sequence), placements.c.gone_at.is_(None)),
    ("placements_gone", (*_FEED, placements.c.gone_at, placements.c.sequence), _GONE),
    ("placements_fresh", (*_FEED, placements.c.sequence, placements.c.article), placements.c.place.is_(None)),
    ("placements_notice", (*_FEED, placements.c.notice_until), placements.c.notice_until.is_not(None)),
    (
        "placements_corrected",
        (placements.c.category, placements.c.corrected_at, placements.c.sequence),
        _CORRECTED,
    ),
    (
        "placements_corrected_gone",
        (placements.c.category, placements.c.gone_at, placements.c.sequence),
        _CORRECTED & _GONE,
    ),
):
    Index(name, *columns, sqlite_where=few, postgresql_where=few)

# The pages of each feed's archive, the unsealed one included.
archives = Table(
    "archives",
    metadata,
    Column("category", String, primary_key=True),
    Column("language", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("given", Integer, nullable=False),  # positions of the page that were given
    Column("changed", Float, nullable=False),  # time of the edition that last changed anything on it
)

# Former versions of articles. A row stays until its article is killed; feedsvc/stores/pruning.py may take its texts.
revisions = Table(
    "revisions",
    metadata,
    Column("article", String, primary_key=True),
    Column("serial", Integer, primary_key=True),
    Column("edition", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),  # model.Article
    Column("made_at", Float),
    Column("making", LargeBinary),  # model.Making
    Column("superseded_at", Float),
    Column("pruned_at", Float),  # when its texts were pruned
)

# The last change of each article that was ever published: see feedsvc/stores/changes.py.
changes = Table(
    "changes",
    metadata,
    Column("article", String, primary_key=True),
    Column("number", BigInteger, nullable=False),  # in the order of changes
    Column("edition", Integer, nullable=False),
    Column("made_at", Float, nullable=False),  # time of the edition
    Column("kind", String, nullable=False),  # model.feed.ChangeKind
)
Index("changes_number", changes.c.number, unique=True)

feeds = Table(
    "feeds",
    metadata,
    Column("path", String, primary_key=True),
    Column("category", String, nullable=False),
    Column("language", String, nullable=False),
    Column("format", String, nullable=False),
    Column("media_type", String, nullable=False),
    Column("title", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("last_modified", Float, nullable=False),
    Column("rank", Integer, nullable=False),  # the order of listings
    Column("archives", Integer, nullable=False, server_default="0"),  # pages of its archive
)

bodies = Table(
    "bodies",
    metadata,
    Column("digest", String, primary_key=True),
    Column("body", LargeBinary, nullable=False),
    Column("gzip", LargeBinary),
    Column("brotli", LargeBinary),
)

# Bodies that no feed has any more, and since when. They are no column of bodies, because SQLite rewrites a whole row to
# change any of it, and every pass looks for the marks.
superseded = Table(
    "superseded",
    metadata,
    Column("digest", String, primary_key=True),
    Column("since", Float, nullable=False),
)

editions = Table(
    "editions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("made_at", Float, nullable=False),
    Column("data", LargeBinary, nullable=False),  # model.Edition without its problems
)

problems = Table(
    "problems",
    metadata,
    Column("source", String, primary_key=True),
    Column("path", String, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("data", LargeBinary, nullable=False),  # model.Problem
    Column("fingerprint", String),  # of the file, if it is rejected as long as it does not change
)

# Files that articles show; their bytes are files in a folder, named by the digest: feedsvc/stores/media_folder.py.
media = Table(
    "media",
    metadata,
    Column("digest", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("type", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("words", String),  # packed PictureWords, NULL if nobody has looked for any
    Column("forms", Integer),  # how many smaller forms it has, NULL if they were never made
    Column("fault", String, nullable=False, server_default=""),  # why it has none
)
Index("media_unformed", media.c.forms)

# The smaller forms of pictures, which are served while the picture is; they are WebP.
media_forms = Table(
    "media_forms",
    metadata,
    Column("original", String, primary_key=True),  # digest
    Column("width", Integer, primary_key=True),
    Column("height", Integer, nullable=False),
    Column("digest", String, nullable=False),
    Column("size", BigInteger, nullable=False),
)
Index("media_forms_digest", media_forms.c.digest)

# The articles that show, or showed, a file, under the name that its address ends with.
media_uses = Table(
    "media_uses",
    metadata,
    Column("digest", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("article", String, primary_key=True),
    Column("live", Boolean, nullable=False),
)
Index("media_uses_article", media_uses.c.article)

# The places in a source where the documents of an article look for files, so that a pass sees what came or changed.
media_places = Table(
    "media_places",
    metadata,
    Column("source", String, primary_key=True),
    Column("path", String, primary_key=True),
    Column("article", String, primary_key=True),
    Column("fingerprint", String, nullable=False),  # "missing" if there was no file
    Column("digest", String),  # of the file that the article was composed with
    Column("document", String, nullable=False),  # digest of the document that named it
)
Index("media_places_article", media_places.c.article)

# How far each receiver was told: see feedsvc/stores/receiver_places.py.
receivers = Table(
    "receivers",
    metadata,
    Column("name", String, primary_key=True),
    Column("number", BigInteger, nullable=False),  # of the last change of an article that it was told of
    Column("edition", Integer, nullable=False),  # the last that it was told of
    Column("told", BigInteger, nullable=False, server_default="0"),
    Column("told_at", Float),
    Column("failing_since", Float),
    Column("fault", String, nullable=False, server_default=""),
)

# The words of live articles: see feedsvc/stores/search.py.
searchable = Table(
    "searchable",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),  # SQLite's index knows rows by number, not by id
    Column("article", String, nullable=False, unique=True),
    Column("words", String),  # only in PostgreSQL: SQLite's index needs no text beside it
)
Index("searchable_words", text("string_to_array(words, ' ')"), _table=searchable, postgresql_using="gin").ddl_if(
    dialect="postgresql"
)
# Words are separated by spaces, and the tokenizer "ascii" splits only there. No text and no lengths are kept.
SEARCH_TABLE = "CREATE VIRTUAL TABLE search USING fts5(words, content='', columnsize=0, tokenize='ascii')"
for when, statement in (("after_create", SEARCH_TABLE), ("before_drop", "DROP TABLE IF EXISTS search")):
    ddl = DDL(statement).execute_if(dialect="sqlite")  # type: ignore[no-untyped-call]
    event.listen(searchable, when, ddl)
# An entry of a PostgreSQL index has 2,704 bytes at most, and may have an id of 2,004 beside the key.
LONGEST = 500  # bytes
SHORT = 125  # characters, of at most four bytes each
_UNKEPT = re.compile("[\0\ud800-\udfff]")  # PostgreSQL refuses NUL, and surrogates are no text
MIGRATIONS = Path(__file__).with_name("migrations")
FIRST_VERSION = 9  # of the first release; feedsvc/stores/migrations begins with it


def seconds(instant: datetime) -> float:
    """Return an aware instant as seconds since 1970."""
    return instant.timestamp()


def instant(value: float) -> datetime:
    """Return seconds since 1970 as an instant in UTC."""
    return datetime.fromtimestamp(value, UTC)


def put(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Write *row*, in place of the row with the same primary key, if there is one."""
    connection.execute(upsert(table, connection.dialect.name), row)


def noted(connection: Connection, key: str) -> str | None:
    """Return the store's own note under *key*, from the table meta."""
    value: str | None = connection.scalar(select(meta.c.value).where(meta.c.key == key))
    return value


def note(connection: Connection, key: str, value: str) -> None:
    put(connection, meta, {"key": key, "value": value})


@cache
def upsert(table: Table, dialect: str) -> Insert:
    """Return the statement that writes whole rows of *table*, each in place of the row with its primary key.

    It is cached, because building it takes as long as writing a row.
    """
    keys = [column.name for column in table.primary_key]
    # Both have the same methods, but no common class that has them.
    statement = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    rest = {column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys}
    if rest:
        return statement.on_conflict_do_update(index_elements=keys, set_=rest)
    return statement.on_conflict_do_nothing(index_elements=keys)


def key(text: str) -> str:
    """Return *text*, or its digest if it has more bytes than `LONGEST`, or characters that a store refuses."""
    if len(text) <= SHORT and text.isprintable():
        return text
    data = text.encode("utf-8", "surrogatepass")
    if len(data) <= LONGEST and _UNKEPT.search(text) is None:
        return text
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


class EmptyStoreError(StoreError):
    """The store was never written."""


def version_of(connection: Connection, *, name: str) -> int:
    """Return the version of the tables; 0 if there are none.

    name:   of the store, for messages.
    raises: StoreError for tables of another program, of a newer feedsvc, or from before the first release.
    """
    there = set(inspect(connection).get_table_names()) & set(metadata.tables)
    if not there:
        return 0
    noted = connection.scalar(select(versions.c.version_num)) if versions.name in there else None
    if noted is None or not noted.isdecimal():
        raise StoreError(
            f"{name}: has tables of something else, or from before the first release ({', '.join(sorted(there))}); "
            "give feedsvc a database or a schema of its own"
        )
    version = int(noted)
    if version < FIRST_VERSION:
        raise StoreError(
            f"{name}: has schema {version}, from before the first release, and feedsvc {__version__} cannot read it; "
            "name a new store (FEEDSVC_STORE_URL) and publish into it: feedsvc publish"
        )
    if version > SCHEMA_VERSION:
        raise _newer(version, name=name)
    return version


def _newer(version: int, *, name: str) -> StoreError:
    return StoreError(
        f"{name}: has schema {version}, and feedsvc {__version__} knows {SCHEMA_VERSION} and older ones; "
        "use the feedsvc that wrote it or a later one, or name another store (FEEDSVC_STORE_URL)"
    )


def must_not_be_newer(connection: Connection, *, name: str) -> None:
    """Check, with one small query, that no newer feedsvc has changed the tables meanwhile.

    raises: StoreError.
    """
    noted = connection.scalar(select(versions.c.version_num))
    if noted is not None and noted.isdecimal() and int(noted) > SCHEMA_VERSION:
        raise _newer(int(noted), name=name)


def must_be_current(connection: Connection, *, name: str) -> None:
    """Check that this feedsvc can read and write the tables.

    raises: StoreError; EmptyStoreError if there are no tables.
    """
    version = version_of(connection, name=name)
    if version == 0:
        raise EmptyStoreError(f"{name}: nothing was ever published to it; run: feedsvc publish")
    if version < SCHEMA_VERSION:
        raise StoreError(
            f"{name}: has schema {version}, and feedsvc {__version__} needs {SCHEMA_VERSION}; "
            "the next pass brings it up to date: run feedsvc publish, unless a service with a publisher is about to"
        )


def bring_up(connection: Connection, *, name: str, migrates: bool) -> None:
    """Make the tables if there are none, or migrate older ones, inside the transaction of *connection*.

    migrates: older tables may be changed.
    raises:   StoreError.
    """
    version = version_of(connection, name=name)
    if version == 0:
        metadata.create_all(connection)
        connection.execute(versions.insert().values(version_num=str(SCHEMA_VERSION)))
        connection.execute(meta.insert().values(key=IDENTITY, value=uuid4().hex))
    elif migrates and version < SCHEMA_VERSION:
        migrate(connection, to=SCHEMA_VERSION)


def migrate(connection: Connection, *, to: int) -> None:
    """Run the revisions that lead to version *to*, inside the transaction of *connection*."""
    # Alembic takes a sixth of a second to import, and is needed once a release.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, str(to))


def cause(error: SQLAlchemyError) -> str:
    """Return the message of *error* in one line, without the statement, of which PostgreSQL shows a piece."""
    origin = getattr(error, "orig", None) or error
    message = getattr(getattr(origin, "diag", None), "message_primary", None) or str(origin)
    return " ".join(message.split())
