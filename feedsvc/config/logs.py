"""How each process writes its log: one line a record, as text or as JSON, each with the time and its zone."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import datetime

from feedsvc.model.errors import SettingsError

VARIABLE = "FEEDSVC_LOG"
ACCESS = "gunicorn.access"
# As gunicorn writes it by itself.
TEXT = "%(asctime)s [%(process)d] [%(levelname)s] %(message)s"
TIME = "[%Y-%m-%d %H:%M:%S %z]"
# What gunicorn knows of a request, by our name for it.
REQUEST: Mapping[str, str] = {
    "client": "h",
    "method": "m",
    "path": "U",
    "query": "q",
    "status": "s",
    "bytes": "B",
    "referer": "f",
    "user_agent": "a",
}


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object in one line; of a request, the access log has the parts as fields."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
        }
        if record.name == ACCESS and isinstance(record.args, Mapping):
            known = {name: _unquoted(record.args[atom]) for name, atom in REQUEST.items()}
            fields |= {name: value for name, value in known.items() if value not in {"-", "", None}}
            fields["duration_s"] = float(str(record.args["L"]))
        else:
            fields["message"] = record.getMessage()
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False)


def _unquoted(value: object) -> object:
    """Return *value* without the mark that gunicorn puts before each quotation mark."""
    return value.replace('\\"', '"') if isinstance(value, str) else value


def is_json(environ: Mapping[str, str]) -> bool:
    """Return whether the log is for programs."""
    return environ.get(VARIABLE) == "json"


def log_format(environ: Mapping[str, str]) -> logging.Formatter:
    """Return the format that FEEDSVC_LOG names, "text" or "json".

    raises: SettingsError if it names another.
    """
    name = environ.get(VARIABLE) or "text"
    if name not in {"text", "json"}:
        raise SettingsError([f"environment: {VARIABLE}: must be text or json, not {name!r}"])
    return JsonLines() if is_json(environ) else logging.Formatter(TEXT, TIME)


def start_log(environ: Mapping[str, str]) -> None:
    """Have this process log to standard error: what we say, and warnings of libraries.

    raises: SettingsError as `log_format`.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(log_format(environ))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("feedsvc").setLevel(logging.INFO)
