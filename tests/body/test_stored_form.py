"""What lies in the database for years: it changes only on purpose."""

import msgspec
import pytest

from app.body import docbook
from app.body.blocks import Box, Collapsible, NumberedList, Paragraph, Text, decode, encode
from tests.body.test_docbook import SUMMONS


def test_a_tree_comes_back_as_it_was():
    document = docbook.read(SUMMONS)
    assert decode(encode(document)) == document


def test_the_stored_form_is_this():
    stored = (
        '[["heading",2,[["text","a"]]],["paragraph",[["emphasis","bold",[["text","b"]]],'
        '["link","https://1177.se/",[["text","c"]],"1177.se"]]],["bullets",[[["paragraph",[["text","d"]]]]]],'
        '["numbers",[[["paragraph",[["text","e"]]]]],1],["key-values",[[[["text","f"]],[["paragraph",'
        '[["text","g"]]]]]]],["box","observe",["heading",3,[["text","h"]]],[["paragraph",[["text","i"]]]]],'
        '["box","frame",null,[["paragraph",[["text","j"]]]]],["collapsible",[["text","k"]],[["paragraph",'
        '[["text","l"]]]]]]'
    )
    assert encode(decode(stored.encode())).decode() == stored


def test_fields_may_be_added_later():
    assert decode(b'[["numbers",[[["paragraph",[["text","a"]]]]]]]') == (
        NumberedList(((Paragraph((Text("a"),)),),), 1),
    )
    assert decode(b'[["paragraph",[["text","a"]],"new"]]') == (Paragraph((Text("a"),)),)


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"{}",
        b"[1]",
        b'[["script","a"]]',
        b'[["box","evil",null,[]]]',
        b'[["heading",1,[]]]',
        b'[["text","a"]]',
    ],
)
def test_what_was_not_written_by_us_is_not_read(stored):
    with pytest.raises(msgspec.DecodeError):
        decode(stored)


def test_a_tree_cannot_change():
    box = Box("frame", None, (Collapsible((), ()),))
    with pytest.raises(AttributeError):
        box.kind = "observe"  # type: ignore[misc]
    assert hash(box) == hash(Box("frame", None, (Collapsible((), ()),)))
