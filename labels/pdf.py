"""A PDF that is written as it grows: a page leaves as soon as it is drawn, so 10,000 labels need the memory of 100.

The libraries at hand build the whole document before they write its first byte. What labels need of ISO 32000 is small:
pages of filled rectangles and text in two embedded fonts. Same content, same bytes: no dates, no program, no author.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable
from typing import Final

from labels.layout import FONT_FILES, FONTS, FontName

POINTS_PER_MM: Final = 72 / 25.4
_CATALOG, _PAGES, _INFORMATION, _RESOURCES, _FIRST_FREE = 1, 2, 3, 4, 5
_OBJECTS_PER_FONT: Final = 5
NAMES: Final[dict[FontName, str]] = {"Vera": "F1", "VeraBd": "F2"}
_INFO: Final = "<< /Title (Etiketter) /CreationDate (D:20000101000000+00'00') /ModDate (D:20000101000000+00'00') >>"


class PdfStream:
    """Writes one document: ``begin``, any number of ``page``, ``end``; each returns the bytes to send on."""

    def __init__(self) -> None:
        self._position = 0
        self._places: array[int] = array("Q", [0] * (_FIRST_FREE + _OBJECTS_PER_FONT * len(NAMES)))
        self._pages: array[int] = array("Q")

    def begin(self) -> bytes:
        """The head and the fonts."""
        pieces = [self._raw(b"%PDF-1.7\n%\xc3\xa5\xc3\xa4\xc3\xb6\n")]
        number = _FIRST_FREE
        names = []
        for font, name in NAMES.items():
            names.append(f"/{name} {number} 0 R")
            pieces += self._font(font, number)
            number += _OBJECTS_PER_FONT
        pieces.append(self._object(_RESOURCES, f"<< /Font << {' '.join(names)} >> >>"))
        return b"".join(pieces)

    def page(self, width_mm: float, height_mm: float, content: str) -> bytes:
        """One page; ``content`` is its content stream, whose unit is the point, counted from the bottom left corner."""
        stream, page = len(self._places), len(self._places) + 1
        self._places.extend((0, 0))
        self._pages.append(page)
        box = f"{width_mm * POINTS_PER_MM:.3f} {height_mm * POINTS_PER_MM:.3f}"
        return self._stream(stream, "", content.encode("ascii")) + self._object(
            page,
            f"<< /Type /Page /Parent {_PAGES} 0 R /MediaBox [0 0 {box}] /Resources {_RESOURCES} 0 R"
            f" /Contents {stream} 0 R >>",
        )

    def end(self) -> bytes:
        """The list of pages and the table of contents of the file."""
        kids = " ".join(f"{number} 0 R" for number in self._pages)
        pieces = [
            self._object(_PAGES, f"<< /Type /Pages /Count {len(self._pages)} /Kids [{kids}] >>"),
            self._object(_INFORMATION, _INFO),
            self._object(_CATALOG, f"<< /Type /Catalog /Pages {_PAGES} 0 R /Lang (sv) >>"),
        ]
        start = self._position
        table = "".join(f"{place:010d} 00000 n \n" for place in self._places[1:])
        pieces.append(
            f"xref\n0 {len(self._places)}\n0000000000 65535 f \n{table}"
            f"trailer\n<< /Size {len(self._places)} /Root {_CATALOG} 0 R /Info {_INFORMATION} 0 R >>\n"
            f"startxref\n{start}\n%%EOF\n".encode("ascii")
        )
        return b"".join(pieces)

    def _font(self, font: FontName, number: int) -> Iterable[bytes]:
        """A TrueType font by glyph (ISO 32000-1, 9.7), with the way back to Unicode for search and copying."""
        face = FONTS[font].face
        name = f"BitstreamVera-{font}"
        glyphs = {glyph: code for code, glyph in sorted(face.charToGlyph.items(), reverse=True)}
        widths = " ".join(f"{glyph} [{face.charWidths.get(code, 600):.0f}]" for glyph, code in sorted(glyphs.items()))
        mapping = [f"<{glyph:04X}> <{code:04X}>" for glyph, code in sorted(glyphs.items())]
        blocks = [mapping[at : at + 100] for at in range(0, len(mapping), 100)]
        unicode_map = (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def\n"
            "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
            + "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
            + "\nendcmap CMapName currentdict /CMap defineresource pop end end"
        )
        file = FONT_FILES[font].read_bytes()
        box = " ".join(f"{edge:.0f}" for edge in face.bbox)
        yield self._object(
            number,
            f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /Identity-H"
            f" /DescendantFonts [{number + 1} 0 R] /ToUnicode {number + 4} 0 R >>",
        )
        yield self._object(
            number + 1,
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /CIDToGIDMap /Identity /DW 600 /W [{widths}]"
            f" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
            f" /FontDescriptor {number + 2} 0 R >>",
        )
        yield self._object(
            number + 2,
            f"<< /Type /FontDescriptor /FontName /{name} /Flags 4 /FontBBox [{box}] /ItalicAngle 0"
            f" /Ascent {face.ascent:.0f} /Descent {face.descent:.0f} /CapHeight {face.capHeight:.0f}"
            f" /StemV {face.stemV:.0f} /FontFile2 {number + 3} 0 R >>",
        )
        yield self._stream(number + 3, f"/Length1 {len(file)}", file)
        yield self._stream(number + 4, "", unicode_map.encode("ascii"))

    def _stream(self, number: int, entries: str, content: bytes) -> bytes:
        packed = zlib.compress(content, 6)
        head = f"{number} 0 obj\n<< /Length {len(packed)} /Filter /FlateDecode {entries}>>\nstream\n".encode("ascii")
        self._places[number] = self._position
        return self._raw(head + packed + b"\nendstream\nendobj\n")

    def _object(self, number: int, content: str) -> bytes:
        self._places[number] = self._position
        return self._raw(f"{number} 0 obj\n{content}\nendobj\n".encode("ascii"))

    def _raw(self, content: bytes) -> bytes:
        self._position += len(content)
        return content


def text_operators(text: str, font: FontName, size_points: float, x: float, y: float) -> str:
    """The operators that show a text with its baseline at ``x``, ``y``. It is written as glyph numbers, so no character
    of it can end the text or begin an operator (SR-36)."""
    glyphs = FONTS[font].face.charToGlyph
    shown = "".join(f"{glyphs[ord(character)]:04X}" for character in text)
    return f"BT /{NAMES[font]} {size_points:.3f} Tf {x:.3f} {y:.3f} Td <{shown}> Tj ET\n"
