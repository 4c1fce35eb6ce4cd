import pytest

from jamila_contracts.codes import in_groups


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("K7M2Q9XW4T", "K7M2Q-9XW4T"),
        ("K7M2Q9XW4T8B", "K7M2-Q9XW-4T8B"),
        ("K7M2Q9XW4T8BP3R5N8YV", "K7M2Q-9XW4T-8BP3R-5N8YV"),
        ("K7M2Q9XW4T8", "K7M2Q-9XW4T-8"),
        ("", ""),
    ],
)
def test_code_is_written_in_even_groups_where_there_are_any(code, shown):
    assert in_groups(code) == shown
