from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

ROOT = Path(__file__).parents[1]
ARTICLES = ROOT / "articles"
FILES = sorted(path.relative_to(ARTICLES).as_posix() for path in ARTICLES.rglob("*") if not path.is_dir())
PICTURES = [file for file in FILES if file.endswith(".png")]
SAMPLES = [file for file in FILES if file not in PICTURES]
WIRE = [sample for sample in SAMPLES if sample.endswith(".txt")]
MARKDOWN = [sample for sample in SAMPLES if sample.endswith(".md")]
CATEGORIES: dict[str, Any] = tomllib.loads((ROOT / "config/categories.toml").read_text(encoding="utf-8"))

FULL_DATE = re.compile(r"(?<!\d)(\d{4})-(\d\d)[-/](\d\d)(?!\d)")
TIME_HEADER = re.compile(r"^(?:Time|时间)[:：]?\s*\d{4}-\d\d-\d\d", re.MULTILINE)
NAMED_YEAR = re.compile(r"(?<!\d)2026(?!\d)")
HAN = re.compile(r"[\u4e00-\u9fff]")
URL = re.compile(r"https?://[^\s)\"<>]+")


def read(sample: str) -> str:
    return (ARTICLES / sample).read_bytes().decode("utf-8")


def front_matter(sample: str) -> dict[str, Any]:
    marker, head = re.split(r"^(---|\+\+\+)\n", read(sample), maxsplit=2, flags=re.MULTILINE)[1:3]
    found: dict[str, Any] = tomllib.loads(head) if marker == "+++" else yaml.safe_load(head)
    return found


def test_the_folder_holds_nothing_but_articles():
    strangers = [
        sample
        for sample in SAMPLES
        if not re.fullmatch(r"[a-z0-9./-]+\.(?:txt|md)", sample)
        or sample.split("/")[-1].startswith(".")
        or not (ARTICLES / sample).is_file()
        or (ARTICLES / sample).is_symlink()
    ]

    assert strangers == []


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_is_small_and_belongs_to_an_article(picture):
    content = (ARTICLES / picture).read_bytes()
    folder, _, name = picture.rpartition("/")
    wire = picture.removesuffix(".png") + ".txt"

    assert re.fullmatch(r"[a-z0-9./-]+\.png", picture)
    assert (content[:8], len(content) < 60_000) == (b"\x89PNG\r\n\x1a\n", True)
    beside = [read(sample) for sample in MARKDOWN if sample.startswith(f"{folder}/")]
    is_named = any(f"src: {name}\n" in text or f"]({name})" in text for text in beside)
    assert is_named or wire in SAMPLES


def test_there_are_at_least_36_articles():
    second_halves = [s for s in SAMPLES if ".zh." in s and s.replace(".zh.", ".en.") in SAMPLES]
    second_halves += [s for s in MARKDOWN if "translation_of" in front_matter(s)]

    assert len(SAMPLES) - len(second_halves) >= 36


def test_wire_copy_and_front_matter_are_mixed():
    openings = {read(sample)[:4] for sample in MARKDOWN}

    assert openings == {"---\n", "+++\n"}
    assert min(len(WIRE), len(MARKDOWN)) >= 12


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_is_clean_utf_8(sample):
    text = read(sample)

    strange = {c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Co", "Cn"} and c != "\n"}
    assert (strange, text == unicodedata.normalize("NFC", text)) == (set(), True)
    assert text == text.strip() + "\n"


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_lies_in_the_folder_of_a_known_category_or_at_the_root(sample):
    folders = sample.split("/")[:-1]

    assert folders[:1] in [[], *([slug] for slug in CATEGORIES)]


@pytest.mark.parametrize("sample", MARKDOWN)
def test_a_sample_names_only_known_categories(sample):
    assert set(front_matter(sample).get("categories", [])) <= set(CATEGORIES)


def test_every_category_but_the_default_has_at_least_five_samples():
    named = {slug: sum(sample.startswith(f"{slug}/") for sample in SAMPLES) for slug in CATEGORIES}

    assert {slug: count for slug, count in named.items() if count < 5} == {"general": 0}


def test_categories_have_a_slug_and_are_titled_and_described_in_both_languages():
    shapes = {
        slug: {key: sorted(language for language, text in texts.items() if text) for key, texts in table.items()}
        for slug, table in CATEGORIES.items()
    }

    assert shapes == {slug: {"title": ["en", "zh"], "description": ["en", "zh"]} for slug in CATEGORIES}
    assert [slug for slug in CATEGORIES if not re.fullmatch(r"[a-z0-9-]+", slug)] == []
    assert {"all", "search", "archive"} & set(CATEGORIES) == set()
    assert "general" in CATEGORIES


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_says_which_year_it_is_of(sample):
    text = read(sample)

    # file times are those of the clone, so a year that only they could tell would be wrong one day
    assert FULL_DATE.search(sample) or TIME_HEADER.search(text) or NAMED_YEAR.search(text)


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_date_of_a_sample_lies_between_march_and_november_2026(sample):
    dates = ["-".join(found) for found in FULL_DATE.findall(sample + "\n" + read(sample))]
    dates = [date for date in dates if date != "2026-01-01"]  # the minting date in declared tag: URIs

    assert [date for date in dates if not "2026-03-01" <= date <= "2026-11-15"] == []


def test_the_samples_are_in_english_in_chinese_or_in_both():
    scripts = {
        sample: (bool(re.search(r"[A-Za-z]{3,} [a-z]+ [a-z]+", read(sample))), bool(HAN.search(read(sample))))
        for sample in SAMPLES
    }
    kinds = list(scripts.values())

    assert kinds.count((True, True)) > len(SAMPLES) / 2
    assert scripts["ocean/ocean-station-diary.txt"] == (False, True)
    assert scripts["business/2026-10-27-small-presses-van.txt"] == (True, False)


def test_one_sample_has_an_enclosure_with_type_and_length():
    enclosures = [medium for sample in MARKDOWN for medium in front_matter(sample).get("enclosures", [])]

    assert enclosures == [
        {
            "url": "https://media.example.org/audio/2026/listening-to-a-mangrove.mp3",
            "type": "audio/mpeg",
            "length": 11_534_336,
        },
    ]


def test_every_link_leads_to_a_name_reserved_for_examples():
    hosts = {urlsplit(url).hostname for sample in SAMPLES for url in URL.findall(read(sample))}

    assert hosts == {"media.example.org", "www.example.org"}
