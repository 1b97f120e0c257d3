"""A process that looks into pictures: it reads their words, and makes smaller forms of them.

Pictures come from anybody, and are decoded by C code that cannot be stopped from Python. So this runs in a process of
its own, which may take little memory, write no file, and use little time for each picture; the kernel ends it at once
if it takes more. `PictureReader` starts it, and takes its end as the answer.

It reads a line of JSON for each picture, and answers with a line of JSON and the bytes that the line announces.
"""

from __future__ import annotations

import io
import json
import resource
import signal
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from PIL import AvifImagePlugin, Image, ImageCms, JpegImagePlugin

from feedsvc.model.packing import pack
from feedsvc.stores.picture_words import words_of

MOST_MEMORY = 2_000_000_000  # bytes of address space; a picture of the largest size takes a quarter of it
WIDTHS = (1600, 800, 400)
MOST_PIXELS = 100_000_000
LONGEST_WEBP = 16_383  # pixels of a side
QUALITY, METHOD = 80, 2  # methods above 2 take twice the time for no fewer bytes
IPTC = 0x0404  # the resource of Photoshop that holds IIM
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
LYING = frozenset({5, 6, 7, 8})
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF")
MODES = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr"})  # others hold more than 8 bits
SRGB = ImageCms.createProfile("sRGB")


def look_into(file: BinaryIO, *, is_resized: bool) -> tuple[dict[str, object], list[bytes]]:
    """Return the words in the picture *file* and its smaller forms, widest first, with the bytes of these."""
    with Image.open(file, formats=FORMATS) as image:
        resources = image.info.get("photoshop")
        iim = resources.get(IPTC, b"") if isinstance(resources, dict) else b""
        xmp = image.info.get("xmp") or b""
        words = words_of(xmp if isinstance(xmp, bytes) else b"", iim if isinstance(iim, bytes) else b"")
        found: dict[str, object] = {"words": json.loads(pack(words)), "fault": "", "forms": []}
        forms: list[tuple[int, int, bytes]] = []
        if is_resized:
            try:
                forms = list(_smaller(image))
            except (OSError, SyntaxError, ValueError, EOFError, ImageCms.PyCMSError) as error:
                found["fault"] = _said(error)
        found["forms"] = [[width, height, len(content)] for width, height, content in forms]
        return found, [content for _, _, content in forms]


def _smaller(image: Image.Image) -> Iterator[tuple[int, int, bytes]]:
    """Yield (width, height, WebP) of each form that is narrower than *image* as it is shown; none of an animation."""
    orientation = image.getexif().get(ORIENTATION)
    is_lying = orientation in LYING
    shown = image.size[::-1] if is_lying else image.size
    sizes = [(width, max(1, round(shown[1] * width / shown[0]))) for width in WIDTHS if width < shown[0]]
    # A JPEG may bring along a map of its lights, or a second view; Pillow then takes it for several pictures.
    is_moving = getattr(image, "is_animated", False) and not isinstance(image, JpegImagePlugin.JpegImageFile)
    if not sizes or is_moving or image.mode not in MODES or sizes[0][1] > LONGEST_WEBP:
        return
    profile = image.info.get("icc_profile")
    largest = sizes[0][::-1] if is_lying else sizes[0]
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        image.draft(None, largest)  # decodes no more pixels than are needed
    form = _plain(image)
    form = form.resize(largest, Image.Resampling.LANCZOS)
    form = _in_srgb(form, profile)
    turn = TURNS.get(orientation or 1)
    form = form if turn is None else form.transpose(turn)
    for size in sizes:
        form = form if form.size == size else form.resize(size, Image.Resampling.LANCZOS)
        written = io.BytesIO()
        form.save(written, "WEBP", quality=QUALITY, method=METHOD, icc_profile=b"", exif=b"", xmp=b"")
        yield (*size, written.getvalue())


def _plain(image: Image.Image) -> Image.Image:
    """Return the pixels of *image* in a mode that can be resized."""
    if image.mode in {"LA", "PA", "RGBA"} or (image.mode == "P" and "transparency" in image.info):
        return image.convert("RGBA")
    return image.copy() if image.mode == "CMYK" else image.convert("RGB")


def _in_srgb(form: Image.Image, profile: object) -> Image.Image:
    """Return *form* in the colours of sRGB, in which a picture without a profile is shown."""
    if isinstance(profile, bytes) and profile:
        mode = "RGBA" if form.mode == "RGBA" else "RGB"
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(form, source, SRGB, outputMode=mode)
        except (OSError, ValueError, ImageCms.PyCMSError):
            turned = None  # a profile that cannot be read, or is for other colours
        if turned is not None:
            return turned
    return form.convert("RGB") if form.mode == "CMYK" else form


def main() -> None:
    """Answer requests until there are no more; the kernel ends the process at its limits.

    The argument of the command is the processor time, in seconds, that a picture may take.
    """
    cpu_s = float(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    warnings.simplefilter("ignore")
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # each takes address space; there are as many readers as processors
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS // 2  # Pillow refuses twice as many
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    for line in requests:
        asked = json.loads(line)
        signal.setitimer(signal.ITIMER_PROF, cpu_s)
        found, contents = _answer(Path(asked["path"]), is_resized=asked["is_resized"])
        signal.setitimer(signal.ITIMER_PROF, 0)
        answers.write(json.dumps(found).encode() + b"\n")
        answers.writelines(contents)
        answers.flush()


def _answer(path: Path, *, is_resized: bool) -> tuple[dict[str, object], list[bytes]]:
    try:
        with path.open("rb") as file:
            return look_into(file, is_resized=is_resized)
    except Exception as error:  # noqa: BLE001  whatever a hostile file makes a decoder raise, the next picture is read
        return {"words": None, "fault": _said(error), "forms": []}, []


def _said(error: Exception) -> str:
    """Return what a decoder says, without the objects that it names."""
    return str(error).partition(" <")[0][:200] or type(error).__name__


if __name__ == "__main__":
    main()
