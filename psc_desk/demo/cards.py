"""Pictures of insurance cards that cannot be mistaken for real ones."""

from __future__ import annotations

import io

from psc_desk.demo.population import CAST_IDS
from psc_desk.resources import path
from psc_desk.usecases.documents import file_document
from psc_desk.work import Work


def card_image(lines: tuple[str, ...]) -> bytes:
    """Return a card with these lines as PNG, DEMO written across it."""
    from PIL import Image, ImageDraw, ImageFont

    bold = str(path("fonts", "NotoSans-Bold.ttf"))
    picture = Image.new("RGB", (856, 540), "#EAF2FB")
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((12, 12, 843, 527), 36, outline="#0B5CAD", width=6)
    draw.text((428, 300), "DEMO", font=ImageFont.truetype(bold, 200), fill="#D5E3F3", anchor="mm")
    for place, line in enumerate(lines):
        size = 52 if place == 0 else 34
        draw.text((56, 48 + place * 74), line, font=ImageFont.truetype(bold, size), fill="#12263F")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def file_cards(work: Work) -> None:
    """File the front and back of a few cards."""
    for name in ("Castillo, Inés", "Malik, Hana", "Park, Min-jun", "Brooks, Della"):
        last, first = name.split(", ")
        for side, lines in (
            ("front", ("Blue Harbor", f"{first} {last}", "Member BH00000000", "Not a real card")),
            ("back", ("Blue Harbor", "Members: (800) 555-0100", "Claims: PO Box 0, Nowhere", "Not a real card")),
        ):
            title, content = f"Insurance card, {side}", card_image(lines)
            file_document(work, CAST_IDS[name], f"card_{side}", title, content, media_type="image/png")
