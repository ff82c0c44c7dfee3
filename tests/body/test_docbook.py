"""The subset 1177 inkorg takes (domain.md §2.3), element by element and role by role."""

import pytest

from app.body import docbook
from app.body.blocks import (
    Box,
    BulletList,
    Collapsible,
    Content,
    Document,
    Emphasis,
    Heading,
    KeyValues,
    Link,
    NumberedList,
    Paragraph,
    Text,
)

SUMMONS = """\
<article>
  <info><title>Välkommen till Söderby Vårdcentral</title></info>
  <para>Vi har bokat tid till dig hos barnmorska Moa Modig.</para>
  <variablelist>
    <varlistentry><term>Datum:</term><listitem>tisdag 8 december</listitem></varlistentry>
    <varlistentry><term>Klockan:</term><listitem>9.15</listitem></varlistentry>
    <varlistentry>
      <term>Plats:</term><listitem>Plan 2, <ulink url="1177.se/karta">visa karta</ulink></listitem>
    </varlistentry>
    <varlistentry><term>Telefon:</term><listitem><ulink url="tel:08-123 45 67">08-123 45 67</ulink></listitem>
    </varlistentry>
  </variablelist>
  <section>
    <info><title><emphasis role="information">Viktigt inför ditt besök</emphasis></title></info>
    <para>Du behöver inte fasta.</para>
  </section>
  <section>
    <title><emphasis role="observe">Tänk på</emphasis></title>
    <itemizedlist mark="bullet">
      <listitem>Ta med legitimation</listitem>
      <listitem>Avboka senast 24 timmar före besöket</listitem>
    </itemizedlist>
  </section>
  <section>
    <title><emphasis role="collapsible">Därför är du kallad till cellprovtagning</emphasis></title>
    <para>Provet visar <emphasis role="bold">tidiga</emphasis> förändringar.</para>
  </section>
  <para><ulink url="https://www.1177.se/ics" type="_blank">Lägg till i min kalender</ulink></para>
</article>
"""


def words(text: str) -> Content:
    return (Text(text),)


def paragraph(text: str) -> Paragraph:
    return Paragraph(words(text))


def one(text: str) -> Document:
    return (paragraph(text),)


def test_a_typical_summons():
    assert docbook.read(SUMMONS) == (
        Heading(2, words("Välkommen till Söderby Vårdcentral")),
        paragraph("Vi har bokat tid till dig hos barnmorska Moa Modig."),
        KeyValues(
            (
                (words("Datum:"), one("tisdag 8 december")),
                (words("Klockan:"), one("9.15")),
                (
                    words("Plats:"),
                    (
                        Paragraph(
                            (
                                Text("Plan 2, "),
                                Link("https://1177.se/karta", words("visa karta"), "1177.se"),
                            )
                        ),
                    ),
                ),
                (words("Telefon:"), (Paragraph((Link("tel:081234567", words("08-123 45 67"), ""),)),)),
            )
        ),
        Box("information", Heading(3, words("Viktigt inför ditt besök")), one("Du behöver inte fasta.")),
        Box(
            "observe",
            Heading(3, words("Tänk på")),
            (BulletList((one("Ta med legitimation"), one("Avboka senast 24 timmar före besöket"))),),
        ),
        Collapsible(
            words("Därför är du kallad till cellprovtagning"),
            (Paragraph((Text("Provet visar "), Emphasis("bold", words("tidiga")), Text(" förändringar."))),),
        ),
        Paragraph((Link("https://www.1177.se/ics", words("Lägg till i min kalender"), "www.1177.se"),)),
    )


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        ("information", "information"),
        ("bgcolor", "information"),
        ("observe", "observe"),
        ("frame", "frame"),
        (" Observe ", "observe"),
    ],
)
def test_the_role_in_a_sections_title_makes_a_box(role, kind):
    (box,) = read(f'<section><title><emphasis role="{role}">Obs</emphasis></title><para>a</para></section>')
    assert box == Box(kind, Heading(2, words("Obs")), one("a"))


def test_the_role_is_found_inside_other_emphasis():
    (box,) = read(
        '<section><title><emphasis role="bold"><emphasis role="frame">Obs</emphasis></emphasis></title>'
        "<para>a</para></section>"
    )
    assert isinstance(box, Box)
    assert box.kind == "frame"
    assert box.heading == Heading(2, (Emphasis("bold", words("Obs")),))


def test_an_empty_emphasis_makes_a_box_without_heading():
    (box,) = read('<section><title><emphasis role="observe"/></title><para>Kom fastande</para></section>')
    assert box == Box("observe", None, one("Kom fastande"))


def test_a_box_may_be_a_heading_alone():
    (box,) = read('<section><title><emphasis role="observe">Kom fastande</emphasis></title></section>')
    assert box == Box("observe", Heading(2, words("Kom fastande")), ())


def test_nothing_is_shown_of_an_empty_box():
    assert read('<section><title><emphasis role="frame"/></title></section><para>a</para>') == one("a")


def test_what_collapses_needs_something_to_show():
    section = '<section><title><emphasis role="collapsible">Så går det till</emphasis></title></section>'
    assert read(section) == (Heading(2, words("Så går det till")),)


def test_a_collapsible_may_lack_a_heading():
    section = '<section><title><emphasis role="collapsible"/></title><para>a</para></section>'
    assert read(section) == (Collapsible((), one("a")),)


def test_a_link_in_what_opens_a_collapsible_is_written_out():
    (shut,) = read(
        '<section><title><emphasis role="collapsible"><ulink url="1177.se">Läs</ulink></emphasis></title>'
        "<para>a</para></section>"
    )
    assert shut == Collapsible((Text("Läs"), Text(" (https://1177.se/)")), one("a"))


def test_a_box_role_on_the_whole_letters_title_is_no_box():
    assert read('<title><emphasis role="information">Hej</emphasis></title><para>a</para>') == (
        Heading(2, words("Hej")),
        paragraph("a"),
    )


@pytest.mark.parametrize(
    ("role", "style"),
    [
        ('role="bold"', "bold"),
        ('role="strong"', "bold"),
        ('role="italics"', "italics"),
        ('role="underline"', "underline"),
        ("", "italics"),
    ],
)
def test_emphasis(role, style):
    (para,) = read(f"<para>a <emphasis {role}>b</emphasis> c</para>")
    assert para == Paragraph((Text("a "), Emphasis(style, words("b")), Text(" c")))


def test_an_unknown_role_leaves_the_words():
    assert read('<para>a <emphasis role="blink">b</emphasis></para>') == (Paragraph((Text("a "), Text("b"))),)


def test_empty_emphasis_in_a_paragraph_is_nothing():
    assert read('<para>a<emphasis role="bold"> </emphasis>b</para>') == (
        Paragraph((Text("a"), Text(" "), Text("b"))),
    )


def test_headings_step_down_one_by_one():
    read_as = read(
        "<info><title>A</title></info><section><title>B</title><variablelist><title>C</title>"
        "<varlistentry><term>t</term><listitem>v</listitem></varlistentry></variablelist></section>"
    )
    assert read_as[:3] == (Heading(2, words("A")), Heading(3, words("B")), Heading(4, words("C")))


def test_a_section_of_an_untitled_letter_takes_the_first_level():
    assert read("<section><title>A</title><para>a</para></section>") == (
        Heading(2, words("A")),
        paragraph("a"),
    )


def test_a_heading_below_the_lowest_level_stays_on_it():
    nested = "<section><title>{}</title>" * 5 + "</section>" * 5
    levels = [block.level for block in read(nested.format(*"ABCDE")) if isinstance(block, Heading)]
    assert levels == [2, 3, 4, 4, 4]


def test_each_further_title_is_a_heading():
    assert read("<title>A</title><title>B</title><para>a</para>") == (
        Heading(2, words("A")),
        Heading(3, words("B")),
        paragraph("a"),
    )


def test_an_untitled_section_adds_nothing():
    assert read("<section><info><title> </title></info><para>a</para></section>") == one("a")


def test_what_else_stands_in_an_info_is_kept():
    assert read("<info><title>A</title><author>Moa</author></info>") == (
        Heading(2, words("A")),
        paragraph("Moa"),
    )


def test_a_bibliographys_text_is_kept():
    text = '<bibliography>Se <bibliomixed>Lagen</bibliomixed> <ulink url="1177.se">mer</ulink></bibliography>'
    assert read(text) == (
        paragraph("Se"),
        paragraph("Lagen"),
        Paragraph((Link("https://1177.se/", words("mer"), "1177.se"),)),
    )


def test_text_outside_any_element_is_kept():
    assert read("först<section>mitt<para>i</para></section>sist") == tuple(
        paragraph(text) for text in ("först", "mitt", "i", "sist")
    )


def test_an_unknown_element_is_a_paragraph():
    assert read("<table><row><entry>a</entry><entry>b</entry></row></table>") == (
        paragraph("a"),
        paragraph("b"),
    )


def test_an_unknown_element_in_a_paragraph_is_part_of_it():
    assert read("<para>Ta <productname>Alvedon</productname> vid behov</para>") == (
        Paragraph((Text("Ta "), Text("Alvedon"), Text(" vid behov"))),
    )


def test_an_elements_prefix_does_not_matter():
    assert docbook.read('<d:article xmlns:d="urn:x"><d:para>a</d:para></d:article>') == one("a")


def test_a_list_in_a_list():
    assert read(
        "<itemizedlist><listitem>a<itemizedlist mark='hyphen'><listitem><para>b</para></listitem>"
        "</itemizedlist></listitem></itemizedlist>"
    ) == (BulletList(((paragraph("a"), BulletList((one("b"),))),)),)


def test_a_list_in_a_paragraph_parts_it():
    assert read("<para>a<itemizedlist><listitem>b</listitem></itemizedlist>c</para>") == (
        paragraph("a"),
        BulletList((one("b"),)),
        paragraph("c"),
    )


def test_a_list_in_emphasis_gives_its_words():
    (para,) = read(
        "<para><emphasis role='bold'>a<itemizedlist><listitem>b</listitem></itemizedlist></emphasis></para>"
    )
    assert para == Paragraph((Emphasis("bold", (Text("a"), Text(" "), Text("b"), Text(" "))),))


def test_numbers_are_kept():
    assert read("<orderedlist><listitem>a</listitem><listitem>b</listitem></orderedlist>") == (
        NumberedList((one("a"), one("b"))),
    )


def test_a_lists_title_and_what_stands_between_its_items_are_kept():
    assert read("<itemizedlist><title>A</title>b<listitem>c</listitem><listitem/></itemizedlist>") == (
        Heading(2, words("A")),
        BulletList((one("b"), one("c"))),
    )


def test_only_a_title_in_a_list():
    assert read("<itemizedlist><title>A</title></itemizedlist>") == (Heading(2, words("A")),)
    assert read("<orderedlist><title>A</title></orderedlist>") == (Heading(2, words("A")),)


def test_key_values_with_a_title():
    assert read(
        "<variablelist><title>A</title><varlistentry><term>t</term><listitem>v</listitem></varlistentry>"
        "</variablelist>"
    ) == (Heading(2, words("A")), KeyValues(((words("t"), one("v")),)))


def test_several_terms_share_a_row():
    assert read(
        "<variablelist><varlistentry><term>Tid</term><term/><term>plats</term><listitem>v</listitem></varlistentry>"
        "</variablelist>"
    ) == (KeyValues((((Text("Tid"), Text(", "), Text("plats")), one("v")),)),)


def test_a_value_without_a_term_belongs_to_the_row_before():
    assert read(
        "<variablelist>först<varlistentry><listitem>a</listitem></varlistentry>"
        "<varlistentry><term>t</term><listitem>b</listitem></varlistentry>"
        "<varlistentry><listitem>c</listitem></varlistentry><para>d</para>e</variablelist>"
    ) == (
        paragraph("först"),
        paragraph("a"),
        KeyValues(((words("t"), tuple(paragraph(text) for text in "bcde")),)),
    )


def test_a_term_without_a_value_is_kept():
    assert read("<variablelist><varlistentry><term>t</term></varlistentry></variablelist>") == (
        KeyValues(((words("t"), ()),)),
    )


def test_loose_terms_and_items_are_paragraphs():
    assert read("<term>a</term><listitem>b</listitem><varlistentry>c</varlistentry>") == tuple(
        paragraph(text) for text in "abc"
    )


def test_lines_of_the_source_flow_together_but_a_no_break_space_stays():
    assert read("<para>\n  Ta 2\u00a0tabletter\n\t om dagen\n</para>") == one("Ta 2\u00a0tabletter om dagen")


def test_a_space_between_two_emphasised_words_stays():
    (para,) = read("<para>\n <emphasis role='bold'>a</emphasis> <ulink url='tel:112'>b</ulink>\n</para>")
    assert para == Paragraph((Emphasis("bold", words("a")), Text(" "), Link("tel:112", words("b"), "")))


def test_text_in_character_data_and_references_is_read_once():
    assert read("<para>a &lt;b&gt; &amp;amp; <![CDATA[<c>]]></para>") == one("a <b> &amp; <c>")


def test_comments_and_instructions_are_not_text():
    assert read("<?xslt a?><para>a<!-- b --></para>") == one("a")


@pytest.mark.parametrize(
    "before", ["", " \r\n ", "\ufeff", '<?xml version="1.0" encoding="UTF-16"?>', "<!-- a -->"]
)
def test_what_may_stand_before_the_article(before):
    assert docbook.read(f"{before}<article><para>å</para></article>") == one("å")


@pytest.mark.parametrize(
    "text",
    [
        "Hej <b>du</b>",
        "<article><para>Hej</article>",
        "<article>a & b</article>",
        "<article>&nbsp;</article>",
        "<html>Hej</html>",
        "<",
        "<3 från oss",
        "<article>a</article><article>b</article>",
        "&lt;article&gt;a&lt;/article&gt;",
    ],
)
def test_what_is_no_well_formed_article_is_shown_unaltered(text):
    assert docbook.read(text) == one(text)


def test_unaltered_means_lines_and_paragraphs_too():
    assert docbook.read("<Hej>\nAnna\n\nHälsningar") == (paragraph("<Hej>\nAnna"), paragraph("Hälsningar"))


def test_levels_beyond_six_are_laid_flat():
    """Nine lists in each other: six levels of blocks, and below them only paragraphs."""
    nested = "".join(f"<itemizedlist><listitem>{n}" for n in range(9)) + "</listitem></itemizedlist>" * 9
    document = read(nested)
    for n in range(5):
        (bullets,) = document[-1:]
        assert isinstance(bullets, BulletList)
        (document,) = bullets.items
        assert document[0] == paragraph(str(n))
    assert document[1:] == tuple(paragraph(str(n)) for n in range(5, 9))


def test_every_kind_of_block_can_be_laid_flat():
    inner = (
        "<section><title><emphasis role='frame'>ram</emphasis></title><variablelist>"
        "<varlistentry><term>t</term><listitem><orderedlist><listitem>ett</listitem></orderedlist></listitem></varlistentry></variablelist>"
        "<section><title><emphasis role='collapsible'>mer</emphasis></title><para>dolt</para></section>"
        "<section><title>rubrik</title></section></section>"
    )
    for levels in range(9):
        nested = "<itemizedlist><listitem>" * levels + inner + "</listitem></itemizedlist>" * levels
        document = read(nested)
        texts = str(document)
        assert all(f"'{text}'" in texts for text in ("ram", "t", "ett", "mer", "dolt", "rubrik"))


def read(inside: str) -> Document:
    return docbook.read(f"<article>{inside}</article>")
