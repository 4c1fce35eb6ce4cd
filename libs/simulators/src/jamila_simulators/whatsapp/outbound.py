"""What a business may send, with the documented limits of each message type.

Source: Cloud API messages reference; limits repeated on the project's rules page.
"""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, ValidationError, model_validator

from jamila_simulators.whatsapp.errors import GraphError

_MAX_BUTTONS: Final = 3
_MAX_ROWS: Final = 10
_BUTTON_BODY: Final = 1024

SUPPORTED: Final = ("text", "image", "document", "interactive", "template")


def _text(most: int) -> Any:
    return StringConstraints(min_length=1, max_length=most)


class TextContent(BaseModel):
    """Plain text."""

    body: Annotated[str, _text(4096)]
    preview_url: bool = False


class MediaContent(BaseModel):
    """An image or a document, by uploaded id or by public link."""

    id: str | None = None
    link: str | None = None
    caption: Annotated[str, _text(1024)] | None = None
    filename: Annotated[str, _text(240)] | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.id is None) == (self.link is None):
            msg = "exactly one of id and link is required"
            raise ValueError(msg)
        return self


class ReplyButton(BaseModel):
    """What a tapped button answers."""

    id: Annotated[str, _text(256)]
    title: Annotated[str, _text(20)]


class Button(BaseModel):
    """One button."""

    type: Literal["reply"]
    reply: ReplyButton


class Row(BaseModel):
    """One row of a list."""

    id: Annotated[str, _text(200)]
    title: Annotated[str, _text(24)]
    description: Annotated[str, _text(72)] | None = None


class Section(BaseModel):
    """Rows under one title."""

    title: Annotated[str, _text(24)] | None = None
    rows: Annotated[list[Row], Field(min_length=1, max_length=_MAX_ROWS)]


class ButtonAction(BaseModel):
    """Up to three buttons."""

    buttons: Annotated[list[Button], Field(min_length=1, max_length=_MAX_BUTTONS)]

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        replies = [button.reply for button in self.buttons]
        if len({reply.id for reply in replies}) < len(replies):
            msg = "button ids must be unique"
            raise ValueError(msg)
        if len({reply.title for reply in replies}) < len(replies):
            msg = "button titles must be unique"
            raise ValueError(msg)
        return self


class ListAction(BaseModel):
    """A button that opens up to ten rows."""

    button: Annotated[str, _text(20)]
    sections: Annotated[list[Section], Field(min_length=1, max_length=10)]

    @model_validator(mode="after")
    def _rows(self) -> Self:
        rows = [row for section in self.sections for row in section.rows]
        if len(rows) > _MAX_ROWS:
            msg = "at most 10 rows over all sections"
            raise ValueError(msg)
        if len({row.id for row in rows}) < len(rows):
            msg = "row ids must be unique"
            raise ValueError(msg)
        if len(self.sections) > 1 and any(section.title is None for section in self.sections):
            msg = "a section title is required when there is more than one section"
            raise ValueError(msg)
        return self


class Header(BaseModel):
    """Line or file above the body."""

    type: Literal["text", "image", "video", "document"]
    text: Annotated[str, _text(60)] | None = None
    image: MediaContent | None = None
    document: MediaContent | None = None


class Body(BaseModel):
    """The text itself."""

    text: Annotated[str, _text(4096)]


class Footer(BaseModel):
    """Small print below the body."""

    text: Annotated[str, _text(60)]


class ButtonMessage(BaseModel):
    """An interactive message with reply buttons."""

    type: Literal["button"]
    header: Header | None = None
    body: Body
    footer: Footer | None = None
    action: ButtonAction

    @model_validator(mode="after")
    def _short_body(self) -> Self:
        if len(self.body.text) > _BUTTON_BODY:
            msg = "body text of a button message is at most 1024 characters"
            raise ValueError(msg)
        return self


class ListMessage(BaseModel):
    """An interactive message with a list."""

    type: Literal["list"]
    header: Header | None = None
    body: Body
    footer: Footer | None = None
    action: ListAction

    @model_validator(mode="after")
    def _text_header(self) -> Self:
        if self.header is not None and self.header.type != "text":
            msg = "a list message takes a text header only"
            raise ValueError(msg)
        return self


class LinkParameters(BaseModel):
    """What the button says and where it leads."""

    display_text: Annotated[str, _text(20)]
    url: Annotated[str, StringConstraints(pattern=r"^https?://", max_length=2000)]


class LinkAction(BaseModel):
    """One button that opens an address."""

    name: Literal["cta_url"]
    parameters: LinkParameters


class LinkMessage(BaseModel):
    """An interactive message with one button that opens an address."""

    type: Literal["cta_url"]
    header: Header | None = None
    body: Body
    footer: Footer | None = None
    action: LinkAction

    @model_validator(mode="after")
    def _short_body(self) -> Self:
        if len(self.body.text) > _BUTTON_BODY:
            msg = "body text of a message with a link button is at most 1024 characters"
            raise ValueError(msg)
        return self


Interactive = Annotated[ButtonMessage | ListMessage | LinkMessage, Field(discriminator="type")]


class Language(BaseModel):
    """Language of a template."""

    code: Annotated[str, _text(15)]


class Parameter(BaseModel, extra="allow"):
    """One value for a placeholder."""

    type: Literal["text", "currency", "date_time", "image", "document", "video", "payload"]
    text: str | None = None
    payload: Annotated[str, _text(128)] | None = None
    image: MediaContent | None = None
    document: MediaContent | None = None

    def media(self) -> MediaContent | None:
        """The file of a header."""
        return self.document if self.type == "document" else self.image


class Component(BaseModel):
    """Values for one part of a template."""

    type: Literal["header", "body", "button"]
    sub_type: Literal["url", "quick_reply"] | None = None
    index: Annotated[int, Field(ge=0, le=9)] | None = None
    """Which button, from 0; on the wire often as text."""
    parameters: list[Parameter] = []

    @model_validator(mode="after")
    def _which_button(self) -> Self:
        if self.type == "button" and (self.sub_type is None or self.index is None):
            msg = "a button component needs sub_type and index"
            raise ValueError(msg)
        return self


class Template(BaseModel):
    """An approved template with its values."""

    name: Annotated[str, _text(512)]
    language: Language
    components: list[Component] = []

    def body_texts(self) -> list[str]:
        """Values for ``{{1}}``, ``{{2}}``, … of the template's body."""
        return [parameter.text or "" for parameter in self.parameters_of("body")]

    def parameters_of(self, part: str) -> list[Parameter]:
        """Values for one part."""
        return [
            parameter
            for component in self.components
            if component.type == part
            for parameter in component.parameters
        ]


class SendRequest(BaseModel):
    """The body of ``POST /{phone_number_id}/messages`` that sends something."""

    messaging_product: Literal["whatsapp"]
    recipient_type: Literal["individual"] = "individual"
    to: str | None = None
    recipient: str | None = None
    """Business-scoped user id, instead of ``to`` (since 2026)."""
    type: str = "text"
    text: TextContent | None = None
    image: MediaContent | None = None
    document: MediaContent | None = None
    interactive: Interactive | None = None
    template: Template | None = None
    biz_opaque_callback_data: Annotated[str, _text(512)] | None = None

    def content(self) -> dict[str, Any]:
        """The part named by ``type``, as sent on to the phone."""
        part: BaseModel = getattr(self, self.type)
        return part.model_dump(exclude_none=True)

    def media_ids(self) -> list[str]:
        """Ids of the uploaded files this message shows, a header's included."""
        shown: list[MediaContent | None] = []
        if self.type in {"image", "document"}:
            shown = [self.image if self.type == "image" else self.document]
        elif self.type == "interactive" and self.interactive and self.interactive.header:
            shown = [self.interactive.header.image, self.interactive.header.document]
        elif self.type == "template" and self.template:
            shown = [each.media() for each in self.template.parameters_of("header")]
        return [media.id for media in shown if media is not None and media.id is not None]


def read_send_request(body: dict[str, Any]) -> SendRequest:
    """Check one send request against the documented limits.

    Raises:
        GraphError: 131051 for a type that is not offered, 131008 for a missing part, 131009 for a
            value outside its limits.
    """
    kind = body.get("type", "text")
    if kind not in SUPPORTED:
        raise GraphError(131051, details=f"Message type '{kind}' is not supported.")
    if kind not in body:
        raise GraphError(131008, details=f"Parameter '{kind}' is mandatory for type '{kind}'")
    if not body.get("to") and not body.get("recipient"):
        raise GraphError(131008, details="Either 'to' or 'recipient' is mandatory")
    try:
        return SendRequest.model_validate(body)
    except ValidationError as invalid:
        first = invalid.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        code = 131008 if first["type"] == "missing" else 131009
        raise GraphError(code, details=f"{where}: {first['msg']}") from invalid
