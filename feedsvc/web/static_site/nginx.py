"""The configuration with which nginx serves the built files as the service would."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from feedsvc.config.rights import tdm_headers
from feedsvc.config.settings import Settings
from feedsvc.feeds.addresses import GUESSED
from feedsvc.feeds.formats import RENDERERS
from feedsvc.feeds.formats.opml import OPML_MEDIA_TYPE
from feedsvc.model.errors import BuildError
from feedsvc.stores.media_folder import ENDINGS
from feedsvc.web.delivery.answer import ARCHIVE_CACHE_CONTROL, CACHE_CONTROL, MISSING_CACHE_CONTROL
from feedsvc.web.delivery.answer import SHARED as SHARED_FEED
from feedsvc.web.delivery.media_answer import MEDIA_CACHE_CONTROL, MEDIA_HEADERS, SVG_POLICY
from feedsvc.web.delivery.static_files import FIXED_CACHE_CONTROL, PLAIN, STATIC_CACHE_CONTROL, TDM
from feedsvc.web.pages.article_page import MEDIA_TYPE as JSON
from feedsvc.web.pages.page_builder import HTML, SECURITY_HEADERS
from feedsvc.web.pages.sitemaps import MEDIA_TYPE as SITEMAP_TYPE
from feedsvc.web.static_site.inventory import ERRORS, SITE, mount
from feedsvc.web.theme import TYPES

FILE = "nginx.conf"
SLUG = "[a-z0-9-]+"
NO_LANGUAGE = "-"  # no path and no query is in this language
SHOWN = {"Cache-Control": CACHE_CONTROL, "Vary": "Accept-Encoding"}
SHARED = {"Access-Control-Allow-Origin": "*"}
FEED = {**SHOWN, **dict(SHARED_FEED), "X-Content-Type-Options": SECURITY_HEADERS["X-Content-Type-Options"]}
ARCHIVE = {**FEED, "Cache-Control": ARCHIVE_CACHE_CONTROL}
PAGE = {**SHOWN, **SECURITY_HEADERS}
STATIC = {**PAGE, "Cache-Control": STATIC_CACHE_CONTROL}
FIXED = {"Cache-Control": FIXED_CACHE_CONTROL}
DRAWING = {"Content-Security-Policy": SVG_POLICY}
KEPT = {"Cache-Control": MEDIA_CACHE_CONTROL, **dict(MEDIA_HEADERS)}
MISSING = {**SECURITY_HEADERS, "Cache-Control": MISSING_CACHE_CONTROL}
# In any string, nginx takes "$" for the start of a variable.
UNWRITABLE = re.compile(r'["$\\\x00-\x1f\x7f]')
PLAIN_MOUNT = re.compile(r"[A-Za-z0-9._~/-]*")

TEXT = """\
# feedsvc build writes this file, and the next build writes it again. Include it in a server block, which says where to
# listen:
#
#     server {{
#         listen 80;
#         server_name {host};
#         include "{folder}/nginx.conf";
#     }}
#
# New and withdrawn articles need no reload. The headers that are added here replace those that the server block adds,
# such as Strict-Transport-Security: nginx never joins the two. With nginx's brotli module (in Debian the package
# libnginx-mod-http-brotli-static), put "brotli_static on;" beside the include.

# A page in one language is below its tag; addresses with ?lang= and ?page= are of an earlier release.
set $feedsvc_spoken "";
set $feedsvc_page "";
if ($uri ~ "^{pattern}(/.*)$") {{
    set $feedsvc_page $1;
}}
if ($uri ~ "^{pattern}(/(?:{languages}))(/.*)$") {{
    set $feedsvc_spoken $1;
    set $feedsvc_page $2;
}}
set $feedsvc_moved "";
set $feedsvc_to $feedsvc_spoken;
if ($arg_lang ~ ".") {{
    set $feedsvc_moved "1";
}}
if ($arg_lang ~ "^(?:{languages})$") {{
    set $feedsvc_to "/$arg_lang";
}}
set $feedsvc_turned "";
if ($arg_page ~ ".") {{
    set $feedsvc_turned "nowhere";
}}
if ($arg_page ~ "^[1-9][0-9]{{0,5}}$") {{
    set $feedsvc_turned "page/$arg_page/";
}}
if ($arg_page = "1") {{
    set $feedsvc_turned "";
}}

location {mount}/ {{
    root "{folder}/{site}";
    charset off;
    gzip off;
    gzip_static on;
    gzip_vary off;
    gzip_proxied any;
    gzip_http_version 1.0;
    etag on;
    if_modified_since before;
    absolute_redirect off;
    error_page 404 @feedsvc_missing;
    types {{ "{html}" html; }}
    {page}

    location ~ "^({pattern}{spoken}/(?:.*/)?)page/1/$" {{
        return 308 $1$is_args$args;
    }}
    location ~ "^{pattern}{spoken}/((feeds|categories/{slug})/)?(page/[1-9][0-9]{{0,5}}/)?$" {{
        if ($arg_page ~ ".") {{
            set $feedsvc_moved "1";
        }}
        if ($feedsvc_turned = "nowhere") {{
            return 404;
        }}
        if ($feedsvc_moved) {{
            return 308 {mount}$feedsvc_to$feedsvc_page$feedsvc_turned;
        }}
        try_files "${{uri}}index.html" =404;
    }}
    location ~ "^{pattern}{spoken}/articles/{slug}$" {{
        if ($feedsvc_moved) {{
            return 308 {mount}$feedsvc_to$feedsvc_page;
        }}
        try_files "$uri/index.html" @feedsvc_gone;
    }}
    location ~ "^{pattern}/articles/{slug}\\.json$" {{
        types {{ "{json}" json; }}
        {article}
        try_files $uri @feedsvc_gone_json;
    }}
    location ~ "^{pattern}/feeds((\\.[A-Za-z0-9-]+)?\\.opml|/[A-Za-z0-9.-]+(/corrections)?\\.({formats}))$" {{
        types {{
            {media_types}
        }}
        {feed}
        try_files $uri =404;
    }}
    location ~ "^{pattern}/partners/[a-z0-9-]+\\.({formats})$" {{
        types {{
            {media_types}
        }}
        {feed}
        try_files $uri =404;
    }}
    location ~ "^{pattern}/feeds/[A-Za-z0-9.-]+(/corrections)?/archive/[0-9]+\\.({formats})$" {{
        types {{
            {media_types}
        }}
        {archive}
        try_files $uri =404;
    }}
    location ~ "^{pattern}/media/[0-9a-f]{{32}}/[^/]+$" {{
        gzip_static off;
        max_ranges 1;
        types {{
            {kept_types}
        }}
        {kept}
        location ~ "\\.svg$" {{
            types {{ image/svg+xml svg; }}
            {drawing}
            try_files $uri =404;
        }}
        try_files $uri =404;
    }}
    location ~ "^{pattern}/static/([A-Za-z0-9_.-]+/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*\\.({endings})$" {{
        types {{
            {static_types}
        }}
        {static}
        location ~ "\\.svg$" {{
            types {{ "image/svg+xml; charset=utf-8" svg; }}
            {static_drawing}
            try_files $uri =404;
        }}
        location ~ "/static/shipped/" {{
            types {{
                {shipped_types}
            }}
            {fixed}
            try_files $uri =404;
        }}
        try_files $uri =404;
    }}
    location ~ "^{pattern}/(favicon\\.ico|apple-touch-icon\\.png)$" {{
        gzip_static off;
        types {{ "{icon}" ico png; }}
        {fixed_icon}
        try_files $uri =404;
    }}

    location = {mount}/robots.txt {{
        gzip_static off;
        types {{ "text/plain; charset=utf-8" txt; }}
        {fixed_text}
        try_files $uri =404;
    }}
    location ~ "^{pattern}/sitemap(\\.xml|s/(news|articles-[1-9][0-9]*)\\.xml)$" {{
        types {{ "{sitemap}" xml; }}
        {shown}
        try_files $uri =404;
    }}

{search_keys}{declaration}{guessed}    location ~ "^({pattern}{folders})$" {{
        return 308 $1/$is_args$args;
    }}
    location ~ "^({pattern}{spoken}/articles/{slug})/+$" {{
        return 308 $1$is_args$args;
    }}
    location ~ "^({pattern}/articles/{slug}\\.json)/+$" {{
        return 308 $1$is_args$args;
    }}
    return 404;
}}
{moved}

# A withdrawn article has a file that says so, to which no other request leads.
location @feedsvc_gone {{
    absolute_redirect off;
    error_page 410 @feedsvc_withdrawn;
    error_page 404 @feedsvc_missing;
    if (-f "{folder}/{errors}$uri.html") {{
        return 410;
    }}
    if (-f "{folder}/{site}{mount}$feedsvc_page/index.html") {{
        return 302 {mount}$feedsvc_page;  # a translation may come
    }}
    return 404;
}}
location @feedsvc_gone_json {{
    error_page 410 @feedsvc_withdrawn_json;
    error_page 404 @feedsvc_missing_json;
    if (-f "{folder}/{errors}$uri") {{
        return 410;
    }}
    return 404;
}}
location @feedsvc_withdrawn {{
    root "{folder}/{errors}";
    types {{ "{html}" html; }}
    etag off;
    {missing}
    try_files "$uri.html" =410;
}}
location @feedsvc_withdrawn_json {{
    root "{folder}/{errors}";
    types {{ "application/problem+json" json; }}
    etag off;
    {missing}
    try_files "$uri" =410;
}}
location @feedsvc_missing {{
    root "{folder}/{errors}";
    types {{ "{html}" html; }}
    etag off;
    {missing}
    try_files $feedsvc_spoken/404.html /404.html =404;
}}
location @feedsvc_missing_json {{
    root "{folder}/{errors}";
    types {{ "application/problem+json" json; }}
    etag off;
    {missing}
    try_files /404.json =404;
}}
"""
SEARCH_KEYS = """\
    location ~ "^{pattern}/(?:{keys})\\.txt$" {{
        types {{ "{plain}" txt; }}
        {fixed}
        try_files $uri =404;
    }}
"""
DECLARATION = """\
    location = {mount}{file} {{
        gzip_static off;
        types {{ "application/json" json; }}
        {fixed}
        try_files $uri =404;
    }}
"""
GUESSED_FEED = """\
    location ~* "^{pattern}{asked}/*$" {{
        return 308 {mount}{feed}$is_args$args;
    }}
"""
MOVED = """\
location = {mount} {{
    absolute_redirect off;
    return 308 {mount}/$is_args$args;
}}
"""


def nginx_configuration(settings: Settings, folder: Path) -> str:
    """Return the configuration of the site in *folder*, to include in a server block.

    It only chooses among files, so nothing in it changes with an edition.

    raises: BuildError if nginx could not read the folder's name or the path of the base URL.
    """
    where, path = str(folder.absolute()), mount(settings)
    if UNWRITABLE.search(where):
        raise BuildError(f"{where}: nginx cannot read a folder name with such characters; build into another folder")
    if not PLAIN_MOUNT.fullmatch(path):
        raise BuildError(f"site.base_url: the path {path!r} has characters that nginx cannot read")
    rights = dict(tdm_headers(settings.site.rights))

    def headers(of_its_own: Mapping[str, str], between: str) -> str:
        return _headers({**of_its_own, **rights}, between)

    indent = "\n" + 8 * " "
    spoken = "|".join(map(re.escape, settings.site.page_languages))
    lists = f"/(?:feeds|categories/{SLUG})"
    media_types = {form: renderer.media_type for form, renderer in RENDERERS.items()} | {"opml": OPML_MEDIA_TYPE}
    types = (f'"{media_type}" {form};' for form, media_type in media_types.items())
    icon = settings.site.face.icon
    return TEXT.format(
        folder=where,
        host=urlsplit(settings.site.base_url).hostname,
        mount=path,
        pattern=re.escape(path),
        moved=MOVED.format(mount=path) if path else "",
        site=SITE,
        errors=ERRORS,
        slug=SLUG,
        languages=spoken or NO_LANGUAGE,
        spoken=f"(?:/(?:{spoken}))?" if spoken else "",
        folders=f"(?:/(?:{spoken})|(?:/(?:{spoken}))?{lists})" if spoken else lists,
        formats="|".join(RENDERERS),
        html=HTML,
        json=JSON,
        media_types=(indent + "    ").join(types),
        page=headers(PAGE, "\n    "),
        article=headers({**PAGE, **SHARED}, indent),
        feed=headers({**FEED, **_hubs(settings)}, indent),
        archive=headers(ARCHIVE, indent),
        static=headers(STATIC, indent),
        static_drawing=headers({**STATIC, **DRAWING}, indent + "    "),
        static_types=_types(TYPES, indent + "    "),
        shipped_types=_types(TYPES, indent + 8 * " "),
        endings="|".join(ending[1:] for ending in TYPES),
        fixed=headers({**PAGE, **FIXED}, indent + "    "),
        icon=TYPES[Path(icon.name).suffix.lower()] if icon else TYPES[".png"],
        search_keys=SEARCH_KEYS.format(
            pattern=re.escape(path),
            keys="|".join(settings.search_keys),
            plain=PLAIN,
            fixed=headers({**SECURITY_HEADERS, **FIXED}, indent),
        )
        if settings.search_keys
        else "",
        guessed="".join(
            GUESSED_FEED.format(pattern=re.escape(path), mount=path, asked=re.escape(asked), feed=address.path)
            for asked, address in GUESSED.items()
        ),
        declaration=DECLARATION.format(mount=path, file=TDM, fixed=headers({**SECURITY_HEADERS, **FIXED}, indent))
        if settings.site.rights.tdm_reservation
        else "",
        fixed_icon=headers({**SECURITY_HEADERS, **FIXED, **(DRAWING if icon and icon.is_drawing else {})}, indent),
        fixed_text=headers({**SECURITY_HEADERS, **FIXED}, indent),
        sitemap=SITEMAP_TYPE,
        shown=headers({**SHOWN, "X-Content-Type-Options": "nosniff"}, indent),
        kept_types=(indent + "    ").join(
            f"{media_type} {' '.join(ending[1:] for ending in endings)};" for media_type, endings in ENDINGS.items()
        ),
        kept=headers(KEPT, indent),
        drawing=headers({**KEPT, **DRAWING}, indent + "    "),
        missing=_headers(MISSING, "\n    ", always=" always"),
    )


def _hubs(settings: Settings) -> Mapping[str, str]:
    """Return the header that names the hubs of a feed, and the feed itself as its topic.

    source: WebSub, section 4: hubs ask for headers, whatever the document says.
    """
    origin = "://".join(urlsplit(settings.site.base_url)[:2])
    links = [f'<{origin}$uri>; rel=\\"self\\"', *(f'<{hub}>; rel=\\"hub\\"' for hub in settings.hubs)]
    return {"Link": ", ".join(links)} if settings.hubs else {}


def _types(endings: Mapping[str, str], between: str) -> str:
    return between.join(f'"{media_type}" {ending[1:]};' for ending, media_type in endings.items())


def _headers(headers: Mapping[str, str], between: str, *, always: str = "") -> str:
    return between.join(f'add_header {name} "{value}"{always};' for name, value in headers.items())
