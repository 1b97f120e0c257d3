"""List the output formats.

The order is that in which a page offers them: RSS is what most readers expect, Atom says most, JSON is for programs.
"""

from __future__ import annotations

from collections.abc import Mapping

from feedsvc.ports import Renderer
from feedsvc.renderers.atom import Atom
from feedsvc.renderers.jsonfeed import JsonFeed
from feedsvc.renderers.rss import Rss

RENDERERS: Mapping[str, Renderer] = {renderer.name: renderer for renderer in (Rss(), Atom(), JsonFeed())}
