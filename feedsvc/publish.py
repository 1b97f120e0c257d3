"""Publish: one pass over the way of the data, one transaction, one edition.

source ──► parser ──► normalise ──► store ──► renderer ──► edition
intake, joining       assembly      shelving  press
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from feedsvc.assembly import Assembly
from feedsvc.galleys import Galleys
from feedsvc.intake import Intake
from feedsvc.joining import Joining
from feedsvc.model.feeds import Edition
from feedsvc.press import Press
from feedsvc.settings import Settings
from feedsvc.shelving import link, shelve
from feedsvc.software import made_with
from feedsvc.sources import open_sources
from feedsvc.stores.store import Store

# Editions are told apart by Last-Modified, which counts in seconds.
BETWEEN_EDITIONS = timedelta(seconds=1)
KEEP_SUPERSEDED_S = 600.0

Progress = Callable[[str], None]


def publish(
    settings: Settings,
    now: datetime,
    *,
    store: Store,
    removals_accepted: frozenset[str] = frozenset(),
    galleys: Galleys | None = None,
    progress: Progress,
) -> Edition:
    """Bring the store up to date with the sources, and return the edition that stands then.

    now:               aware; the time of the pass. Nothing else tells the time.
    removals_accepted: sources whose many vanished documents the operator has confirmed to be gone.
    galleys:           entries set by former passes of this process, and by this one for the next.
    progress:          told the stage, once for each document or article done in it.
    returns:           the last edition, with its problems as they are now, when nothing changed.
    raises:            StoreError, SettingsError; a bad document is in the edition's problems and stops nothing.
    """
    with store.begin() as a_pass:
        last = a_pass.edition()
        made_at = max(now.replace(microsecond=0), last.made_at + BETWEEN_EDITIONS)
        mark = made_with(settings)
        again = a_pass.shelf.mark("made with") != mark

        intake = Intake(a_pass, now=now, again=again, progress=lambda: progress("reading"))
        for source, rules in zip(open_sources(settings), settings.sources, strict=True):
            intake.take(source, rules, removals_accepted=rules.name in removals_accepted)
        intake.settle()

        concerned = Joining(a_pass, settings).assign(intake.taken, moved=intake.moved)
        concerned |= {each.article for each in intake.gone if each.article}

        assembly = Assembly(a_pass, settings, intake.taken, now=now)
        changes = []
        for identity in sorted(concerned):
            change = assembly.assemble(identity)
            if change:
                changes.append(change)
            progress("assembling")

        base_url = settings.site.base_url
        touched = shelve(a_pass, changes, base_url=base_url, edition=last.number + 1, when=made_at)
        if again and last.number:
            link(a_pass, a_pass.articles.ids(), base_url=base_url)
            touched |= {"all", *(category.slug for category in settings.categories)}

        changed = Press(a_pass, settings, galleys or Galleys(), now=now, made_at=made_at).print(touched)
        a_pass.shelf.supersede(now=made_at, keep_s=KEEP_SUPERSEDED_S)
        a_pass.shelf.put_mark("made with", mark)
        if changes or changed or last.number == 0:
            a_pass.shelf.put_edition(
                Edition(
                    number=last.number + 1,
                    made_at=made_at,
                    changed=changed,
                    articles=a_pass.articles.count(),
                    published=sum(change.before is None for change in changes),
                    revised=sum(change.before is not None and change.after.state == "live" for change in changes),
                    removed=sum(change.after.state != "live" for change in changes),
                )
            )
        return a_pass.edition()
