"""Forms as they stand in the HTML of a page."""

import re


def hidden(page: str, name: str) -> str:
    """What a hidden field of the page says, the first of that name."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    if found is None:
        msg = f"the page has no field {name}"
        raise AssertionError(msg)
    return found[1]


def token_and_key(page: str) -> dict[str, str]:
    """The token of the session and a key, from any page of the console."""
    return {name: hidden(page, name) for name in ("csrf", "kunci")}
