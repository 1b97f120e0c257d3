"""The keys of front matter by meaning: those of Hugo, Jekyll and Pelican, and their synonyms. Data only.

Keys are compared in lower case with "_" for "-" and blanks. A key that is not listed here is ignored: front matter is
full of a site's own keys (layout, permalink, weight), and none of them is news. The keys by which tools keep a text
from everybody are written without "_", "-", full stops and blanks.

source: the documentation of Hugo, Jekyll, Hexo and its plug-ins hexo-blog-encrypt and hexo-hide-posts, Pelican,
        Nikola, Zola, Eleventy, Docusaurus, VuePress, Valaxy, Quartz, Obsidian, Ghost, WordPress, Grav, Halo,
        metalsmith-publish.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from feedsvc.model.draft import Role

Meaning = Literal[
    "title",
    "summary",
    "person",
    "publisher",
    "date",
    "updated",
    "release",
    "hold",
    "draft",
    "published",
    "kill",
    "withdrawn",
    "category",
    "tags",
    "slug",
    "id",
    "translation_of",
    "translation_key",
    "related",
    "enclosures",
    "language",
    "correction",
    "take",
    "minor",
    "revive",
    "kind",
    "note",
    "picture",
    "aliases",
    "canonical",
    "source_feed",
    "episode",
    "license",
    "rights",
]

_LINES: Mapping[Meaning, str] = {
    "title": "title headline",
    # In this order: the first that a language has is its summary.
    "summary": "summary excerpt abstract standfirst deck dek description",
    "person": """
        author authors byline by editor editors edited_by translator translators translated_by
        photographer photographers photo_by photos_by
    """,
    "publisher": "publisher source agency publication",
    "date": """
        date published_at date_published pubdate pub_date published_date datetime time posted created created_at
        date_created created_date
    """,
    "updated": """
        updated lastmod last_mod lastmodified last_modified last_modified_at modified modified_at date_modified
        date_updated updated_at updated_date modified_date
    """,
    "release": """
        release release_at release_date release_time embargo embargo_until embargo_date embargoed embargoed_until
        publishdate publish_date publish_at publish_on not_before hold_until
    """,
    "hold": "hold on_hold hold_for_release",
    "draft": "draft",
    "published": "published",
    "kill": "kill killed",
    "withdrawn": "withdraw withdrawn retracted",
    "category": "category categories",
    "tags": "tag tags keyword keywords topic topics",
    "slug": "slug",
    "id": "id guid article_id",
    "translation_of": "translation_of translationof translates",
    "translation_key": "translationkey translation_key translation_id lang_ref langref i18n_key page_id ref",
    "related": "related related_news related_links related_posts related_articles related_stories see_also",
    "aliases": "aliases alias redirect_from",
    "canonical": "canonical canonical_url canonical_link original_link",
    "source_feed": "source_feed source_feed_id",
    "license": "license licence",
    "rights": "rights usage_terms",
    "enclosures": "enclosure enclosures attachment attachments",
    "episode": """
        episode episode_number season season_number explicit episode_type itunes_episode itunes_season itunes_explicit
        itunes_episode_type
    """,
    "language": "language lang locale",
    "correction": "correction corrected",
    "take": "take",
    "minor": "minor",
    "revive": "revive",
    "kind": "kind",
    "note": "subtitle subheading note notes editor_note editors_note",
    # In this order: the first is the picture in the size that readers are meant to see.
    "picture": """
        image images cover cover_image featured_image feature_image hero hero_image banner banner_image header_image
        header_img primary_image lead_image main_image og_image social_image social_cover share_image image_url
        thumbnail thumbnail_image thumb teaser resources
    """,
}
MEANINGS: Mapping[str, Meaning] = {key: meaning for meaning, keys in _LINES.items() for key in keys.split()}
SUMMARIES = tuple(_LINES["summary"].split())
PICTURES = tuple(_LINES["picture"].split())
DATES = tuple(_LINES["date"].split())
# "title_zh", "title-zh-Hant", "summary_en": two letters, so that "author_url" is no author in a language.
IN_A_LANGUAGE = re.compile(
    r"(?P<key>title|headline|summary|excerpt|abstract|standfirst|deck|dek|description|authors?|editors?|translators?|byline)"
    r"_(?P<language>[a-z]{2}(?:_[a-z0-9]{2,8}){0,2})"
)
NOT_LANGUAGES = frozenset({"author_id", "authors_id", "editor_id", "editors_id"})
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


SIDE_BY_SIDE: frozenset[Meaning] = frozenset({"aliases", "canonical", "source_feed", "episode", "license", "rights"})
BARE: Mapping[str, str] = {key.replace("_", ""): key for key in sorted(MEANINGS, reverse=True)}


LONGEST_REMEMBERED = 100  # characters of a key


def spelling(written: str) -> str:
    """Return a key in the spelling of `MEANINGS`: "Published-At" and "publishedAt" are "published_at"."""
    return _remembered_spelling(written) if len(written) <= LONGEST_REMEMBERED else _spelling(written)


def _spelling(written: str) -> str:
    key = written.strip().lower().replace("-", "_").replace(" ", "_")
    return key if key in MEANINGS else BARE.get(key, key)


_remembered_spelling = lru_cache(maxsize=1024)(_spelling)


def squeezed(written: str) -> str:
    """Return a key in the spelling of `RULES`."""
    return re.sub(r"[\s_.-]", "", written.lower())


def is_read(written: str) -> bool:
    """Return whether a key, or a known key that it may be a slip away from, says something about the article itself."""
    key = spelling(written)
    if MEANINGS.get(key) in SIDE_BY_SIDE:  # two of them contradict nothing
        return False
    return (
        key in MEANINGS
        or IN_A_LANGUAGE.fullmatch(key) is not None
        or rule_of(squeezed(written)) is not None
        or meant(key) is not None
        or any(is_near(squeezed(written), known) for known in OFTEN_MEANT)
    )


def role_of(key: str) -> Role:
    """Return the role of the people that *key* names."""
    roles: Mapping[str, Role] = {"edit": "editor", "tran": "translator", "phot": "photographer"}
    return roles.get(key[:4], "author")


def language_tag(text: str) -> str:
    """Return a language tag in its usual spelling: "zh-Hans-CN" for "ZH_hans_cn".

    source: RFC 5646, section 2.1.1.
    """
    first, *others = text.replace("_", "-").split("-")
    return "-".join([first.lower(), *(_subtag(other) for other in others)])


def _subtag(text: str) -> str:
    return {2: text.upper(), 4: text.title()}.get(len(text), text.lower())


SHORTEST = 5  # of known keys: shorter ones are like too many words
# Whoever meant one of these means copy not to be seen: it is held, whatever else the value says.
HOLDING: frozenset[Meaning] = frozenset({"release", "hold", "draft", "kill", "withdrawn"})


def meant(key: str) -> str | None:
    """Return the known key that *key*, in our spelling, is one slip away from; of several, one that holds copy."""
    return _meant(key) if len(key) <= LONGEST_REMEMBERED else None


@lru_cache(maxsize=1024)  # a site's own keys stand in every one of its documents
def _meant(key: str) -> str | None:
    near = [known for known in MEANINGS if len(known) >= SHORTEST and is_near(key, known)]
    return min(near, key=lambda known: (MEANINGS[known] not in HOLDING, known), default=None)


def is_near(one: str, other: str) -> bool:
    """Return whether one change of a letter, or of two neighbours for each other, makes *other* of *one*."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    first = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, its = one[first:], other[first:]
    return rest[1:] == its[1:] or rest[1:] == its or rest == its[1:] or (rest[1::-1], rest[2:]) == (its[:2], its[2:])


Rule = Literal[
    "closed",
    "closed by yes",
    "open",
    "addressed",
    "stated",
    "shaped",
    "seen by",
    "built",
    "nested",
    "fed",
    "release",
    "for machines",
    "expiry",
]

_KEYS: Mapping[Rule, str] = {
    # Anything but no holds: true, a reason, a password, a list of who may read it.
    "closed": """
        password passwords passwd passcode passphrase postpassword passwordprotected protect protected
        protection encrypted encrypt encryption isencrypted private isprivate privatepost secret issecret
        confidential hidden ishidden hiddenpost hidepost unlisted isunlisted notlisted invisible headless
        membersonly memberonly subscribersonly subscriberonly paidonly premiumonly loginrequired
        requirelogin requireslogin internalonly internaluse notpublic nonpublic isdraft indraft unpublished
        isunpublished notpublished unpublish donotpublish dontpublish nopublish nottobepublished wip
        workinprogress emailonly embargoed eleventyexcludefromcollections restrictedto allowedroles allowedusers
        allowedgroups pwd passwort kennwort motdepasse contraseña senha wachtwoord пароль
        brouillon borrador rascunho bozza entwurf kladde utkast luonnos taslak черновик
        privé privado privato versteckt oculto nascosto confidentiel скрыто
        草稿 密码 密碼 口令 访问密码 阅读密码 加密 私密 隐藏 隱藏 保密 不公开 不公開 未发布
        未發布 非公開 下書き パスワード 비밀번호 비공개 초안
    """,
    # Nothing but a plain yes holds: any other value is about something else (`hide: [toc]`).
    "closed by yes": """
        hide exclude excluded skip skipped ignore ignored disabled deleted trashed trash internal restricted
        paywall paywalled premium paid memberscontent members subscribers spiked removed auth authrequired requireauth
        requiresauth
    """,
    # No holds, and so does a word that says no.
    "open": """
        publish ispublished dgpublish public ispublic listed islisted render rendered routable
        output approved infeed inrss includeinfeed includeinrss includeinfeeds showinfeed showinrss
        showinfeeds addtofeed article live online publishable released ready finished active isactive enabled isenabled
        公开 公開 发布 發布
    """,
    # An address, in which words mean nothing ("/hidden-service/"); no holds, and so does a folder as of drafts.
    "addressed": "permalink path url",
    # Words say it.
    "stated": """
        status state poststatus poststate publishstatus publishstate publishingstatus publicationstatus
        publicationstate articlestatus contentstatus contentstate pagestatus editorialstatus moderationstate
        workflow workflowstate workflowstatus stage access accesslevel audience sensitivity
        confidentiality permission permissions privacy 状态 狀態 发布状态 發布狀態 文章状态 ステータス
        公開状態 상태
    """,
    # A kind of page, which may be a draft.
    "shaped": "layout type posttype contenttype template",
    # Anything but everybody holds.
    "seen by": "visibility visible isvisible postvisibility contentvisibility visibleto 可见性 可見性",
    # Hugo's `build: {list: never}`, once `_build`.
    "built": "build",
    # Where Hugo and Zola keep the keys of themes, Eleventy those that it computes, and others all keys of their own.
    "nested": "params extra eleventycomputed data meta metadata frontmatter attributes properties custom hugo",
    # When it begins; what is no time holds it.
    "release": """
        scheduled scheduledfor scheduledat scheduledon datescheduled golive goliveat golivedate livedate liveat
        livefrom visiblefrom validfrom publishfrom publishstart publishstartdate publishafter showfrom onlinefrom
        visibleafter 上线时间 定时发布
    """,
    # Of VuePress's feeds, `feed: {enable: false}`, and of whoever follows it.
    "fed": "feed rss",
    # They ask search engines to stay away, and nobody else.
    "for machines": "robots noindex metarobots",
    # When it ends.
    "expiry": """
        expirydate expirytime expirydatetime expiry expiryat expire expires expireat expireon expiresat
        expireson expired expiredat expiredate expiretime expiresdate expiration expirationdate
        expirationtime expirationat dateexpires dateexpired unpublishdate unpublishat unpublishon
        unpublishtime unpublishedat unpublishafter publishuntil publisheduntil publishend publishenddate
        publishdown validuntil validto validthrough notafter removeat removeon removeafter removedate
        visibleuntil showuntil onlineuntil publicuntil availableuntil takedownat takedowndate withdrawat
        withdrawon withdrawdate deleteat deleteon deleteafter 过期时间 过期日期 下线时间 有效期至
    """,
}
RULES: Mapping[str, Rule] = {key: rule for rule, keys in _KEYS.items() for key in keys.split()}
# Jekyll's and Hexo's `_drafts`, the `_discarded` of Hexo's editor, and what desks call theirs.
UNPUBLISHED = frozenset(
    {"draft", "drafts", "discarded", "unpublished", "private", "trash", "embargo", "embargoed"}
    | {"草稿", "草稿箱", "未发布", "未發布", "私密", "回收站", "下書き"}
)


def unpublished_folder(folders: str) -> str | None:
    """Return the first of *folders*, parted by "/", in which tools and desks keep texts that are not published."""
    return next((folder for folder in folders.split("/") if folder.strip("_- ").lower() in UNPUBLISHED), None)


# "closed" of feeds and lists: "hiddenFromRss", "exclude_from_feed", "nofeed".
CLOSED_TO_LISTS = re.compile(
    r"(?:excluded?|hidden|hide|removed?|omit|skip)(?:from|in|on)(?:all|public|the)?"
    r"(?:feeds?|rss|atom|lists?|listings?|collections?|blogs?|posts?|everywhere)"
    r"|(?:no|skip|ignore|disable|exclude)(?:feeds?|rss|listings?)"
    r"|(?:feeds?|rss|listing)(?:ignored?|excluded?|disabled?)"
)


def rule_of(key: str) -> Rule | None:
    """Return the rule of a key in the spelling of `RULES`, None if it has none."""
    return RULES.get(key) or ("closed" if CLOSED_TO_LISTS.fullmatch(key) else None)


# A key that is one slip away from one of these holds too; other keys are too like other words: "project", "interval".
OFTEN_MEANT = (
    "password",
    "encrypted",
    "private",
    "unlisted",
    "hidden",
    "visibility",
    "publish",
    "unpublished",
    "expirydate",
)

_WORDS: Mapping[str, str] = {
    "everybody": """
        public everyone everybody all anyone anybody world web open visible shown listed published always
        default normal yes true on 1 公开 公開 所有人 可见 可見 öffentlich público publico publique pubblico публичный
    """,
    # Of a status; one is enough.
    "not out": """
        draft drafts drafting autodraft wip unpublished unlisted private privately hidden invisible secret
        internal confidential restricted protected password encrypted members member subscribers subscriber
        paid premium tiers staff login pending skip skipped future scheduled queued trash trashed deleted removed
        archived expired withdrawn retracted review reviewing inreview unreviewed unapproved rejected spiked
        killed hold held onhold embargo embargoed todo idea ideas outline outlining writing editing progress
        inprogress incomplete unfinished offline not brouillon brouillons privé prive borrador borradores
        privado oculto rascunho rascunhos oculto bozza bozze privato entwurf entwürfe privat versteckt
        concept kladde utkast luonnos taslak черновик черновики скрыт скрыто приватный
    """,
    "out": """
        published publish publishing public live final finished posted done complete completed ready
        approved active online open sent featured stable released release visible listed current updated new
        everyone all free default true yes publié veröffentlicht publicado pubblicato опубликовано 已发布 已發布
        已发表 已發表 发布 發布 公开 公開 完成 已完成 正式 已审核 已審核 公開済み 발행 공개
    """,
    # Of Hugo's build options, and of a key that is "open".
    "unbuilt": "never false link local no",
    "never": "never none no false off n 0 - n/a 永不 永久 无",
}
EVERYBODY, NOT_OUT, OUT, UNBUILT, NEVER = (frozenset(words.split()) for words in _WORDS.values())
NOT_OUT_UNSPACED = re.compile(
    "草稿|未[发發][布佈表]|[未不]公[开開]|非公開|限定公開|下書き|予約|私密|私有|待[审審发發定]|[审審]核中|[审審]稿中|未[审審]|[隐隱]藏"
    "|加密|密[码碼]|[内內]部|保密|撤[回稿下]|下[线線架]|[过過]期|定[时時]|写作中|編輯中|编辑中|未完成|进行中|進行中|초안|비공개|임시저장|예약"
)
