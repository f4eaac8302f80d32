"""Papers in the chart: kept safely, damaged ones refused, reading leaves a trace."""

from __future__ import annotations

import io
import random
import struct
import zlib

import pytest
from PIL import Image
from sqlalchemy import text

from psc_desk.errors import DataError, InputError
from psc_desk.events import DocumentRead
from psc_desk.queries.documents import documents
from psc_desk.queries.patients import banner
from psc_desk.usecases.documents import LONGEST_SIDE, MOST_BYTES, file_document, open_document, prepared
from tests.support.clinic import INES, JONAH, SmallClinic


def picture(size: tuple[int, int] = (300, 200), form: str = "PNG", mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 120).save(out, form)
    return out.getvalue()


def bomb(side: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def test_a_card_image_becomes_a_small_jpeg_and_reading_it_is_told(clinic: SmallClinic):
    made = clinic.desk.do(
        file_document, INES, "card_front", "", picture((4000, 1000)), media_type="image/png", visit_id=clinic.visit()
    )
    row = clinic.desk.ask(documents, INES)[0]
    assert (row.id, row.title, row.media_type) == (made, "Insurance card, front", "image/jpeg")
    assert (row.filed_by, row.filed_at.hour) == ("Maya Okafor", 12)
    opened = clinic.desk.do(open_document, made)
    assert Image.open(io.BytesIO(opened.content)).size == (LONGEST_SIDE, 400)
    assert len(opened.content) == row.size
    assert clinic.happened[-1] == DocumentRead(patient_id=INES, visit_id=1)


@pytest.mark.parametrize(
    ("form", "mode"), [("JPEG", "L"), ("JPEG", "CMYK"), ("TIFF", "1"), ("GIF", "P"), ("PNG", "RGBA"), ("WEBP", "RGB")]
)
def test_every_kind_of_picture(form: str, mode: str):
    kept, kind = prepared(picture((50, 40), form, mode), f"image/{form.lower()}")
    assert kind == "image/jpeg"
    assert prepared(kept, kind) == (kept, kind), "what was prepared passes unchanged"


def test_turned_upright():
    turned = Image.new("RGB", (300, 100))
    exif = turned.getexif()
    exif[0x0112] = 6
    out = io.BytesIO()
    turned.save(out, "JPEG", exif=exif)
    upright = Image.open(io.BytesIO(prepared(out.getvalue(), "image/jpeg")[0]))
    assert upright.size == (100, 300)
    assert not upright.getexif(), "where and with what it was taken is not kept"


@pytest.mark.parametrize(
    ("content", "kind", "says"),
    [
        (b"", "image/png", "empty"),
        (b"x" * (MOST_BYTES + 1), "image/png", "20 MB"),
        (b"MZ", "application/x-msdownload", "Only pictures"),
        (b"not a picture", "image/png", "damaged"),
        (picture()[:-40], "image/png", "damaged"),
        (b"<html>", "application/pdf", "PDF"),
        (bomb(8000), "image/png", "50 million"),
        (bomb(60000), "image/png", "pixels"),
    ],
    ids=["empty", "large", "program", "text", "cut", "html", "many pixels", "bomb"],
)
def test_what_is_refused(content: bytes, kind: str, says: str):
    with pytest.raises(InputError, match=says):
        prepared(content, kind)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "TIFF", "BMP", "WEBP"])
def test_a_damaged_picture_is_a_sentence_never_a_crash(form: str):
    whole = picture((40, 30), form)
    dice = random.Random(7)
    for _ in range(60):
        broken = bytearray(whole[: dice.randrange(1, len(whole) + 1)])
        for _ in range(3):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        try:
            kind = prepared(bytes(broken), f"image/{form.lower()}")[1]
        except InputError:
            continue
        assert kind == "image/jpeg"


def test_a_photo_comes_into_the_banner(clinic: SmallClinic):
    made = clinic.desk.do(file_document, INES, "photo", "", picture(), media_type="image/png")
    assert clinic.desk.ask(banner, INES).photo_id == made


def test_other_charts_and_unknown_kinds(clinic: SmallClinic):
    visit = clinic.visit(INES)
    with pytest.raises(InputError, match="another patient"):
        clinic.desk.do(file_document, JONAH, "other", "x", b"a", media_type="text/plain", visit_id=visit)
    with pytest.raises(InputError, match="kind of paper"):
        clinic.desk.do(file_document, JONAH, "selfie", "x", b"a", media_type="text/plain")
    assert clinic.desk.ask(documents, JONAH) == []


def test_content_changed_behind_our_back_is_noticed(clinic: SmallClinic):
    made = clinic.desk.do(file_document, INES, "other", "Letter", b"true", media_type="text/plain")
    clinic.desk.do(lambda work: work.session.execute(text("UPDATE document SET content = x'00'")))
    with pytest.raises(DataError, match="damaged"):
        clinic.desk.do(open_document, made)
