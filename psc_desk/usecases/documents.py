"""File papers in a chart and open them again; images are checked, turned upright and made smaller."""

from __future__ import annotations

import hashlib
import io
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import error as zlib_error

from psc_desk.errors import DataError, InputError
from psc_desk.events import DocumentFiled, DocumentRead
from psc_desk.models.patient import Document, Patient
from psc_desk.models.staff import Right
from psc_desk.models.visit import Visit
from psc_desk.privacy import check_no_card_number
from psc_desk.queries.documents import CATEGORY_WORDS
from psc_desk.work import Work

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 1600
MEDIA_TYPES = (
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/tiff",
    "image/bmp",
    "image/gif",
    "application/pdf",
    "text/plain",
)
_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF")
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    struct.error,
    zlib_error,
)
"""What decoders raise on damaged pictures."""


@dataclass(frozen=True)
class DocumentContent:
    """An opened paper."""

    id: int
    title: str
    category: str
    media_type: str
    content: bytes


def file_document(
    work: Work,
    patient_id: int,
    category: str,
    title: str,
    content: bytes,
    *,
    media_type: str,
    visit_id: int | None = None,
) -> int:
    """File a paper and return its id. Images become JPEGs of at most 1600 pixels a side; see `prepared`."""
    actor = work.require(Right.REGISTER)
    patient = work.get(Patient, patient_id, "patient")
    if category not in CATEGORY_WORDS:
        raise InputError("Choose what kind of paper this is from the list.", "category")
    if visit_id is not None and work.get(Visit, visit_id, "visit").patient_id != patient_id:
        raise InputError("That visit belongs to another patient. Choose one of this chart.", "visit")
    tidy = " ".join(title.split())[:120] or CATEGORY_WORDS[category]
    check_no_card_number(tidy, "title")
    kept, kind = prepared(content, media_type)
    document = Document(
        patient_id=patient_id,
        visit_id=visit_id,
        category=category,
        title=tidy,
        media_type=kind,
        sha256=hashlib.sha256(kept).hexdigest(),
        size=len(kept),
        created_at=work.now,
        created_by=actor.id,
        content=kept,
    )
    work.session.add(document)
    work.session.flush()
    if category == "photo":
        patient.photo_id = document.id
    work.announce(
        DocumentFiled(patient_id=patient_id, visit_id=visit_id), f"filed “{tidy}” in the chart of {patient.full_name}"
    )
    return document.id


def open_document(work: Work, document_id: int) -> DocumentContent:
    """Return a paper's content, recorded as read; DataError when it is not what was filed."""
    work.require(Right.READ_CHART)
    document = work.get(Document, document_id, "paper")
    if hashlib.sha256(document.content).hexdigest() != document.sha256:
        raise DataError(f"“{document.title}” is damaged: it is not what was filed. Restore it from a backup.")
    work.announce(
        DocumentRead(patient_id=document.patient_id, visit_id=document.visit_id), f"opened the paper “{document.title}”"
    )
    return DocumentContent(document.id, document.title, document.category, document.media_type, document.content)


def prepared(content: bytes, media_type: str) -> tuple[bytes, str]:
    """Return content and media type as they are kept; InputError when empty, too large, damaged or of no known kind.

    It takes a while for large pictures: the window may call it in a lane first; what it returns passes unchanged.
    """
    if not content:
        raise InputError("The file is empty. Choose another one.", "file")
    if len(content) > MOST_BYTES:
        raise InputError("The file is larger than 20 MB. Scan it again at a lower setting.", "file")
    if media_type not in MEDIA_TYPES:
        raise InputError("Only pictures (JPEG, PNG, TIFF, WebP), PDF and text can be filed. Convert it first.", "file")
    if media_type.startswith("image/"):
        return _small_jpeg(content), "image/jpeg"
    if media_type == "application/pdf" and not content[:1024].lstrip().startswith(b"%PDF-"):
        raise InputError("The file is damaged or is not a PDF. Save it again, then choose it.", "file")
    return content, media_type


def _small_jpeg(content: bytes) -> bytes:
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise InputError("The picture has more than 50 million pixels. Scan it at 300 dpi or less.", "file")
            if _is_small(picture):
                picture.load()
                return content
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            picture.load()
            return _encoded(ImageOps.exif_transpose(picture))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InputError("The picture has too many pixels. Scan it at 300 dpi or less.", "file") from error
    except (UnidentifiedImageError, *_BROKEN) as error:
        raise InputError("The picture is damaged or is none. Scan or photograph it again.", "file") from error


def _is_small(picture: Image) -> bool:
    plain = picture.format == "JPEG" and picture.mode in ("RGB", "L") and not picture.getexif()
    return plain and max(picture.size) <= LONGEST_SIDE


def _encoded(picture: Image) -> bytes:
    from PIL import Image

    if picture.mode in ("RGBA", "LA", "PA", "P"):
        clear = picture.convert("RGBA")
        picture = Image.new("RGB", clear.size, "white")
        picture.paste(clear, mask=clear.getchannel("A"))
    small = picture.convert("RGB")
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()
