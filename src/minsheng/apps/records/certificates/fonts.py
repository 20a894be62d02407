"""Which fonts print a certificate, and whether they have every character of it.

The package `justmytype-intl-cjk` brings Noto Sans SC, TC, JP and KR as variable fonts, which typst
uses as they are. More fonts (a Song for titles, or one with a rarer character) are found in the
folders given by the caller.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

import typst
from fontTools.ttLib import TTFont

from minsheng.lib.errors import Unavailable

SONG = ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Songti SC")
SANS = ("Noto Sans SC", "Noto Sans TC", "Noto Sans JP", "Noto Sans KR")
SYSTEM_FOLDERS = (Path("/usr/share/fonts/opentype/noto"),)
_reading = threading.Lock()


@dataclass(frozen=True, slots=True)
class FontFile:
    """One face: the file it is in and its place there."""

    family: str
    path: Path
    index: int


@dataclass(frozen=True, slots=True)
class FontBook:
    """The fonts a certificate is printed with, best first.

    `folders` go to typst; `song` are the families for titles and names (empty on a bare machine);
    `sans` the ones for everything, in the order of fallback. `stamp` changes when an operator adds a
    font.
    """

    folders: tuple[Path, ...]
    song: tuple[str, ...]
    sans: tuple[str, ...]
    faces: tuple[FontFile, ...]
    stamp: tuple[tuple[str, int], ...] = ()

    def lacks(self, text: str) -> str:
        """The first character of `text` that no font can print, or an empty string."""
        wanted = {char for char in text if char != " "}
        for family in dict.fromkeys((*self.sans, *self.song)):
            if not wanted:
                return ""
            face = next(face for face in self.faces if face.family == family)
            wanted -= _characters(face.path, face.index)
        return next((char for char in text if char in wanted), "")

    def check(self, texts: Iterable[tuple[str, str]], *, folder: Path | None) -> None:
        """Refuse to print when a character would come out as an empty box.

        texts: (field, text) pairs. `folder` is where an operator may put another font. Raises
        Unavailable that names the character and says what to do.
        """
        for field, text in texts:
            char = self.lacks(text)
            if char:
                raise _missing(char, field, folder)


def font_book(*extra: Path) -> FontBook:
    """Return the fonts of the package, of `extra` folders and of the system's Noto folder.

    Looked for once, and again when a file in `extra` comes, goes or changes.
    """
    stamp = tuple(
        (str(path), path.stat().st_mtime_ns)
        for folder in extra
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )
    return _font_book(extra, stamp, SYSTEM_FOLDERS)


@lru_cache(maxsize=4)
def _font_book(
    extra: tuple[Path, ...], stamp: tuple[tuple[str, int], ...], system: tuple[Path, ...]
) -> FontBook:
    folders = [folder for folder in (*extra, *system) if folder.is_dir()]
    folders.append(_package_folder())
    found = typst.Fonts(
        font_paths=[str(folder) for folder in folders],
        include_system_fonts=False,
        include_embedded_fonts=False,
    ).fonts()
    faces = tuple(FontFile(face.family, Path(face.path), face.index) for face in found if face.path)
    families = {face.family for face in faces}
    if SANS[0] not in families:
        raise Unavailable(
            "no_chinese_font",
            "没有中文字体，印不了证照。请重新安装程序包 justmytype-intl-cjk。",
            "There is no Chinese font. Install the package justmytype-intl-cjk again.",
        )
    added = {face.family for face in faces if any(face.path.is_relative_to(one) for one in extra)}
    sans = (*SANS, *sorted(added.difference(SANS, SONG)))
    return FontBook(
        folders=tuple(folders),
        song=tuple(family for family in SONG if family in families),
        sans=tuple(family for family in sans if family in families),
        faces=faces,
        stamp=stamp,
    )


@cache
def _characters(path: Path, index: int) -> frozenset[str]:
    """The characters of one face, read from its table once in a process."""
    with _reading, TTFont(path, lazy=True, fontNumber=index) as font:
        return frozenset(map(chr, _code_points(font)))


def _code_points(font: TTFont) -> Iterator[int]:
    yield from font["cmap"].getBestCmap()


def _package_folder() -> Path:
    return Path(str(files("justmytype_intl_cjk"))) / "fonts"


def _missing(char: str, field: str, folder: Path | None) -> Unavailable:
    place = f" {folder} " if folder else "字体"
    return Unavailable(
        "glyph_missing",
        f"“{char}”（U+{ord(char):04X}）这个字还印不出来，证照先不印，免得印成空框。"
        f"请管理员把含这个字的字体放进{place}文件夹，再印一次。办理结果不受影响。",
        f"No font here has “{char}” (U+{ord(char):04X}), so nothing is printed rather than an "
        f"empty box. Put a font that has it into {folder or 'the fonts folder'} and print again; "
        "the decision stands.",
        field=field,
        facts={"character": f"U+{ord(char):04X}"},
    )
