"""The command `feedsvc init`."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from shutil import rmtree, which
from string import Template
from tempfile import mkdtemp
from urllib.parse import urlsplit

import click

from feedsvc.cli.terminal import USAGE, errors_told
from feedsvc.config.loading import load_settings
from feedsvc.model.errors import SettingsError
from feedsvc.model.host_names import is_domain

NAME = "feedsvc"
HERE = "http://127.0.0.1:8000"
# The titles of the two categories of a new site, by the beginning of a language tag; English for other languages.
CATEGORY_TITLES: Mapping[str, tuple[str, str]] = {
    "zh-hant": ("新聞", "專題"),
    "zh-tw": ("新聞", "專題"),
    "zh-hk": ("新聞", "專題"),
    "zh": ("新闻", "专题"),
    "ja": ("ニュース", "特集"),
    "ko": ("뉴스", "특집"),
    "fr": ("Actualités", "Reportages"),
    "de": ("Nachrichten", "Reportagen"),
    "es": ("Noticias", "Reportajes"),
    "pt": ("Notícias", "Reportagens"),
    "it": ("Notizie", "Approfondimenti"),
    "ru": ("Новости", "Статьи"),
    "ar": ("أخبار", "تقارير"),
    "": ("News", "Features"),
}
OPTIONS: Mapping[str | None, str] = {
    "site.title": "--name",
    "site.base_url": "--address",
    "site.languages": "--languages",
    "site.time_zone": "--time-zone",
}
# A point of the first article of a site in several languages.
TRANSLATIONS: Mapping[str, str] = {
    "welcome.en.md": (
        "\n- To publish a story in two languages, write the second below the first, or save two files: `ferry.{0}.txt`"
        "\n  and `ferry.{1}.txt`."
    ),
    "welcome.zh.md": ("\n- 双语发布：把译文写在原文下方，或存成两个文件：`ferry.{0}.txt` 和 `ferry.{1}.txt`。"),
}


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", help="Name of the site, as readers see it.")
@click.option("--address", metavar="URL", help=f"Address that readers will see  [default: {HERE}].")
@click.option("--languages", metavar="TAGS", help="Languages, the main one first, as in en,zh  [default: en].")
@click.option("--time-zone", metavar="ZONE", help="IANA time zone of the newsroom  [default: UTC].")
def init(folder: Path, name: str | None, address: str | None, languages: str | None, time_zone: str | None) -> None:
    """Start a site of your own in DIR, or in the working directory.

    DIR gets the configuration, two categories, a first article that says what to do next, a README and a .gitignore.
    An existing configuration is never overwritten, and neither is any other file. At a terminal the command asks for
    everything that no option says.
    """
    start_site(folder, name=name, address=address, languages=languages, time_zone=time_zone)
    go = "" if folder.resolve() == Path.cwd() else f"cd {folder} && "
    click.echo(f"start it: {go}{_own_command()} serve")


def start_site(
    folder: Path,
    *,
    name: str | None = None,
    address: str | None = None,
    languages: str | None = None,
    time_zone: str | None = None,
) -> None:
    """Write the files of a new site; ask at a terminal for everything that is None."""
    if (folder / "config").exists():
        click.echo(f"feedsvc: {folder / 'config'} exists, and nothing is overwritten; name another folder", err=True)
        sys.exit(USAGE)
    name = name or _ask("Name of the site", folder.absolute().name or "My site")
    address = address or _ask("Address that readers will see", HERE)
    languages = languages or _ask("Languages, the main one first, as in en,zh", "en")
    time_zone = time_zone or _ask("Time zone of the newsroom, as in Asia/Shanghai", "UTC")
    tags = [tag.strip() for tag in languages.split(",") if tag.strip()]
    kept = _write(folder, _site_files(name=name, address=address, tags=tags or ["en"], time_zone=time_zone))
    for path in kept:
        click.echo(f"{path} exists and stays as it is")
    click.echo(f"{folder / 'config' / 'feedsvc.toml'} has the settings of the new site")


def _own_command() -> str:
    """Return how the shell finds this program; a path if "feedsvc" would not do."""
    given = Path(sys.argv[0])
    if given.name != NAME:  # as with python -m feedsvc
        return NAME
    found = which(NAME)
    return NAME if found and Path(found).samefile(given) else shlex.quote(os.path.abspath(given))  # noqa: PTH100  without "..", and with links as they are


def _ask(question: str, default: str) -> str:
    """Return the answer of a person at the terminal; without a terminal, the default."""
    return click.prompt(question, default=default) if sys.stdin.isatty() else default


def _site_files(*, name: str, address: str, tags: list[str], time_zone: str) -> dict[str, str]:
    """Return the text of each file of a new site, by its path."""
    host = urlsplit(address).hostname or ""
    is_own = is_domain(host)
    titles = [(tag, *_category_titles(tag)) for tag in tags]
    words = {
        "plain_name": " ".join(name.split()),
        "name": _quoted(name),
        "author": _quoted(name),
        "title": _by_language([(tag, name) for tag in tags]),
        "description": _by_language([(tag, name) for tag in tags]),
        "base": address.rstrip("/"),
        "base_url": _quoted(address.rstrip("/")),
        "authority": _quoted(host if is_own else "example.org"),
        "authority_note": "" if is_own else "  # put a domain name of yours here before anybody subscribes",
        "authority_date": _quoted(date.today().isoformat()),  # noqa: DTZ011  the day on which this machine's owner starts
        "languages": json.dumps(tags, ensure_ascii=False),
        "time_zone": _quoted(time_zone),
        "news": _by_language([(tag, news) for tag, news, _ in titles]),
        "features": _by_language([(tag, features) for tag, _, features in titles]),
    }
    translations = {name: TRANSLATIONS[name].format(*tags) for name in TRANSLATIONS if len(tags) > 1}
    welcome = {_welcome(tag): tag for tag in reversed(tags)}  # of two tags with one text, the first
    articles = {
        f"articles/news/{path}": _filled(
            template, {**words, "language": tag, "article": path, "translations": translations.get(template, "")}
        )
        for template, tag in welcome.items()
        for path in (f"welcome.{tag}.md" if len(tags) > 1 else "welcome.md",)
    }
    first = next(iter(sorted(articles, key=lambda path: tags[0] not in path)))
    return {
        "config/feedsvc.toml": _filled("feedsvc.toml", words),
        "config/categories.toml": _filled("categories.toml", words),
        **articles,
        "README.md": _filled("README.md", {**words, "article": first.rpartition("/")[2]}),
        ".gitignore": _filled("gitignore", words),
    }


def _filled(template: str, words: Mapping[str, str]) -> str:
    text = files("feedsvc").joinpath("cli", "new_site", template).read_text(encoding="utf-8")
    return Template(text).substitute(words)


def _category_titles(tag: str) -> tuple[str, str]:
    return next(titles for beginning, titles in CATEGORY_TITLES.items() if f"{tag.lower()}-".startswith(beginning))


def _welcome(tag: str) -> str:
    return "welcome.zh.md" if tag.lower().split("-")[0] == "zh" else "welcome.en.md"


def _quoted(text: str) -> str:
    """Return *text* as a string of TOML and of YAML."""
    return json.dumps(" ".join(text.split()).replace("\x7f", ""), ensure_ascii=False)


def _key(tag: str) -> str:
    return tag if tag.replace("-", "").isalnum() and tag.isascii() else _quoted(tag)


def _by_language(texts: list[tuple[str, str]]) -> str:
    return f"{{ {', '.join(f'{_key(tag)} = {_quoted(text)}' for tag, text in texts)} }}"


def _write(folder: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write a new site into *folder*, all of it or nothing; return the files and folders that were there and stay.

    The process exits with status 2 if a setting is wrong or a file cannot be written.
    """
    missing = [path for path in (folder, *folder.absolute().parents) if not path.exists()]
    draft: Path | None = None
    is_done = False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = Path(mkdtemp(prefix=".feedsvc-init-", dir=folder))
        for path, text in texts.items():
            (draft / path).parent.mkdir(parents=True, exist_ok=True)
            (draft / path).write_text(text, encoding="utf-8")
        (draft / "articles" / "features").mkdir()  # the folder of the other category, for its first document
        with errors_told():
            _check(draft)
        kept = []
        for entry in sorted(draft.iterdir(), key=lambda entry: entry.name == "config"):  # the configuration last
            if (folder / entry.name).exists():
                kept.append(folder / entry.name)
            else:
                entry.rename(folder / entry.name)
        is_done = True
    except OSError as error:
        click.echo(f"feedsvc: {error.filename or folder}: cannot be written ({error.strerror})", err=True)
        sys.exit(USAGE)
    finally:
        if draft is not None:
            rmtree(draft, ignore_errors=True)
        if not is_done and missing and missing[0] == folder:
            folder.rmdir() if folder.is_dir() and not any(folder.iterdir()) else None
    return kept


def _check(draft: Path) -> None:
    """Read the new configuration as every command will; raises: SettingsError with the faults."""
    try:
        load_settings({"FEEDSVC_CONFIG": str(draft / "config")})
    except SettingsError as error:
        here = re.compile(re.escape(f"{(draft / 'config').absolute()}/") + r"(?:feedsvc\.toml:\d+: (site\.\w+))?")
        raise SettingsError([here.sub(_option, fault) for fault in error.faults]) from error


def _option(named: re.Match[str]) -> str:
    """Return the option that gave a setting, because no file has it yet."""
    return OPTIONS.get(named[1], named[1] or "")
