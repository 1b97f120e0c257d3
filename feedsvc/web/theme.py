"""A site's own templates and files: they replace the shipped ones one by one, and a broken one replaces nothing."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from types import TracebackType
from typing import Any

from flask import Flask
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, FunctionLoader, PrefixLoader, Template, TemplateError
from werkzeug.exceptions import HTTPException

from feedsvc.config.settings import THEME
from feedsvc.model.errors import FeedsvcError

PROBLEMS = "theme_problems"  # among the extensions of the application: a list of sentences
SHIPPED = Path(__file__).with_name("templates")
SHIPPED_PREFIX = "shipped"  # {% extends "shipped/base.html" %}
TEMPLATE = ".html"
# Of files that a page may load, and nothing else.
TYPES: Mapping[str, str] = {
    ".avif": "image/avif",
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml; charset=utf-8",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
NAME = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}/){0,3}[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")
ASIDE = re.compile(r"(?:readme|licen[sc]e|copying)\b|.*~$", re.IGNORECASE)  # about a theme, and left by editors
MOST_FILES = 200
MOST_BYTES = 2_000_000  # of one, because all of them are in memory

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """The files of a theme as they were at the start.

    templates: text by name ("article.html"). files: bytes by name ("site.css").
    problems:  of files that are not used, each with its path and what to do.
    """

    folder: Path
    templates: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Return a digest of everything that pages depend on."""
        digest = hashlib.sha256()
        for name, body in sorted(
            {**{name: text.encode() for name, text in self.templates.items()}, **self.files}.items()
        ):
            digest.update(name.encode() + b"\0" + hashlib.sha256(body).digest())
        return digest.hexdigest()[:16]


def read_theme(root: Path) -> Theme:
    """Return the theme in the folder "theme" below *root*; an empty one if there is none."""
    folder = root / THEME
    templates: dict[str, str] = {}
    bodies: dict[str, bytes] = {}
    problems: list[str] = []
    try:
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
    except OSError as error:
        return Theme(folder=folder, problems=(f"{folder}: cannot be read ({error.strerror})",))
    for path in paths:
        name = path.relative_to(folder).as_posix()
        if any(part.startswith(".") for part in name.split("/")) or ASIDE.match(path.name):
            continue
        body = _body_of(path, name, root=folder, count=len(templates) + len(bodies))
        if isinstance(body, str):
            problems.append(f"{path}: {body}")
        elif path.suffix == TEMPLATE:
            try:
                templates[name] = body.decode("utf-8-sig")
            except UnicodeDecodeError as error:
                problems.append(f"{path}: is not UTF-8 at byte {error.start}; save it as UTF-8")
        else:
            bodies[name] = body
    return Theme(folder=folder, templates=templates, files=bodies, problems=tuple(problems))


def _body_of(path: Path, name: str, *, root: Path, count: int) -> bytes | str:
    """Return the bytes of a file, or why it is not used."""
    if path.suffix not in {TEMPLATE, *TYPES}:
        known = ", ".join(sorted(ending[1:] for ending in (TEMPLATE, *TYPES)))
        return f"is no part of a theme, which has files that end in {known}; move it elsewhere"
    if not NAME.fullmatch(name):
        return "has a name that no address can have; use letters, digits, '.', '_' and '-'"
    if count >= MOST_FILES:
        return f"is left out: a theme has at most {MOST_FILES} files"
    try:
        if not path.resolve().is_relative_to(root.resolve()):
            return "leads out of the folder; copy the file into it"
        with path.open("rb") as file:
            body = file.read(MOST_BYTES + 1)
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return body if len(body) <= MOST_BYTES else f"has more than {MOST_BYTES:,} bytes; make it smaller"


def use_theme(app: Flask, theme: Theme) -> None:
    """Have *app* use the templates of *theme* that can be read; log what is wrong with others, and keep it by PROBLEMS.

    A template that fails while a page is made is reported too, and the page is made without the theme.
    """
    shipped = FileSystemLoader(SHIPPED)
    plain = ChoiceLoader([shipped, PrefixLoader({SHIPPED_PREFIX: shipped})])
    app.jinja_loader = plain
    sound, problems = _sound(app.jinja_env, theme)
    app.extensions[PROBLEMS] = problems
    for problem in problems:
        logger.warning("theme: %s", problem)
    if not sound:
        return

    def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        text = sound.get(name)
        return None if text is None else (text, str(theme.folder / name), lambda: True)

    environment = app.jinja_env
    unthemed = environment.overlay(loader=plain)
    environment.loader = ChoiceLoader([FunctionLoader(load), plain])
    environment.template_class = _themed(unthemed, theme, problems)


def _sound(environment: Environment, theme: Theme) -> tuple[dict[str, str], list[str]]:
    """Return the templates of *theme* that compile, and the problems of all its files."""
    known = sorted(path.name for path in SHIPPED.glob("*.html"))
    sound, problems = {}, list(theme.problems)
    for name, text in theme.templates.items():
        path = theme.folder / name
        try:
            environment.compile(text, name, str(path))
        except TemplateError as error:
            line = getattr(error, "lineno", None)
            what = f"{path}{f':{line}' if line else ''}: {error.message}"
            cure = "it is not used; mend it, and send the service HUP"
            problems.append(f"{what}; {f'the {name} of feedsvc is used instead' if name in known else cure}")
            continue
        sound[name] = text
        near = get_close_matches(name, known, n=1, cutoff=0.75)
        if name not in known and near and not any(name in other for other in theme.templates.values() if other != text):
            problems.append(f"{path}: replaces nothing, because no template has its name; did you mean {near[0]}?")
    return sound, problems


def _themed(unthemed: Environment, theme: Theme, problems: list[str]) -> type[Template]:
    """Return a class of templates that are rendered without *theme* if they fail with it; *problems* says why."""

    class Themed(Template):
        def render(self, *args: Any, **kwargs: Any) -> str:  # noqa: ANN401  of Jinja
            try:
                return super().render(*args, **kwargs)
            except (HTTPException, FeedsvcError):
                raise
            except Exception as error:  # noqa: BLE001  the boundary between a site's own code and its readers
                why = f"{_place(error, theme)}: {type(error).__name__}: {error}"
                problem = f"{why}; {self.name} is shown without the theme"
                if problem not in problems and len(problems) < MOST_FILES:
                    problems.append(problem)
                    logger.error("theme: %s", problem)  # noqa: TRY400  it says where
            return unthemed.get_template(str(self.name)).render(*args, **kwargs)

    return Themed


def _place(error: Exception, theme: Theme) -> str:
    """Return the file and the line of *theme* where *error* came from: the innermost, or the folder."""
    found, trace = str(theme.folder), error.__traceback__
    while isinstance(trace, TracebackType):
        file = trace.tb_frame.f_code.co_filename
        if Path(file).is_relative_to(theme.folder):
            found = f"{file}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found
