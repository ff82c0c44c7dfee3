import pytest

from app.language import dial


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("08-465 004 15", "+46846500415"),
        ("0980-319 200", "+46980319200"),
        ("+46 8 465 004 15", "+46846500415"),
        ("00358 9 123", "003589123"),
        ("112", "112"),
    ],
)
def test_a_number_is_dialled_from_anywhere(written: str, dialled: str) -> None:
    assert dial(written) == dialled
