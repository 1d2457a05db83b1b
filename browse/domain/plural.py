"""Numbers with what they count."""


def counted(number: int, one: str, many: str = "") -> str:
    """Such as "1 row", "2,310 rows"; `many` where it is not `one` with an s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
