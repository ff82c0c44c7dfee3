"""Letters that use everything a clinic can write."""

from typing import Any

EVERYTHING = """<article>
  <info><title>Inför din operation av höger knä</title></info>
  <para>Läs brevet i god tid. Det är <emphasis role="bold">viktigt</emphasis> att du är
    <emphasis role="italics">fastande</emphasis> och att du har läst
    <emphasis role="underline">hela</emphasis> brevet.</para>
  <section>
    <info><title>Det här gäller för dig</title></info>
    <variablelist>
      <varlistentry><term>Datum:</term><listitem>Tisdag 8 december 2026</listitem></varlistentry>
      <varlistentry><term>Läkemedelsförteckning:</term>
        <listitem><para>Ta med den.</para><para>Fråga oss om något saknas.</para></listitem></varlistentry>
      <varlistentry><term>Telefon:</term>
        <listitem><ulink url="tel:084650043">08-465 004 30</ulink></listitem></varlistentry>
    </variablelist>
    <section>
      <info><title>Kvällen före</title></info>
      <itemizedlist>
        <listitem>Duscha med tvålen som du har fått.</listitem>
        <listitem><para>Ät inget efter midnatt.</para>
          <itemizedlist><listitem>Vatten går bra.</listitem><listitem>Inte kaffe.</listitem></itemizedlist>
        </listitem>
      </itemizedlist>
      <orderedlist>
        <listitem>Kom till plan 2.</listitem>
        <listitem>Anmäl dig i receptionen, se
          <ulink url="https://larkholmen.example.se/hitta">vägen hit</ulink>.</listitem>
      </orderedlist>
    </section>
  </section>
  <section>
    <info><title><emphasis role="information">Viktigt inför ditt besök</emphasis></title></info>
    <para>Skriv till <ulink url="mailto:kna@larkholmen.example.se">kna@larkholmen.example.se</ulink>.</para>
  </section>
  <section>
    <info><title><emphasis role="observe">Tänk på</emphasis></title></info>
    <para>Ta med legitimation. Se
      <ulink url="https://en-mycket-lang-adress.larkholmen.example.se/verksamhetsomraden/ortopedi">broschyren</ulink>.
    </para>
  </section>
  <section>
    <info><title><emphasis role="frame">Antibiotikaresistensövervakningsprogrammet</emphasis></title></info>
    <para>https://larkholmen.example.se/en/mycket/lang/adress/som/ingen/har/kortat/av/alls/innan/den/skickades</para>
  </section>
  <section>
    <info><title><emphasis role="collapsible">Så går operationen till</emphasis></title></info>
    <para>Den tar två timmar.</para>
    <itemizedlist><listitem>Du sover hela tiden.</listitem></itemizedlist>
  </section>
</article>"""

# Everything that a letter can say beside its text.
SAYING_MORE: dict[str, Any] = {
    "type": "health-survey",
    "sensitivity": "sensitive",
    "versions": [
        {
            "language": "en",
            "subject": "Questions about your knee",
            "body": {"format": "plain", "text": "Answer before your visit."},
        },
        {
            "language": "ar",
            "subject": "أسئلة حول ركبتك",
            "body": {"format": "plain", "text": "أجب قبل زيارتك."},
        },
    ],
    "links": [
        {
            "label": "Svara på frågorna om ditt knä",
            "url": "https://enkater.mycket-lang-adress.larkholmen.example.se/kna",
            "priority": "primary",
        },
        {"label": "Se dina tider", "url": "/tider"},
        {"label": "Läs om artros", "url": "https://larkholmen.example.se/artros"},
    ],
    "documents": [
        {"title": "Så förbereder du dig", "url": "https://larkholmen.example.se/forbered.pdf"},
        {"title": "Efter operationen", "url": "https://larkholmen.example.se/efter.pdf"},
    ],
}

ENGLISH = """<article>
  <info><title>Your visit is booked</title></info>
  <para>Bring your identity card. Read more at
    <ulink url="https://larkholmen.example.se">our pages</ulink>.</para>
  <section>
    <info><title><emphasis role="information">Please note</emphasis></title></info>
    <para>An interpreter is booked.</para>
  </section>
</article>"""

LONG_SUBJECT = (
    "Tillgänglighetsredogörelseuppföljningsansvarig frågar om ditt besök på ortopedimottagningen "
    "och vad som var svårt"
)
