"""Creative Commons' ports: their names as the English deeds give them, and which license has which.

Source: the registry of Creative Commons' legal tools (creativecommons/cc-legal-tools-data,
config/cc-legal-tools.csv) and the names in creativecommons/cc-legal-tools-app.
"""

from __future__ import annotations

JURISDICTION_NAMES = {
    "am": "Armenia",
    "ar": "Argentina",
    "at": "Austria",
    "au": "Australia",
    "az": "Azerbaijan",
    "be": "Belgium",
    "bg": "Bulgaria",
    "br": "Brazil",
    "ca": "Canada",
    "ch": "Switzerland",
    "cl": "Chile",
    "cn": "China Mainland",
    "co": "Colombia",
    "cr": "Costa Rica",
    "cz": "Czech Republic",
    "de": "Germany",
    "dk": "Denmark",
    "ec": "Ecuador",
    "ee": "Estonia",
    "eg": "Egypt",
    "es": "Spain",
    "fi": "Finland",
    "fr": "France",
    "ge": "Georgia",
    "gr": "Greece",
    "gt": "Guatemala",
    "hk": "Hong Kong",
    "hr": "Croatia",
    "hu": "Hungary",
    "ie": "Ireland",
    "igo": "IGO",
    "il": "Israel",
    "in": "India",
    "it": "Italy",
    "jp": "Japan",
    "kr": "Korea",
    "lu": "Luxembourg",
    "mk": "Macedonia",
    "mt": "Malta",
    "mx": "Mexico",
    "my": "Malaysia",
    "nl": "Netherlands",
    "no": "Norway",
    "nz": "New Zealand",
    "pe": "Peru",
    "ph": "Philippines",
    "pl": "Poland",
    "pr": "Puerto Rico",
    "pt": "Portugal",
    "ro": "Romania",
    "rs": "Serbia",
    "scotland": "UK: Scotland",
    "se": "Sweden",
    "sg": "Singapore",
    "si": "Slovenia",
    "th": "Thailand",
    "tw": "Taiwan",
    "ug": "Uganda",
    "uk": "UK: England & Wales",
    "us": "United States",
    "ve": "Venezuela",
    "vn": "Vietnam",
    "za": "South Africa",
}

UNPORTED = {"1.0": "Generic", "2.0": "Generic", "2.5": "Generic", "3.0": "Unported", "4.0": "International"}
"""What stands in the jurisdiction's place, by version; 2.1 exists in ports only."""

_MAIN_PORTS = {
    "1.0": "fi il nl",
    "2.0": "at au be br ca cl de es fr hr it jp kr nl pl tw uk za",
    "2.1": "au ca es jp",
    "2.5": "ar au bg br ca ch cn co dk es hr hu il in it mk mt mx my nl pe pl pt scotland se si tw za",
    "3.0": "am at au az br ca ch cl cn cr cz de ec ee eg es fr ge gr gt hk hr ie igo it lu nl no nz ph pl pr pt ro rs "
    "sg th tw ug us ve vn za",
}
_MAIN_UNITS = ("by", "by-nc", "by-nc-nd", "by-nc-sa", "by-nd", "by-sa")
_UNITS_OF_1_0 = ("by", "by-nc", "by-nc-sa", "by-nd", "by-nd-nc", "by-sa")
_UNITS_WITHOUT_BY = ("nc", "nc-sa", "nd", "nd-nc", "sa")


def _ports() -> dict[tuple[str, str], frozenset[str]]:
    ports: dict[tuple[str, str], frozenset[str]] = {}
    for version in (*_MAIN_PORTS, "4.0"):
        for unit in _UNITS_OF_1_0 if version == "1.0" else _MAIN_UNITS:
            ports[unit, version] = frozenset(_MAIN_PORTS.get(version, "").split())
    for unit in _UNITS_WITHOUT_BY:
        ports[unit, "1.0"] = frozenset({"fi", "nl"})
        ports[unit, "2.0"] = frozenset({"jp"})
    ports["sampling", "1.0"] = frozenset({"br", "tw"})
    ports["sampling+", "1.0"] = frozenset({"br", "de", "tw"})
    ports["nc-sampling+", "1.0"] = frozenset({"tw"})
    ports["devnations", "2.0"] = frozenset()
    return ports


PORTS = _ports()
"""(unit, version) of every license that there is -> its ports."""

PORTED_ONLY = frozenset({(unit, "2.1") for unit in _MAIN_UNITS} | {(unit, "2.0") for unit in _UNITS_WITHOUT_BY})
"""Licenses of which no unported version was published."""
