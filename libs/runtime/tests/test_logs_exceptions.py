"""A log tells where an exception came from, and nothing that a person typed."""

from collections.abc import Callable

import pytest
from pydantic import BaseModel

from jamila_runtime.errors import RetryableError
from jamila_runtime.logs import tell_exception


class Form(BaseModel):
    birth_year: int


def told(fail: Callable[[], object], kind: type[Exception]) -> str:
    with pytest.raises(kind) as caught:
        fail()
    return tell_exception((caught.type, caught.value, caught.tb))


def refuse_form() -> None:
    typed = "Siti Rahmah"
    Form.model_validate({"birth_year": typed})


def fail_retryably() -> None:
    try:
        refuse_form()
    except ValueError as error:
        raise RetryableError("store is away") from error


def test_a_message_that_quotes_input_is_left_out():
    text = told(refuse_form, ValueError)
    assert "input_value" not in text
    assert text.endswith("ValidationError")
    assert "in refuse_form" in text


def test_our_own_message_and_what_caused_it_are_told():
    text = told(fail_retryably, RetryableError)
    assert "RetryableError: store is away\nbecause of\n" in text
    assert text.endswith("ValidationError")
