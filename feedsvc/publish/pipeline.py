"""Publish: one pass over the way of the data, one transaction, one edition.

source ──► parser ──► normalise ──► store ──► renderer ──► edition
intake, joining       assembly      shelving  press
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from feedsvc.config.settings import Settings, SourceSettings
from feedsvc.config.software_digest import made_with
from feedsvc.feeds.rendered_entries import EntryCache
from feedsvc.model.errors import FeedsvcError, RefusedError
from feedsvc.model.feed import Edition, Sureness
from feedsvc.model.packing import pack
from feedsvc.model.ports import Source
from feedsvc.publish.assemble import Assembly
from feedsvc.publish.changed_feeds import RENDERING, FeedRenderer
from feedsvc.publish.debounce import Debounce
from feedsvc.publish.intake import Intake, all_gone
from feedsvc.publish.join import Joining
from feedsvc.publish.link import link
from feedsvc.publish.save import ArticleWriter
from feedsvc.publish.spool import Spool
from feedsvc.publish.worker_pool import WorkerPool
from feedsvc.sources import open_sources
from feedsvc.stores import beside_store
from feedsvc.stores.archives import IMPRINT
from feedsvc.stores.erase import BackupNote
from feedsvc.stores.status_file import noted_until_it_ends
from feedsvc.stores.store import Store
from feedsvc.stores.transaction import Part, PartsFailedError, Transaction
from feedsvc.text.failures import Failure, failure_of

# Editions are told apart by Last-Modified, which counts in seconds.
BETWEEN_EDITIONS = timedelta(seconds=1)
KEEP_SUPERSEDED_S = 600.0

log = logging.getLogger(__name__)

Progress = Callable[[str], None]


class Superseded(Exception):  # noqa: N818 - no error: there is newer work to be done by a newer process
    """Say that another process has taken this one's work, or published with other settings or software since."""


def publish(  # noqa: PLR0913  by name, each for one kind of caller
    settings: Settings,
    now: datetime,
    *,
    store: Store,
    among: Mapping[str, Collection[str]] | None = None,
    removals_accepted: frozenset[str] = frozenset(),
    follows: bool = False,
    entry_cache: EntryCache | None = None,
    debounce: Debounce | None = None,
    elapsed: Callable[[], float] = float,
    progress: Progress,
    sources: Sequence[Source] | None = None,
) -> Edition:
    """Bring the store up to date with the sources, and return the edition that stands then.

    now:               aware; the time of the pass. Nothing else tells the time.
    among:             by source, the paths of the files and folders that may have changed since the last pass, when the
                       caller knows them; None to look at everything.
    removals_accepted: sources whose many vanished documents the operator has confirmed to be gone.
    follows:           this process has published before, so that its settings and software are no news: where others
                       have published since, they are what is newer.
    galleys:           entries set by former passes of this process, and by this one for the next.
    patience:          holds back what was not seen for long enough in this process; None takes everything.
    elapsed:           tells for how many seconds the pass has been made, for the edition to say; nothing is made of it.
    progress:          told the stage, once for each document or article done in it.
    sources:           in the place of those that the settings name, in their order.
    returns:           the last edition, with its problems as they are now, when nothing changed.
    raises:            Superseded if it follows and was; StoreError, SettingsError. A bad document is in the edition's
                       problems and stops nothing.
    """
    make = partial(
        _publish,
        settings,
        now,
        store=store,
        among=among,
        removals_accepted=removals_accepted,
        follows=follows,
        entry_cache=entry_cache,
        debounce=debounce,
        elapsed=elapsed,
        progress=progress,
        sources=sources,
    )
    try:
        return make()
    except RefusedError as error:
        log.warning("%s; the pass is made again, to find which documents that is of", error)
    except (FeedsvcError, OSError, Superseded):
        raise
    except Exception as error:  # noqa: BLE001  of our own, but brought about by a document: it must not stop all others
        log.warning("%s; the pass is made again, to find which documents that is of", failure_of(error).reason)
    without: dict[Part, Failure] = {}
    while True:
        try:
            return make(without=without)
        except PartsFailedError as error:
            if error.failures.keys() <= without.keys():
                raise
            without |= error.failures


def _publish(  # noqa: PLR0913  those of `publish`
    settings: Settings,
    now: datetime,
    *,
    store: Store,
    among: Mapping[str, Collection[str]] | None,
    removals_accepted: frozenset[str],
    follows: bool,
    entry_cache: EntryCache | None,
    debounce: Debounce | None,
    elapsed: Callable[[], float],
    progress: Progress,
    sources: Sequence[Source] | None,
    without: Mapping[Part, Failure] | None = None,
) -> Edition:
    """Do what `publish` does, or fail where a document or an article cannot be written.

    without: see `Transaction`.
    raises:  PartsFailedError when it is given, and more of them are found.
    """
    with (
        store.begin(without=without) as tx,
        noted_until_it_ends(beside_store(settings, "begun")) as was_killed,
        Spool() as spool,
        WorkerPool(is_wary=was_killed) as pool,
    ):
        if debounce:
            debounce.begin()
        tx.searching.bring_up()
        last = tx.edition()
        made_at = max(now.replace(microsecond=0), last.made_at + BETWEEN_EDITIONS)
        mark = made_with(settings)
        again = _is_again(tx, mark, follows=follows)

        intake = Intake(
            tx,
            spool,
            pool,
            languages=settings.site.languages,
            now=now,
            again=again,
            progress=lambda: progress("reading"),
        )
        opened = sources or open_sources(settings)
        folders = tuple(zip(map(debounce.hold, opened) if debounce else opened, settings.sources, strict=True))
        _look(intake, folders, due=tx.documents.due(now), among=among, accepted=removals_accepted)
        intake.settle(partial(debounce.gone, now=now) if debounce else all_gone)

        concerned = Joining(tx, settings).assign(intake.taken, moved=intake.moved)
        concerned |= {each.article for each in intake.gone if each.article}
        concerned |= tx.documents.expired(now)

        writer = ArticleWriter(tx, settings, spool, edition=last.number + 1, when=made_at)
        assembly = Assembly(tx, settings, intake.hand_over(), spool, pool, now=now)
        for identity, change in assembly.assemble(concerned):
            progress("assembling")
            if change:
                with tx.only(identity):
                    writer.take(change)
        touched = writer.shelve() | tx.placements.end_notices(now)
        if again and last.number:
            touched |= link(tx, tx.articles.ids(), settings)
            touched |= {"all", *(category.slug for category in settings.categories)}
        is_erased = tx.eraser.is_wanted()
        if is_erased and entry_cache:
            entry_cache.clear()
        tx.end_parts()
        tx.archives.number(when=made_at)

        changed = FeedRenderer(tx, settings, entry_cache or EntryCache(), pool, now=now, made_at=made_at).print(touched)
        if changed:
            tx.placements.put_mark(IMPRINT, pack(settings.imprint).decode())
            if again:
                tx.archives.change_all(when=made_at)
        tx.placements.supersede(now=made_at, keep_s=-1 if is_erased else KEEP_SUPERSEDED_S)
        tx.placements.put_mark("made with", mark)
        is_news = writer.published or writer.revised or writer.removed or writer.relinked
        if is_news or changed or last.number == 0:
            tx.placements.put_edition(
                Edition(
                    number=last.number + 1,
                    made_at=made_at,
                    changed=changed,
                    articles=last.articles + writer.appeared,
                    published=writer.published,
                    revised=writer.revised,
                    removed=writer.removed,
                    took_s=round(elapsed(), 3),
                    sureness=_sureness(tx, last, writer),
                )
            )
        edition = tx.edition()
        backups = tx.eraser.holding()
    if is_erased:
        _tell_where_it_still_is(backups)
        store.scrub()
    return edition


def _is_again(tx: Transaction, mark: str, *, follows: bool) -> bool:
    """Return whether everything is to be made anew, for other settings or software published last.

    Asked in the transaction, where nobody else can publish: asked before, others did while this one waited for its
    turn, and were undone.
    """
    again = tx.placements.mark("made with") != mark
    if again and follows:
        raise Superseded("other settings or software have published")
    return again


def _sureness(tx: Transaction, last: Edition, writer: ArticleWriter) -> Sureness:
    """Return how sure all live dates are: counted on, and anew where the last edition does not say."""
    if last.number and last.sureness is None:
        return tx.sureness()
    before, more = last.sureness or Sureness(), writer.sureness
    return Sureness(
        high=before.high + more["high"], medium=before.medium + more["medium"], low=before.low + more["low"]
    )


def _tell_where_it_still_is(backups: Collection[BackupNote]) -> None:
    """Name the *backups* that may hold what was killed: only a person can delete them."""
    if backups:
        log.warning("what was killed is still in these backups, delete them: %s", ", ".join(map(str, backups)))


def _look(
    intake: Intake,
    sources: Sequence[tuple[Source, SourceSettings]],
    *,
    due: Mapping[str, Collection[str]],
    among: Mapping[str, Collection[str]] | None,
    accepted: frozenset[str],
) -> None:
    """Have *intake* look at every source: at what may have changed in it, and at what is *due* to be used."""
    for source, rules in sources:
        places = None if among is None else [*among.get(rules.name, ()), *due.get(rules.name, ())]
        intake.take(source, rules, removals_accepted=rules.name in accepted, among=places)
    intake.drop_all_but({RENDERING, *(rules.name for _, rules in sources)})
    erased = intake.erased()
    for source, rules in sources:
        intake.take_erased(source, rules, erased.get(rules.name, ()))
