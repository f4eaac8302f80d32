"""Invented names as a real clinic meets them: many languages, hyphens, apostrophes, long ones, other scripts."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Culture:
    """Names that go together. `scripts` gives the own writing of some first names, used as the preferred name."""

    language: str
    weight: int
    female: tuple[str, ...]
    male: tuple[str, ...]
    family: tuple[str, ...]
    scripts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Name:
    """One invented person's name."""

    first: str
    last: str
    sex: str
    language: str
    preferred: str = ""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CULTURES = (
    Culture(
        "en", 48,
        _words("Abigail Alice Amara Beatrice Carol Charlotte Daisy Edith Ellen Grace Hazel Imani Joanne Joy Keisha "
               "Laura Lillian Mabel Nora Olivia Pearl Priscilla Rosemary Ruth Sadie Tamika Ursula Violet Willa Zora"),
        _words("Aaron Albert Andre Benjamin Caleb Curtis Darius Edgar Elijah Felix Gareth Harold Isaac Jamal Jonah "
               "Kenneth Leroy Malcolm Nathan Oliver Otis Percy Quentin Reginald Samuel Terrence Victor Walter Xavier"),
        _words("Abbott Bramwell Brooks Carver Dawson Eastwood Fairchild Greenleaf Hale Holloway Ingram Jefferson "
               "Kingsley Langston Mercer Northcott Oakley Pemberton Quarles Redfern Shaw Thorne Underhill Vance "
               "Wetherby Yates O'Brien O'Neill D'Angelo McAllister Smith-Jones St.Clair Featherstonehaugh"),
    ),
    Culture(
        "es", 20,
        _words("Ana Beatriz Carmen Dolores Elena Guadalupe Inés Itzel Lucía María Marisol Noemí Paloma Rocío Soledad "
               "Ximena Yolanda"),
        _words("Alejandro Andrés Emilio Ángel Fermín Gael Hernán Ignacio Joaquín José Luis Mateo Óscar Ramón Tomás"),
        ("Álvarez", "Benítez", "Castañeda", "de la Cruz", "Echeverría", "García Márquez", "Ibáñez", "Jiménez",
         "Lozano", "Montes de Oca", "Muñoz", "Núñez", "Ocampo", "Peña-Herrera", "Quiñones", "Rodríguez", "Saldaña",
         "Villanueva-Santisteban"),
    ),
    Culture(
        "vi", 8,
        _words("Hương Linh Mai Ngọc Phượng Quỳnh Thảo Tuyết Yến"),
        _words("Bảo Đức Hùng Khánh Long Minh Phúc Quân Tuấn"),
        _words("Bùi Đặng Đỗ Hoàng Huỳnh Lê Nguyễn Phạm Trần Vũ"),
    ),
    Culture(
        "ko", 6,
        _words("Eun-ji Ha-eun Ji-woo Min-seo Seo-yeon Soo-jin"), _words("Dong-hyun Jae-won Min-jun Sang-hoon Tae-yang"),
        _words("Choi Han Jung Kang Kim Lee Park Yoon"),
        (("Ji-woo", "지우"), ("Min-jun", "민준"), ("Soo-jin", "수진")),
    ),
    Culture(
        "zh", 7,
        _words("Fang Hui Jing Lan Mei Xiaoling Yan"), _words("Bo Guang Jun Lei Ming Tao Wei"),
        _words("Chen Deng Huang Li Liu Wang Xu Zhang Zhou"),
        (("Mei", "美"), ("Xiaoling", "小玲"), ("Wei", "伟"), ("Ming", "明")),
    ),
    Culture(
        "ar", 6,
        _words("Amal Farah Huda Layla Nour Rania Salma"), _words("Bilal Hassan Karim Omar Samir Tariq Youssef"),
        ("Abdel-Rahman", "al-Khatib", "Darwish", "El-Sayed", "Haddad", "Mansour", "Nasser", "Saleh"),
        (("Layla", "ليلى"), ("Nour", "نور"), ("Omar", "عمر"), ("Samir", "سمير"), ("Youssef", "يوسف")),
    ),
    Culture(
        "pt", 3, _words("Antônia Conceição Fátima Inês Luísa"), _words("Adão Caetano João Sebastião Tomé"),
        ("da Conceição", "Gonçalves", "Guimarães", "Simões", "Vasconcelos"),
    ),
    Culture(
        "ru", 2, _words("Anastasia Ekaterina Olga Tatiana"), _words("Dmitri Konstantin Nikolai Yevgeny"),
        _words("Ivanov Kuznetsov Morozov Petrenko"),
    ),
)  # fmt: skip
_WEIGHTS = [culture.weight for culture in CULTURES]


def draw_name(rng: Random) -> Name:
    """Return an invented name."""
    culture = rng.choices(CULTURES, _WEIGHTS)[0]
    female = rng.random() < 0.54
    first = rng.choice(culture.female if female else culture.male)
    preferred = dict(culture.scripts).get(first, "") if rng.random() < 0.5 else ""
    language = culture.language if culture.language == "en" or rng.random() < 0.7 else "en"
    return Name(first, rng.choice(culture.family), "female" if female else "male", language, preferred)
