"""Plainly fictional names. Every domain ends in `.example`, which RFC 2606 keeps from real use."""

from __future__ import annotations

import pyarrow.compute as pc

from trivet.demo_company.columns import Column, digits, joined, picked, text, where
from trivet.demo_company.days import Whole

COMPANY = "Norvik Analytics"
COMPANY_DOMAIN = "norvik-analytics.example"

FRONT = (
    "Fern", "Thistle", "Marrow", "Quill", "Copper", "Bram", "Wren", "Otter", "Alder", "Birch",
    "Hazel", "Rook", "Sable", "Tansy", "Umber", "Velvet", "Willow", "Yarrow", "Zephyr", "Amber",
    "Basil", "Clover", "Dapple", "Ember", "Flint", "Gorse", "Heather", "Ivory", "Juniper",
    "Kestrel", "Linden", "Mallow", "Nettle", "Opal", "Pepper", "Quartz", "Russet", "Saffron",
    "Teasel", "Vesper", "Walnut", "Bracken", "Cinder", "Drift", "Elder", "Fennel", "Garnet",
    "Hollow", "Indigo", "Jasper", "Larch", "Mossy", "Nimbus", "Orchard", "Pebble", "Rowan",
    "Sorrel", "Timber", "Vale", "Whistle", "Acorn", "Bellow", "Cobble", "Dandel", "Foxglove",
    "Gable", "Harrow", "Kettle", "Lantern", "Mitten", "Parsnip", "Turnip",
)  # fmt: skip
BACK = (
    "hill", "ford", "wick", "mere", "stead", "combe", "field", "gate", "brook", "dale", "moor",
    "well", "ham", "ley", "worth", "bury", "croft", "den", "fold", "garth", "holt", "hurst",
    "lock", "marsh", "ness", "pool", "ridge", "shaw", "thorpe", "toft", "view", "water", "wood",
    "bank", "cliff", "cross",
)  # fmt: skip
TRADE = (
    "Robotics", "Logistics", "Foods", "Instruments", "Insurance", "Textiles", "Software", "Energy",
    "Freight", "Clinics", "Publishing", "Ceramics", "Optics", "Farms", "Media", "Tools", "Hotels",
    "Airships", "Lighting", "Pumps", "Cycles", "Paper", "Brewing", "Glass", "Telecom", "Capital",
    "Retail", "Plastics", "Pharma", "Marine",
)  # fmt: skip
BRANCH = ("Nordics", "Iberia", "West", "Pacific", "Benelux", "Holdings", "Services", "Labs")

GIVEN = (
    "Ada", "Bruno", "Celia", "Dario", "Elspeth", "Farid", "Greta", "Hugo", "Imani", "Jonas",
    "Kaia", "Lorenz", "Mirela", "Nils", "Oona", "Pavel", "Quinn", "Rosa", "Sten", "Tamsin",
    "Ulla", "Viggo", "Wanda", "Xenia", "Yusuf", "Zelda", "Anselm", "Bettina", "Cosmo", "Delphine",
    "Emrys", "Flora", "Gustav", "Hedda", "Ivo", "Junia", "Klaus", "Ludo", "Maren", "Nestor",
)  # fmt: skip
FAMILY = (
    "Thistlewood", "Quillfeather", "Marrowby", "Pennywhistle", "Bramblewick", "Copperpot",
    "Dandelyon", "Eiderdown", "Fiddlehead", "Gooseberry", "Hollyhock", "Inkwell", "Jellicoe",
    "Kettleworth", "Lampwick", "Mossgrove", "Nettlebed", "Otterburn", "Puddlefoot", "Quickthorn",
    "Ravensbeck", "Snowberry", "Tumbleweed", "Underbough", "Vinegarth", "Whortleberry",
    "Yellowhammer", "Zimmerling", "Applecross", "Buttercup", "Candlemas", "Dewberry", "Elderflower",
    "Foxtrotter", "Greengage", "Honeycomb", "Icebergsson", "Juniperius", "Kingcup", "Larkspur",
    "Mulberrie", "Nightjar", "Oatcake", "Peppercorn", "Quincewater", "Rosehip", "Saltmarsh",
    "Teacup", "Umbrello", "Violetta", "Windfall", "Yarrowby", "Zebedee",
)  # fmt: skip
TITLES = (
    "Chief Financial Officer", "VP Operations", "Head of Data", "Director of Analytics",
    "Analytics Manager", "Data Engineer", "IT Manager", "Procurement Lead", "Controller",
    "Operations Analyst", "Head of RevOps", "Product Manager",
)  # fmt: skip

_NAMES = len(FRONT) * len(BACK) * len(TRADE)


def company_names(numbers: Whole) -> tuple[Column, Column]:
    """A name and a domain for each account number: always the same, never the same twice."""
    mixed = numbers * 7_919 % _NAMES
    front = picked(text(FRONT), mixed % len(FRONT))
    back = picked(text(BACK), mixed // len(FRONT) % len(BACK))
    trade = picked(text(TRADE), mixed // len(FRONT) // len(BACK))
    again = numbers // _NAMES
    tail = where(again > 0, digits(again + 1), "")
    place = joined(front, back)
    spaced = where(again > 0, joined(" ", tail), "")
    domain = joined(pc.utf8_lower(place), "-", pc.utf8_lower(trade), tail, ".example")
    return joined(place, " ", trade, spaced), domain


def person_names(numbers: Whole, place_in_company: Whole) -> tuple[Column, Column]:
    """Given and family name; within one company no two people share a family name."""
    given = picked(text(GIVEN), numbers * 17 % len(GIVEN))
    first_family = (numbers - place_in_company) * 31
    family = picked(text(FAMILY), (first_family + place_in_company) % len(FAMILY))
    return given, family
