"""The calls of the Cloud API that the office needs; no exception of httpx leaves here."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import httpx

from jamila_runtime.bounded import AnswerTooLargeError, BoundedClient, at_most
from jamila_runtime.errors import JamilaError
from jamila_runtime.outside import read_json
from jamila_whatsapp.contents import Content, template, text
from jamila_whatsapp.errors import (
    MediaBrokenError,
    MediaGoneError,
    MediaHostError,
    MediaTooLargeError,
    OutcomeUnknownError,
    WhatsAppAccountError,
    WhatsAppBusyError,
    WhatsAppRefusedError,
    WhatsAppUnreachableError,
    error_of,
)
from jamila_whatsapp.references import media_sha256

_UNKNOWN_OBJECT: Final = 33
"""Subcode of Graph error 100 for an id that does not exist (any more)."""
MEDIA_HOSTS: Final = ("lookaside.fbsbx.com",)
"""Where the Cloud API keeps files, besides its own host."""
_BEFORE_SENDING: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_ANSWER_BYTES: Final = 1_048_576


@dataclass(frozen=True)
class Recipient:
    """Whom to write to: the number if we know it, else the business-scoped user id."""

    wa_id: str | None
    user_id: str | None = None

    def fields(self) -> dict[str, str]:
        """The recipient in the words of the API.

        Raises:
            WhatsAppRefusedError: neither is known.
        """
        if self.wa_id:
            return {"to": self.wa_id}
        if self.user_id:
            return {"recipient": self.user_id}
        raise WhatsAppRefusedError("nobody to write to", code=0)


@dataclass(frozen=True)
class MediaInfo:
    """What is known of a file before it is fetched; the address lives five minutes."""

    url: str
    media_type: str
    sha256: str | None
    size_bytes: int


class WhatsAppClient:
    """Sends messages and fetches media, synchronously; one per process."""

    def __init__(  # noqa: PLR0913 - the terms agreed with the platform
        self,
        base_url: str,
        access_token: str,
        *,
        phone_number_id: str,
        timeout_seconds: float = 15.0,
        file_seconds: float = 120.0,
        media_hosts: Sequence[str] = MEDIA_HOSTS,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        # A whole file, either way: its address lives five minutes, and lines of offices are slow.
        self._file_seconds = file_seconds
        self._own = httpx.URL(base_url)
        self._media_hosts = frozenset(media_hosts)
        self._messages_url = f"{self._base_url}/{phone_number_id}/messages"
        self._uploads_url = f"{self._base_url}/{phone_number_id}/media"
        self._http = BoundedClient(
            max_bytes=_ANSWER_BYTES,
            headers={"Authorization": f"Bearer {access_token}"},
            timeout=httpx.Timeout(timeout_seconds, connect=5.0),
            transport=transport,
        )

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def send_text(self, to: Recipient, body: str, *, callback_data: str) -> str:
        """Send free-form text, allowed within 24 hours of the resident's last message.

        Returns:
            The ``wamid``; it holds the phone number, see ``message_reference``.

        Raises:
            OutcomeUnknownError: it may have been sent.
            RetryableError: it was not sent, try later.
            DomainError: it will never be accepted.
        """
        return self.send(to, text(body), callback_data=callback_data)

    def send_template(
        self, to: Recipient, name: str, variables: Sequence[str], *, callback_data: str
    ) -> str:
        """Send an approved utility template in Indonesian; errors as of ``send_text``."""
        return self.send(to, template(name, variables), callback_data=callback_data)

    def upload(self, content: bytes, *, media_type: str, filename: str) -> str:
        """Give WhatsApp a file to send; nobody sees it before a message names it.

        Returns:
            The media id; it lives 30 days.

        Raises:
            RetryableError: try later; nothing was sent.
            DomainError: it will never be accepted.
        """
        fields = {"messaging_product": "whatsapp", "type": media_type}
        file = {"file": (filename, content, media_type)}
        try:
            response = self._http.post(
                self._uploads_url,
                data=fields,
                files=file,
                extensions=at_most(seconds=self._file_seconds),
            )
        except httpx.TransportError as error:
            raise WhatsAppUnreachableError(f"upload: {type(error).__name__}") from error
        if response.status_code != HTTPStatus.OK:
            raise _refusal_of_upload(response)
        try:
            return str(read_json(response.content)["id"])
        except (ValueError, KeyError, TypeError) as error:
            raise WhatsAppBusyError("upload: unreadable answer") from error

    def media_info(self, media_id: str) -> MediaInfo:
        """Step one of fetching a file.

        Raises:
            MediaGoneError: the id is unknown or too old.
            RetryableError: try later.
        """
        try:
            response = self._http.get(f"{self._base_url}/{media_id}")
        except httpx.TransportError as error:
            raise WhatsAppUnreachableError(f"media: {type(error).__name__}") from error
        if response.status_code != HTTPStatus.OK:
            raise _refusal_of_media(response)
        try:
            found = read_json(response.content)
            return MediaInfo(
                url=str(found["url"]),
                media_type=str(found["mime_type"]).partition(";")[0].strip().lower(),
                sha256=media_sha256(str(found.get("sha256", ""))),
                size_bytes=int(found.get("file_size", 0)),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise WhatsAppBusyError("media: unreadable answer") from error

    def download(self, info: MediaInfo, *, max_bytes: int) -> bytes:
        """Step two: the bytes, proved to be the announced ones.

        Raises:
            MediaHostError: the address is not one of the platform's; nothing was asked there.
            MediaTooLargeError: more than ``max_bytes``; nothing beyond them is read.
            MediaBrokenError: other bytes than announced, or the address expired: begin anew.
            RetryableError: try later.
        """
        self._expect_own(info.url)
        if info.size_bytes > max_bytes:
            raise MediaTooLargeError("file too large", size_bytes=info.size_bytes)
        allowed = at_most(max_bytes=max_bytes, seconds=self._file_seconds)
        try:
            with self._http.stream("GET", info.url, extensions=allowed) as response:
                _expect_file(response)
                content = response.read()
        except AnswerTooLargeError:
            raise MediaTooLargeError("file too large") from None
        except httpx.HTTPError as error:
            raise WhatsAppUnreachableError(f"media: {type(error).__name__}") from error
        if info.sha256 is not None and hashlib.sha256(content).hexdigest() != info.sha256:
            raise MediaBrokenError("the bytes are not the announced ones")
        return content

    def _expect_own(self, address: str) -> None:
        """Our token goes to the platform and nowhere else, whatever an answer says."""
        try:
            url = httpx.URL(address)
        except httpx.InvalidURL:
            raise MediaHostError("media: the address is no address") from None
        is_same = (url.scheme, url.netloc) == (self._own.scheme, self._own.netloc)
        if not is_same and not (url.scheme == "https" and url.netloc.decode() in self._media_hosts):
            raise MediaHostError("media: the address is not one of the platform's")

    def send(self, to: Recipient, content: Content, *, callback_data: str) -> str:
        """Send anything of module ``contents``; answer and errors as of ``send_text``."""
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **to.fields(),
            **content,
            "biz_opaque_callback_data": callback_data,
        }
        try:
            response = self._http.post(self._messages_url, json=body)
        except _BEFORE_SENDING as error:
            raise WhatsAppUnreachableError(f"send: {type(error).__name__}") from error
        except httpx.TransportError as error:
            raise OutcomeUnknownError(f"send: {type(error).__name__}") from error
        if response.status_code != HTTPStatus.OK:
            raise _refusal_of_send(response)
        try:
            return str(read_json(response.content)["messages"][0]["id"])
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise OutcomeUnknownError("send: unreadable answer") from error


def _graph_error(response: httpx.Response) -> Mapping[str, Any]:
    try:
        error = read_json(response.content)["error"]
        int(error["code"])
    except (ValueError, KeyError, TypeError):
        return {}
    return dict(error)


def _refusal_of_send(response: httpx.Response) -> JamilaError:
    error = _graph_error(response)
    if error:
        return error_of(int(error["code"]))
    status = response.status_code
    if status in (HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT):
        # A proxy lost its upstream: the platform itself may well have taken the message.
        return OutcomeUnknownError(f"send: HTTP {status}")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        return WhatsAppBusyError(f"send: HTTP {status}")
    return WhatsAppRefusedError(f"send: HTTP {status}", code=status)


def _refusal_of_upload(response: httpx.Response) -> JamilaError:
    error = _graph_error(response)
    if error:
        return error_of(int(error["code"]))
    status = response.status_code
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        return WhatsAppBusyError(f"upload: HTTP {status}")
    return WhatsAppRefusedError(f"upload: HTTP {status}", code=status)


def _refusal_of_media(response: httpx.Response) -> JamilaError:
    error = _graph_error(response)
    if (
        error.get("error_subcode") == _UNKNOWN_OBJECT
        or response.status_code == HTTPStatus.NOT_FOUND
    ):
        return MediaGoneError("there is no such media")
    if error:
        return error_of(int(error["code"]))
    return WhatsAppBusyError(f"media: HTTP {response.status_code}")


def _expect_file(response: httpx.Response) -> None:
    status = response.status_code
    if status == HTTPStatus.OK:
        return
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise WhatsAppAccountError(f"media: HTTP {status}")
    if status == HTTPStatus.NOT_FOUND:
        raise MediaBrokenError("the address of the file expired")
    raise WhatsAppBusyError(f"media: HTTP {status}")
