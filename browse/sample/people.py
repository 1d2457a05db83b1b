"""Who took the sample's pictures and what they called them: invented people, titles as odd as Flickr's."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from browse.sample.pictures import Picture

_AUTHOR_COUNT = 80
_BY = "https://creativecommons.org/licenses/by/2.0/"
_OTHER_LICENSES = (
    "https://creativecommons.org/licenses/by-sa/2.0/",
    "https://creativecommons.org/licenses/by/2.0/fr/",
    "https://creativecommons.org/publicdomain/zero/1.0/",
    "https://creativecommons.org/licenses/by/4.0/",
)
_NAMES = (
    "Anna", "Ben Okafor", "Chiara R.", "David", "Emil Lindqvist", "Fatima Z.", "George O&#x27;Hara", "Hana Sato",
    "Ivan Petrov", "Jorge Muñoz", "Kowalski, Jan", "Léa &amp; Tom", "Mei Lin 林美", "نور الهدى", "Oskar", "Priya Nair",
    "Quentin D.", "Rosa  Vidal", "Siobhán Byrne", "Tomáš Novák", "Uma", "Vera B.", "Willem de Vries", "Xavi Roca",
    "Yuki 田中", "Zoë K.", "@streetwalker", "- dash -", "山田写真館", "דוד כהן", "Müller &amp; Söhne, Fotografie",
    "📷 snapshots", "Sunny Side Up", "David", "The Old Harbour Camera Club",
    "no_name_2009", "ΕΛΕΝΗ Π.", "Дарья Смирнова",
    "I &lt;3 film", "A Very Long Display Name That Somebody Once Thought Was Funny, Part II of III",
)  # fmt: skip
_SLUGS = ("anna", "ben", "chiara", "david", "emil", "fatima", "george", "hana", "ivan", "jorge")

_TITLES: dict[str, tuple[str, ...]] = {
    "sea": (
        "Evening by the sea",
        "Harbour light",
        "Ahoy!",
        "Low tide, high hopes",
        "Bahía al atardecer",
        "The way out",
        "Sail away",
    ),
    "mountains": (
        "Above the valley",
        "First light on the ridge",
        "Alpenglühen",
        "Five peaks",
        "Day 3: the pass",
        "Sierra",
    ),
    "city": (
        "Downtown",
        "City that never sleeps",
        "Skyline, from the bridge",
        "22nd floor",
        "東京の夜",
        "Rush hour is over",
    ),
    "forest": ("Into the woods", "Walk with the dog", "Waldspaziergang", "Where the path ends", "Silent trees"),
    "desert": ("Dunes", "Nothing for miles", "Sand & sky", "صحراء", "Cactus country"),
    "snow": ("First snow", "Winter wonderland", "Schnee, Schnee, Schnee", "-14 °C", "Cabin fever"),
    "still life": ("Still life no. 7", "Fruit from the market", "Kitchen table", "Nature morte", "Breakfast, almost"),
    "table": ("Lunch!", "Sunday breakfast", "Yum", "Flat lay", "What I ate today", "Coffee break"),
    "flower": ("In my mother&#x27;s garden", "Bloom", "Macro Monday", "Blüte", "Pretty"),
    "flower field": ("Fields of colour", "Tulip season", "Between the rows", "Rood, geel, rood"),
    "cat": ("Mittens", "Who&#x27;s there?", "Night watch", "猫", "Cat, waiting", "Le chat"),
    "dog": ("Best friend", "Good boy", "Bruno at the beach", "Walkies", "Собака"),
    "birds": ("On the wire", "Birds, lots of", "Early bird", "Kranich", "Meeting at dawn"),
    "street": ("Parked", "My ride", "Via Roma 12", "Yellow wall", "Waiting for the lights"),
    "canal": ("Along the canal", "Gracht", "Six houses", "Mirror, mirror"),
    "balloons": ("Up, up &amp; away", "Balloon festival 2009", "Light as air", "Look up", "気球"),
    "night sky": ("30 s, f/2.8, ISO 3200", "Under the stars", "Camp #2", "Nordlys", "Milky Way over the lake"),
    "underwater": ("Below", "Aquarium", "Nemo&#x27;s cousins", "Deep blue", "Drifting"),
    "pattern": ("Pattern study", "Wallpaper", "Fabric, 1970s", "Again and again", "Muster"),
    "composition": ("Composition IV", "Circles &amp; friends", "Untitled (after lunch)", "Poster"),
    "colour field": ("Colour study", "Wet on wet", "Mood", "Mauve, mostly"),
    "surface": ("Texture", "Found surface", "Background, free to use", "Detail"),
}
_EVERYWHERE = (
    "Untitled",
    "Untitled",
    "untitled",
    "DSC_{0}",
    "IMG_{0}",
    "P10{0}",
    "{0}",
    "#photooftheday #instagood #sky",
    "365/{1}",
)

_ODD_TITLES: dict[int, str] = {
    2: "",
    5: "Lake, mountain, cloud, and the very last bus home",
    8: "منظر من النافذة",
    11: "Tea &amp; biscuits at Gran&#x27;s &quot;castle&quot;",
    14: "🌅🌊⛵ best day ever 😍",
    17: "=HYPERLINK(&quot;http://sample.invalid/&quot;,&quot;click me&quot;)",
    20: "&lt;script&gt;alert(&#x27;sample&#x27;)&lt;/script&gt;",
    23: "春の海、ひねもすのたりのたりかな",
    26: "A title that goes on and on, "
    + "and on, " * 26
    + "because somebody pasted the whole story of a holiday into it",
    29: "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung" * 4,
    32: "&lt;b&gt;bold&lt;/b&gt; &amp; &lt;img src=x onerror=alert(1)&gt;",
    35: "+44 20 7946 0000",
    38: "@SUM(1+1)*cmd",
    41: "שקיעה מעל הים התיכון",
    44: "-1+2",
    47: "100 % natural; 50 &lt; 60",
    50: "C:\\Users\\sample\\Pictures\\scan 0042.jpg",
    53: "ﷺ zalgo? z̸̢a̵l̶g̷o̸ — dashes – and … dots",
    56: "\u202eright to left override\u202c",
    58: "Père Noël &amp; Cie, &quot;L&#x27;Été&quot;",
}
"""Titles that try a page's and a spreadsheet's patience, with entities as Flickr gives them."""


@dataclass(frozen=True)
class Author:
    """An invented Flickr account."""

    key: str
    name: str

    @property
    def url(self) -> str:
        return f"https://www.flickr.com/people/{self.key}/"


def author_of(picture: Picture) -> Author:
    """The picture's author; a few took many pictures, most took few."""
    random = Random(f"sample author {picture.number}")  # noqa: S311  # drawing lots for a sample needs no secrecy
    rank = int(_AUTHOR_COUNT * random.random() ** 2.2)
    return _author(rank)


def _author(rank: int) -> Author:
    """One in eight has an account number for a key, as on Flickr; no account has this form with leading zeros."""
    key = f"000{rank + 10000:05d}@N00" if rank % 8 == 5 else f"sample-{_SLUGS[rank * 7 % len(_SLUGS)]}-{rank + 1:02d}"
    name = _NAMES[rank * 17 % len(_NAMES)]
    return Author(key, name)


def title_of(picture: Picture) -> str:
    """The picture's title with Flickr's HTML entities; the odd ones come once in each 300 pictures."""
    odd = _ODD_TITLES.get(picture.number % 300)
    if odd is not None:
        return odd
    random = Random(f"sample title {picture.number}")  # noqa: S311  # as above
    if random.random() < 0.16:
        return random.choice(_EVERYWHERE).format(random.randint(1000, 9999), random.randint(1, 365))
    title = random.choice(_TITLES[picture.scene.topic])
    return f"{title} ({random.randint(2, 9)})" if random.random() < 0.08 else title


def license_of(picture: Picture) -> str:
    """CC BY 2.0, as everywhere in V1, but for three in a hundred."""
    if picture.number % 33 == 13:
        return _OTHER_LICENSES[picture.number // 33 % len(_OTHER_LICENSES)]
    return _BY
