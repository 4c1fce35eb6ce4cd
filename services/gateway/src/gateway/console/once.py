"""What is shown this once: a password, recovery codes, the secret for an app."""

from typing import Any

from starlette.responses import Response

from gateway.console.pages import Visit, page


def shown_once(visit: Visit, kind: str, **values: Any) -> Response:
    """The answer of a form that cannot be asked for again, in place of the page it stood on.

    Args:
        visit: Who asked; of his newest session.
        kind: Which part of ``sekali.html``.
        **values: What is shown.
    """
    shown = page(visit, "_sekali" if visit.is_partial else "sekali", kind=kind, **values)
    if visit.is_partial:
        shown.headers.update({"HX-Retarget": "#isi", "HX-Reswap": "innerHTML show:top"})
    return shown
