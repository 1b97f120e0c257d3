"""Say how gunicorn serves this site: feedsvc's own settings, and below them what this site wants otherwise."""

from __future__ import annotations

from importlib.resources import files
from runpy import run_path

# The settings and their reasons stand in feedsvc/web/gunicorn_conf.py. Read by path: see there.
_packaged = run_path(str(files("feedsvc").joinpath("web", "gunicorn_conf.py")))
globals().update({name: value for name, value in _packaged.items() if not name.startswith("_")})

# Any of gunicorn's settings written below this line wins: threads and accesslog are those most often wanted.
