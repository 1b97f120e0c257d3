"""Make the smaller forms of pictures that came in a pass, or in an earlier one that had too many of them."""

from __future__ import annotations

from feedsvc.model.article import MediaFile
from feedsvc.publish.context import PassContext
from feedsvc.stores.media_folder import MediaFolder
from feedsvc.stores.picture_reader import Looked, PictureReader
from feedsvc.stores.shown_files import FORM_TYPE

MOST = 16  # in a pass that may ask for another: articles do not wait for the pictures of a thousand others


def resize_pictures(context: PassContext, folder: MediaFolder, reader: PictureReader, *, most: int | None) -> int:
    """Make and keep the smaller forms of pictures that have none, and return of how many.

    A form that is no smaller than the picture is not kept. A picture that cannot be decoded has none, and its fault is
    told when its article is next composed.

    most: pictures, None for all.
    """
    files = context.tx.files
    pictures = {file.digest: file for file in files.without_forms(most=most)}
    paths = [(digest, path) for digest in pictures if (path := folder.file(digest)) is not None]
    for digest, looked in reader.resized(paths):
        context.report("resizing")
        files.put_forms(digest, _kept(looked, pictures[digest], folder), fault=looked.fault)
    return len(paths)


def _kept(looked: Looked, picture: MediaFile, folder: MediaFolder) -> list[MediaFile]:
    return [
        MediaFile(
            digest=folder.keep(form.content),
            name="",
            media_type=FORM_TYPE,
            bytes=len(form.content),
            width=form.width,
            height=form.height,
        )
        for form in looked.forms
        if len(form.content) < picture.bytes
    ]
