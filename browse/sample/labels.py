"""The sample's labels: names as in Open Images, invented MIDs, and what each is easily taken for.

A label's key is its name, with the sense in brackets where two labels share one name, as some do in V1.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

_ALPHABET = "0123456789bcdfghjklmnpqrstvwxyz_"
_FROM_THE_GRAPH = frozenset({"hot air balloon", "bird's-eye view", "star (shape)"})
"""These have a /g/ MID, as ten labels of V1 have."""

LOOK_ALIKES: dict[str, tuple[str, ...]] = {
    # Sky and hour
    "sky": ("sea", "water"),
    "cloud": ("snow", "fog", "mountain"),
    "sun": ("moon", "orange (fruit)"),
    "moon": ("sun", "star (sky)"),
    "star (sky)": ("snow", "star (shape)", "rain", "galaxy"),
    "galaxy": ("cloud", "aurora", "fog"),
    "aurora": ("rainbow", "galaxy", "cloud"),
    "rainbow": ("aurora", "bridge"),
    "night": ("moon", "rain"),
    "outdoor": ("nature", "landscape"),
    "daytime": ("morning", "sun"),
    "evening": ("sunset", "night", "daytime"),
    "morning": ("fog", "sunset"),
    "sunset": ("fire", "morning", "desert"),
    "fog": ("cloud", "snow", "rain", "morning"),
    "rain": ("night", "snow", "river"),
    "fire": ("sunset", "sun", "tulip"),
    # Land and water
    "nature": ("forest", "animal"),
    "landscape": ("hill", "meadow", "panorama"),
    "horizon": ("sea", "desert", "meadow"),
    "water": ("lake", "river", "sea", "reflection"),
    "sea": ("lake", "river"),
    "lake": ("sea", "river"),
    "river": ("lake", "bridge", "street"),
    "reflection": ("river", "window"),
    "island": ("mountain", "hill", "ship"),
    "beach": ("desert", "island", "lake"),
    "sand": ("desert", "beach", "wood"),
    "desert": ("beach", "hill", "sunset"),
    "mountain": ("hill", "pyramid", "cloud"),
    "hill": ("mountain", "meadow", "desert"),
    "meadow": ("hill", "forest"),
    "snow": ("cloud", "fog", "sand"),
    "winter": ("snow", "fog"),
    "autumn": ("fire", "leaf", "sunset"),
    "forest": ("conifer", "autumn"),
    "rock": ("egg", "brick", "mountain"),
    "underwater": ("night", "aurora"),
    "coral reef": ("forest", "flower", "autumn"),
    # Plants
    "plant": ("flower", "tree", "leaf"),
    "tree": ("forest", "palm tree", "conifer"),
    "conifer": ("palm tree", "pyramid"),
    "palm tree": ("conifer", "umbrella"),
    "trunk (tree)": ("trunk (car)", "wood", "cactus"),
    "leaf": ("flower", "tree", "butterfly"),
    "flower": ("rose", "tulip", "sunflower"),
    "tulip": ("rose", "poppy"),
    "poppy": ("rose", "tulip", "cherry"),
    "lavender": ("tulip", "meadow"),
    "sunflower": ("sun", "rose"),
    "cactus": ("conifer", "tree"),
    # Buildings
    "building": ("house", "skyscraper"),
    "house": ("skyscraper", "window"),
    "window": ("house", "street"),
    "city": ("night", "house", "street"),
    "skyscraper": ("tower", "lighthouse"),
    "tower": ("lighthouse", "skyscraper"),
    "lighthouse": ("tower", "windmill"),
    "windmill": ("lighthouse", "tower", "crane (machine)"),
    "bridge": ("crane (machine)", "river"),
    "crane (machine)": ("crane (bird)", "bridge"),
    "pyramid": ("mountain", "tent"),
    "tent": ("pyramid", "house", "fire"),
    "street": ("river", "city"),
    "brick": ("wood", "house", "textile"),
    # Moving things
    "vehicle": ("car", "boat", "wheel"),
    "boat": ("ship", "sailboat"),
    "sailboat": ("ship", "kite", "tent"),
    "car": ("van", "street"),
    "van": ("car", "house"),
    "trunk (car)": ("trunk (tree)", "van"),
    "wheel": ("bicycle", "car"),
    "bicycle": ("wheel",),
    "hot air balloon": ("kite", "umbrella"),
    "kite": ("bird", "hot air balloon", "sailboat"),
    "umbrella": ("tent", "hot air balloon"),
    # Animals
    "animal": ("dog", "cat", "bird"),
    "cat": ("dog", "fox", "owl"),
    "dog": ("fox", "cat"),
    "bird": ("crane (bird)", "owl", "butterfly"),
    "crane (bird)": ("crane (machine)", "bird"),
    "fish": ("bird", "butterfly"),
    "jellyfish": ("umbrella", "hot air balloon", "fish"),
    "butterfly": ("flower", "bird"),
    # Table
    "food": ("fruit", "cake"),
    "fruit": ("apple", "orange (fruit)"),
    "apple": ("cherry", "pear", "orange (fruit)"),
    "orange (fruit)": ("lemon", "apple", "orange (colour)"),
    "lemon": ("pear", "banana", "egg"),
    "pear": ("apple", "lemon"),
    "banana": ("lemon", "boat"),
    "grape": ("cherry", "apple"),
    "cherry": ("apple", "grape"),
    "still life": ("vase", "bowl", "painting"),
    "table": ("bowl", "cup"),
    "bowl": ("cup", "vase"),
    "vase": ("bottle", "bowl"),
    "bottle": ("vase", "tower"),
    "coffee": ("cup",),
    "café au lait": ("cup", "cake"),
    "cup": ("bowl", "wheel"),
    "cake": ("pizza", "doughnut"),
    "doughnut": ("wheel", "cake"),
    "pizza": ("cake",),
    "egg": ("flower", "cake"),
    "bird's-eye view": ("close-up", "circle"),
    # Form, colour, surface
    "art": ("painting",),
    "painting": ("still life", "landscape"),
    "pattern": ("textile",),
    "texture": ("pattern", "textile", "wood"),
    "textile": ("pattern", "texture"),
    "wood": ("brick", "trunk (tree)", "brown"),
    "close-up": ("texture", "bird's-eye view"),
    "silhouette": ("black and white",),
    "panorama": ("horizon",),
    "circle": ("wheel", "polka dot", "spiral"),
    "polka dot": ("circle", "cherry"),
    "spiral": ("circle",),
    "stripe": ("rectangle", "brick"),
    "rectangle": ("window", "brick"),
    "triangle": ("pyramid", "kite"),
    "hexagon": ("circle", "brick"),
    "star (shape)": ("star (sky)", "flower"),
    "red": ("orange (colour)", "pink"),
    "orange (colour)": ("orange (fruit)", "yellow", "red"),
    "yellow": ("orange (colour)", "sand"),
    "green": ("plant", "blue"),
    "blue": ("purple", "sea", "sky"),
    "purple": ("blue", "pink", "lavender"),
    "pink": ("red", "purple"),
    "brown": ("wood", "orange (colour)"),
    "white": ("snow", "black and white"),
    "black": ("black and white",),
    "grey": ("fog", "black and white"),
    "black and white": ("grey", "silhouette"),
    # Never to be seen in the sample: wherever the machine names these, it errs
    "ship": (),
    "rose": (),
    "fox": (),
    "owl": (),
}
"""Every label's key, and the keys that it is easily taken for."""

POPULAR = (
    "animal", "bird", "boat", "building", "car", "cloud", "flower", "food", "hill", "house", "moon", "mountain",
    "night", "snow", "sun", "table", "tree", "vehicle", "water", "window",
)  # fmt: skip
"""What the machine now and then names without any reason."""

COLOURS = frozenset({"red", "orange (colour)", "yellow", "green", "blue", "purple", "pink", "brown", "white", "black"})


def name_of(key: str) -> str:
    """The label's display name: its key without the sense."""
    return key.split(" (", maxsplit=1)[0]


@lru_cache(maxsize=1024)
def mid_of(key: str) -> str:
    """The label's invented MID. Raises KeyError for what is no label of the sample."""
    if key not in LOOK_ALIKES:
        raise KeyError(key)
    digest = sha256(f"sample label {key}".encode()).digest()
    letters = "".join(_ALPHABET[byte % 31] for byte in digest[:4])
    return f"/g/11zz{letters}" if key in _FROM_THE_GRAPH else f"/m/0zz{letters}"


def dictionary() -> list[tuple[str, str]]:
    """MID and name of every label, sorted by MID."""
    return sorted((mid_of(key), name_of(key)) for key in LOOK_ALIKES)
