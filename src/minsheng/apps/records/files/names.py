"""A file's name, made harmless; and whether name, declaration and content agree."""

from __future__ import annotations

import re
import unicodedata

from minsheng.apps.records.files.sniff import ENDINGS, LABELS, MEDIA, Kind
from minsheng.lib.errors import WrongInput

LONGEST_NAME = 100
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)$")
_ALSO: dict[str, Kind] = {"image/jpg": "jpeg", "image/pjpeg": "jpeg", "application/x-pdf": "pdf"}
_SAYS_NOTHING = {"", "application/octet-stream", "binary/octet-stream"}


def safe_name(name: str, kind: Kind) -> str:
    """Return the name without folders, control and direction characters, ending as its kind does.

    At most 100 characters. A name of which nothing is left becomes 文件 ("file").
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(
        char for char in last if unicodedata.category(char)[0] not in "CZ" or char == " "
    )
    stem, ending = _split(_FORBIDDEN.sub("_", kept))
    if ending.lower() not in ENDINGS[kind]:
        stem, ending = stem + ending, ENDINGS[kind][0]
    stem = stem.strip(" .")[: LONGEST_NAME - len(ending)].rstrip(" .")
    if not stem or _RESERVED.match(stem):
        stem = "文件"
    return stem + ending.lower()


def check_agreement(name: str, declared: str, kind: Kind) -> None:
    """Raise WrongInput when the name's ending or the declared media type contradict the content."""
    ending = _split(re.split(r"[\\/]", name)[-1])[1].lower()
    if ending and ending not in ENDINGS[kind]:
        raise _disagrees(f"文件名以“{ending}”结尾", f"the name ends in “{ending}”", kind)
    media = declared.split(";")[0].strip().lower()
    if media in _SAYS_NOTHING or media == MEDIA[kind] or _ALSO.get(media) == kind:
        return
    raise _disagrees(f"上传时说是“{media[:60]}”", f"it was declared as “{media[:60]}”", kind)


def _split(name: str) -> tuple[str, str]:
    """Return stem and ending. An ending has 1 to 8 letters or digits."""
    found = re.fullmatch(r"(.*)(\.[A-Za-z0-9]{1,8})", name.strip(), re.DOTALL)
    return (found[1], found[2]) if found else (name, "")


def _disagrees(zh: str, en: str, kind: Kind) -> WrongInput:
    return WrongInput(
        "file_type_disagrees",
        f"{zh}，内容却是 {LABELS[kind]}。请选对文件，或者把结尾改成“{ENDINGS[kind][0]}”。",
        f"The content is {kind.upper()}, but {en}. Choose the right file, or let its name end in "
        f"“{ENDINGS[kind][0]}”.",
        field="file",
        facts={"kind": kind},
    )
