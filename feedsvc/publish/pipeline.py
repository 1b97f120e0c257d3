"""Publish: one pass, one transaction, one edition.

source ──► parser ──► normalise ──► store ──► renderer ──► edition
intake, join          assemble      save      changed_feeds
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial

from feedsvc.config.settings import made_with
from feedsvc.model.errors import FeedsvcError, RefusedError
from feedsvc.model.feed import Edition, Sureness
from feedsvc.model.packing import pack
from feedsvc.model.ports import Source
from feedsvc.publish.assemble import Assembly
from feedsvc.publish.changed_feeds import RENDERING, FeedRenderer
from feedsvc.publish.context import PassContext, PassRequest
from feedsvc.publish.fill_feeds import fill_own_feeds
from feedsvc.publish.gather_files import FileGatherer, forget_killed_names
from feedsvc.publish.intake import Intake, all_gone
from feedsvc.publish.join import Joining
from feedsvc.publish.link import LINKING, link
from feedsvc.publish.resize_pictures import MOST, resize_pictures
from feedsvc.publish.save import ArticleWriter
from feedsvc.publish.worker_pool import Spool, WorkerPool
from feedsvc.sources import open_sources
from feedsvc.stores import beside_store
from feedsvc.stores.archives import IMPRINT
from feedsvc.stores.erase_killed import BackupNote
from feedsvc.stores.media_folder import MediaFolder
from feedsvc.stores.picture_reader import PictureReader, is_installed
from feedsvc.stores.private_files import running_mark
from feedsvc.stores.store import Store
from feedsvc.stores.transaction import Part, PartsFailedError, Transaction
from feedsvc.text.failures import Failure, failure_of

# Editions are told apart by Last-Modified, which counts in seconds.
BETWEEN_EDITIONS = timedelta(seconds=1)
KEEP_SUPERSEDED_S = 600.0

log = logging.getLogger(__name__)


class Superseded(Exception):  # noqa: N818  no error: a newer process does the work
    """Another process has taken over, or has published with other settings or software."""


def publish(store: Store, request: PassRequest) -> Edition:
    """Bring *store* up to date with the sources, and return its last edition with the present problems.

    A bad document is one of the problems, and stops nothing.

    raises: Superseded if the request follows a pass of this process and others have published since; StoreError,
            SettingsError.
    """
    try:
        return _publish(store, request)
    except RefusedError as error:
        log.warning("%s; the pass is made again, to find which documents that is of", error)
    except (FeedsvcError, OSError, Superseded):
        raise
    except Exception as error:  # noqa: BLE001  a defect that one document reveals must not stop all others
        log.warning("%s; the pass is made again, to find which documents that is of", failure_of(error).reason)
    without: dict[Part, Failure] = {}
    while True:
        try:
            return _publish(store, request, without=without)
        except PartsFailedError as error:
            if error.failures.keys() <= without.keys():
                raise
            without |= error.failures


def _publish(store: Store, request: PassRequest, *, without: Mapping[Part, Failure] | None = None) -> Edition:
    """Make one pass, which fails if a document or an article cannot be written.

    without: see `Transaction`.
    raises:  PartsFailedError if *without* is given, and other parts cannot be written.
    """
    settings = request.settings
    with (
        _transaction(store, request, without=without) as tx,
        running_mark(beside_store(settings, "begun")) as was_killed,
        Spool() as spool,
        WorkerPool(is_wary=was_killed) as pool,
        PictureReader() as reader,
    ):
        with request.unhurried():
            tx.search_index.bring_up()
        last = tx.edition()
        # Inside the transaction, where nobody else can publish: a process that read the mark before it waited for the
        # lock once undid the pass that it had waited for.
        tx.receivers.keep([receiver.name for receiver in settings.receivers], edition=last.number)
        mark, recorded = made_with(settings), tx.placements.mark("made with") or ""
        if str(mark) != recorded and request.follows:
            raise Superseded("other settings or software have published")
        context = PassContext(
            tx=tx,
            spool=spool,
            pool=pool,
            settings=settings,
            now=request.now,
            edition=last.number + 1,
            made_at=max(request.now.replace(microsecond=0), last.made_at + BETWEEN_EDITIONS),
            is_again=not mark.makes_same_articles(recorded),
            are_feeds_again=not mark.makes_same_feeds(recorded),
            progress=request.progress,
        )
        sources = request.sources or open_sources(settings)
        if request.debounce:
            request.debounce.begin()
            sources = [request.debounce.settled(source) for source in sources]
        folder = MediaFolder(path=settings.media.folder)
        intake = _take_in(context, request, sources)
        writer = ArticleWriter(context)
        files = FileGatherer(context, sources, folder=folder, reader=reader if is_installed() else None)
        touched = _write_articles(context, intake, writer, files)
        if tx.files.erase_forgotten():
            # Before the commit: if this pass fails, the next one takes files of living articles from their sources.
            folder.sweep(tx.files.digests())
        is_erased = tx.eraser.is_wanted()
        if is_erased:
            forget_killed_names(context)
        if is_erased:
            request.entry_cache.clear()
        resized = _resize(context, request, folder, reader) if is_installed() else 0
        tx.end_parts()
        tx.archives.number(when=context.made_at)

        changed = FeedRenderer(context, request.entry_cache).render(touched)
        if changed:
            tx.placements.put_mark(IMPRINT, pack(settings.imprint).decode())
            if context.are_feeds_again:
                tx.archives.change_all(when=context.made_at)
        tx.placements.supersede(now=context.made_at, keep_s=-1 if is_erased else KEEP_SUPERSEDED_S)
        tx.placements.put_mark("made with", str(mark))
        if writer.has_changes or changed or resized or last.number == 0:
            tx.placements.put_edition(
                Edition(
                    number=context.edition,
                    made_at=context.made_at,
                    changed=changed,
                    articles=last.articles + writer.appeared,
                    published=writer.published,
                    revised=writer.revised,
                    removed=writer.removed,
                    took_s=round(request.elapsed_s(), 3) if request.elapsed_s else 0.0,
                    sureness=_sureness(tx, last, writer),
                )
            )
        edition = tx.edition()
        backups = tx.eraser.backups()
    if is_erased:
        _warn_of_backups(backups)
        with request.unhurried():
            store.scrub()
    return edition


@contextmanager
def _transaction(
    store: Store, request: PassRequest, *, without: Mapping[Part, Failure] | None
) -> Iterator[Transaction]:
    """Open the transaction of a pass; to wait for its lock and to commit may take as long as it takes."""
    with ExitStack() as whole:
        with request.unhurried():
            tx = whole.enter_context(store.begin(without=without))
        yield tx
        with request.unhurried():
            whole.close()


def _take_in(context: PassContext, request: PassRequest, sources: Sequence[Source]) -> Intake:
    """Read the documents of every source that may have changed, or are due."""
    debounce = request.debounce
    due = context.tx.documents.due(context.now)
    folders = tuple(zip(sources, context.settings.sources, strict=True))
    intake = Intake(context, due=[(source, path) for source, paths in due.items() for path in paths])
    for source, rules in folders:
        among = None
        if request.among is not None:
            among = [*request.among.get(rules.name, ()), *due.get(rules.name, ())]
        intake.take(source, rules, removals_accepted=rules.name in request.removals_accepted, among=among)
    intake.drop_all_but({RENDERING, LINKING, *(rules.name for _, rules in folders)})
    erased = intake.erased()
    for source, rules in folders:
        intake.take_erased(source, rules, erased.get(rules.name, ()))
    intake.settle(partial(debounce.gone, now=context.now) if debounce else all_gone)
    return intake


def _write_articles(context: PassContext, intake: Intake, writer: ArticleWriter, files: FileGatherer) -> set[str]:
    """Assemble and write the articles of the pass; return the categories whose feeds may change."""
    tx, settings = context.tx, context.settings
    joining = Joining(context)
    concerned = joining.assign(intake.taken, moved=intake.moved)
    concerned |= {document.article for document in intake.gone if document.article}
    concerned |= tx.documents.due_articles(context.now, seen=intake.unchanged_due)
    concerned |= files.concerned(intake.seen())
    assembly = Assembly(context, intake.hand_over(), apart=joining.apart, files=files)
    for identity, change in assembly.assemble(concerned):
        context.report("assembling")
        if change:
            with tx.only(identity):
                writer.add(change)
    touched = writer.write() | tx.placements.end_notices(context.now)
    if context.is_again and context.edition > 1:
        touched |= link(context, tx.articles.ids())
    touched |= fill_own_feeds(context)
    if context.are_feeds_again:
        touched |= {"all", *(category.slug for category in settings.all_feeds)}
    return touched


def _resize(context: PassContext, request: PassRequest, folder: MediaFolder, reader: PictureReader) -> int:
    """Make smaller forms of pictures, and ask for another pass if there are more; return of how many."""
    resized = resize_pictures(context, folder, reader, most=None if request.again is None else MOST)
    if request.again is not None and resized == MOST:
        request.again()
    return resized


def _sureness(tx: Transaction, last: Edition, writer: ArticleWriter) -> Sureness:
    """Count the confidences of all live dates: those of the last edition, and the changes of *writer*."""
    if last.number and last.sureness is None:
        return tx.sureness()
    before, more = last.sureness or Sureness(), writer.sureness
    return Sureness(
        high=before.high + more["high"], medium=before.medium + more["medium"], low=before.low + more["low"]
    )


def _warn_of_backups(backups: Collection[BackupNote]) -> None:
    """Name the *backups* that may have killed texts, because only a person can delete them."""
    if backups:
        log.warning("killed texts are still in these backups; delete them: %s", ", ".join(map(str, backups)))
