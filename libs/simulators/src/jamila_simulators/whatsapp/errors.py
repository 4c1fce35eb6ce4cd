"""Errors as the Graph API words them, and which of them arrive late.

GraphError is the only exception of this package that leaves it: the routes turn it into a response.

Source: Cloud API error code reference. Undeliverable and re-engagement errors are not answers to
the send call: the call is accepted and the message fails in a status webhook.
"""

import secrets
from typing import Any, Final

_HREF: Final = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"

TITLES: Final[dict[int, str]] = {
    4: "Application request limit reached",
    100: "Invalid parameter",
    190: "Invalid OAuth access token - Cannot parse access token",
    368: "Temporarily blocked for policies violations",
    80007: "Rate limit issues",
    130429: "Rate limit hit",
    131000: "Something went wrong",
    131008: "Required parameter is missing",
    131009: "Parameter value is not valid",
    131026: "Message undeliverable",
    131031: "Account has been locked",
    131047: "Re-engagement message",
    131048: "Spam rate limit hit",
    131049: "This message was not delivered to maintain healthy ecosystem engagement.",
    131051: "Unsupported message type",
    131052: "Media download error",
    131053: "Media upload error",
    131056: "(Business Account, Consumer Account) pair rate limit hit",
    132000: "Number of parameters does not match the expected number of params",
    132012: "Parameter format does not match format in the created template",
    132001: "Template name does not exist in the translation",
    133016: "Account register deregister rate limit exceeded",
}

DETAILS: Final[dict[int, str]] = {
    130429: "Message failed to send because there were too many messages sent from this phone "
    "number in a short period of time",
    131026: "Message Undeliverable.",
    131047: "Message failed to send because more than 24 hours have passed since the customer last "
    "replied to this number.",
    131056: "Message failed to send because there were too many messages sent from this phone "
    "number to the same phone number in a short period of time.",
}

LATE: Final = frozenset({131026, 131047, 131048, 131049, 131052, 131053})
"""Codes that come in a ``failed`` status webhook after the send call was accepted."""

_HTTP_STATUS: Final = {190: 401, 131000: 500}


class GraphError(Exception):
    """A refused call; carries what the JSON error body says."""

    def __init__(
        self,
        code: int,
        *,
        details: str | None = None,
        subcode: int | None = None,
        kind: str = "OAuthException",
        message: str | None = None,
    ) -> None:
        self.code = code
        self.details = details or DETAILS.get(code)
        self.status = _HTTP_STATUS.get(code, 400)
        self.subcode = subcode
        self.kind = kind
        self.message = message or f"(#{code}) {TITLES.get(code, 'Unknown error')}"
        super().__init__(self.message)

    def body(self) -> dict[str, Any]:
        """The JSON body of the response."""
        error: dict[str, Any] = {"message": self.message, "type": self.kind, "code": self.code}
        if self.details is not None:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        return {"error": error | {"fbtrace_id": secrets.token_urlsafe(16)}}


def unknown_object(object_id: str) -> GraphError:
    """What the Graph API says about an id it does not know or no longer keeps."""
    return GraphError(
        100,
        subcode=33,
        kind="GraphMethodException",
        message=f"Unsupported get request. Object with ID '{object_id}' does not exist, cannot be "
        "loaded due to missing permissions, or does not support this operation.",
    )


def bad_token() -> GraphError:
    """What the Graph API says about a missing or wrong bearer token."""
    return GraphError(190, message=TITLES[190])


def status_error(code: int) -> dict[str, Any]:
    """One entry of ``errors`` in a ``failed`` status."""
    title = TITLES.get(code, "Unknown error")
    return {
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": DETAILS.get(code, title)},
        "href": _HREF,
    }
