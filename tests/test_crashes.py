"""Kill the publisher at random moments of random passes, under a service that goes on, and look what it left.

10 kills over SQLite and 5 over PostgreSQL; 200 and 50 with FEEDSVC_SOAK set.
"""

from __future__ import annotations

import json
import os
import random
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path

from lxml import etree

from feedsvc.stores.backups import faults_of
from feedsvc.stores.store import Store
from newsroom import CATEGORIES, MAIN, sequences_in
from pass_runner import PassRunner, pass_runner
from service import Service, serving

KILLS = {"sqlite": 200, "postgresql": 50} if os.environ.get("FEEDSVC_SOAK") else {"sqlite": 10, "postgresql": 5}
PATHS = [f"/feeds/{name}" for name in ("all.rss", "all.atom", "all.json", "world.json", "science.en.json")]
ARTICLES = 30  # few enough that feeds and no archive hold all: what is lost is seen to be


@dataclass(slots=True)
class Desk:
    """Change a folder as desks do, by a seed; `there` says which story, by number, is in which file."""

    folder: Path
    chance: random.Random
    there: dict[int, Path] = field(default_factory=dict)
    takes: dict[int, int] = field(default_factory=dict)
    withdrawn: set[int] = field(default_factory=set)
    spoiled: set[int] = field(default_factory=set)

    def fill(self) -> None:
        for _ in range(8):
            self._new()

    def change(self) -> None:
        """Make one to four changes at once."""
        for _ in range(self.chance.randint(1, 4)):
            grown = len(self.there) >= ARTICLES
            deeds = [self._edit, self._rename, self._withdraw, self._remove] + (
                [] if grown else [self._new] * 3 + [self._spoil]
            )
            self.chance.choice(deeds)()

    def titles(self) -> list[str]:
        """Return the titles of the articles that subscribers are to see once a pass has ended well."""
        return sorted(
            f"Story {number} take {self.takes[number]}" for number in self.there.keys() - self.withdrawn - self.spoiled
        )

    def _new(self) -> None:
        number = len(self.takes)
        self.takes[number] = 0
        self.there[number] = self.folder / self.chance.choice(["world", "science"]) / f"story{number}.md"
        self._write(number)

    def _spoil(self) -> None:
        """Add a story that is rejected until it is edited."""
        self.spoiled.add(len(self.takes))
        self._new()

    def _edit(self) -> None:
        number = self._pick()
        self.takes[number] += 1
        self.withdrawn.discard(number)
        self.spoiled.discard(number)
        self._write(number)

    def _rename(self) -> None:
        number = self._pick()
        target = self.there[number].with_name(f"moved{self.chance.randrange(10**9)}.md")
        self.there[number] = self.there[number].rename(target)

    def _withdraw(self) -> None:
        number = self._pick()
        self.withdrawn.add(number)
        self.spoiled.discard(number)
        self._write(number)

    def _remove(self) -> None:
        if len(self.there) > 4:
            number = self._pick()
            self.there.pop(number).unlink()
            self.withdrawn.discard(number)
            self.spoiled.discard(number)

    def _pick(self) -> int:
        return self.chance.choice(sorted(self.there))

    def _write(self, number: int) -> None:
        file = self.there[number]
        file.parent.mkdir(parents=True, exist_ok=True)
        mark = "withdrawn: The source took it back.\n" if number in self.withdrawn else ""
        mark += "x: [[\n" if number in self.spoiled else ""
        fresh = file.with_name(f".{file.name}.tmp")
        fresh.write_text(
            f"---\nid: story-{number}\ntitle: Story {number} take {self.takes[number]}\n"
            f"date: 2026-10-30 09:00 +00:00\n{mark}---\n\nText of {number}, take {self.takes[number]}.\n",
            encoding="utf-8",
        )
        fresh.rename(file)


@dataclass(slots=True)
class Subscriber:
    """Poll a service, and remember of every edition and article what must never be otherwise."""

    service: Service
    bodies: dict[tuple[str, str], bytes] = field(default_factory=dict)
    modified: dict[str, object] = field(default_factory=dict)
    published: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def poll(self) -> None:
        for path in PATHS:
            answer = self.service.ask(path)
            assert answer.status == 200, path
            edition = answer.headers["feedsvc-edition"]
            assert self.bodies.setdefault((path, edition), answer.body) == answer.body, f"{path}: two of one edition"
            when = parsedate_to_datetime(answer.headers["last-modified"])
            # Another worker may know of a new edition a moment later.
            if int(edition) >= self.numbers.get(path, 0):
                assert when >= self.modified.get(path, when), f"{path}: Last-Modified went back"
                self.modified[path], self.numbers[path] = when, int(edition)
            if path.endswith(".json"):
                self._check(json.loads(answer.body)["items"])
            else:
                etree.fromstring(answer.body)

    def _check(self, items: list[dict[str, str]]) -> None:
        ids = [item["id"] for item in items]
        assert len(ids) == len(set(ids)), "an article stands twice"
        for item in items:
            first = self.published.setdefault(item["id"], item["date_published"])
            assert item["date_published"] == first, f"{item['id']}: published moved"

    def titles(self) -> list[str]:
        items = json.loads(self.service.ask("/feeds/all.json").body)["items"]
        return sorted(item["title"] for item in items if not item["title"].startswith(NOTICE))


NOTICE = "Withdrawn"


@dataclass(frozen=True, slots=True)
class Kept:
    """What a store has of its articles that no crash and no pass may take away."""

    edition: int
    sequences: dict[str, int]
    slugs: dict[str, str]

    @staticmethod
    def of(store: Store) -> Kept:
        assert faults_of(store) == ()
        found = [store.article(card.slug) for card in store.cards()]
        articles = [article for article in found if article is not None]
        ready = store.ready("/feeds/all.json")
        assert ready
        listed = {item["id"] for item in json.loads(ready.body)["items"] if not item["title"].startswith(NOTICE)}
        assert listed == {article.id for article in articles if article.state == "live"}, (
            "the feed is not of its articles"
        )
        return Kept(
            edition=store.edition_number(),
            sequences={
                article: min(by_language.values())
                for article, by_language in sequences_in(store, [article.id for article in articles]).items()
            },
            slugs={article.id: article.slug for article in articles},
        )

    def standing_in(self, later: Kept) -> Kept:
        """Return *later*, in which all of this must stand."""
        assert later.edition >= self.edition
        assert self.slugs.items() <= later.slugs.items(), "an article is lost, or has another slug"
        assert {each: later.sequences[each] for each in self.sequences} == self.sequences
        assert len(set(later.sequences.values())) == len(later.sequences), "two articles have one sequence"
        return later


def whole_pass(passes: PassRunner, store: Store) -> float:
    """Make a pass that ends well, and return how long it took, in seconds."""
    wait_for_next_second(store)
    began = time.monotonic()
    passes.make()
    return time.monotonic() - began


def wait_for_next_second(store: Store) -> None:
    """Wait here instead of in the pass, whose kill would hit nothing: editions are a second apart."""
    time.sleep(min(max(store.edition().made_at.timestamp() + 1 - time.time(), 0), 1))


def test_a_publisher_killed_at_any_moment_loses_nothing_and_the_next_pass_finishes_its_work(store_url, tmp_path):
    kind = store_url.partition("://")[0].partition("+")[0]
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "feedsvc.toml").write_text(MAIN, encoding="utf-8")
    (tmp_path / "config" / "categories.toml").write_text(CATEGORIES, encoding="utf-8")
    chance = random.Random(f"crash {kind}")  # noqa: S311  to be drawn again alike
    desk = Desk(tmp_path / "articles", chance)
    desk.fill()
    store = Store(store_url)
    killed = attempts = 0
    with pass_runner(tmp_path, store_url) as passes:
        whole_pass(passes, store)
        desk.change()
        lasts_s = whole_pass(passes, store)
        with serving(tmp_path, FEEDSVC_STORE_URL=store_url, FEEDSVC_PUBLISHER="off") as service:
            subscriber = Subscriber(service)
            subscriber.poll()
            kept = Kept.of(store)
            while killed < KILLS[kind]:
                attempts += 1
                assert attempts < 10 * KILLS[kind], "passes end before they can be killed"
                desk.change()
                wait_for_next_second(store)
                killed += passes.kill(passes.start(), after_s=lasts_s * chance.uniform(0.05, 1.05))
                subscriber.poll()
                kept = kept.standing_in(Kept.of(store))
                if chance.random() < 0.15 or killed == KILLS[kind]:
                    lasts_s = (lasts_s + whole_pass(passes, store)) / 2
                    kept = kept.standing_in(Kept.of(store))
                    service.settle()
                    subscriber.poll()
                    assert subscriber.titles() == desk.titles()
    store.close()
    print(f"{killed} killed of {attempts} passes, {lasts_s:.2f} s each, {kept.edition} editions")  # noqa: T201  seen with -s: how far it went
