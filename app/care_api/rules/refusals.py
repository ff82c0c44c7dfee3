"""Every no the API says. A code is never reused; docs/problems.md explains each, and a test compares.

`pointer`, where there is one, is the JSON pointer (RFC 6901) to the place in the letter that must change.
"""

from app.errors import Refused
from app.inbox.rules import UnknownThread
from app.language import lazy as _l

# What `Missing` names: a clinic the care system does not speak for, and one of another provider's.
CLINIC, OTHERS_CLINIC = "clinic", "clinic-of-another-provider"


class NotJson(Refused):
    code = "request.unsupported-media-type"
    sentence = _l("Skicka innehållet med Content-Type: application/json, i UTF-8 och utan Content-Encoding.")


class NotUtf8(Refused):
    code = "request.not-utf8"
    sentence = _l(
        "Innehållet är inte UTF-8 utan BOM: byte %(byte)s går inte att läsa. Koda om allt som UTF-8."
    )


class MalformedJson(Refused):
    code = "request.malformed-json"
    sentence = _l(
        "Innehållet är inte JSON: rad %(line)s, tecken %(column)s går inte att läsa. Rätta det där."
    )


class TooDeep(Refused):
    code = "request.too-deep"
    sentence = _l("Innehållet har fält i fler nivåer än något fält kan ha. Skicka bara fälten i kontraktet.")


class ListTooLong(Refused):
    code = "request.list-too-long"
    sentence = _l("Listan i %(pointer)s har fler än %(most)s delar. Dela upp den i flera anrop.")


class FieldMissing(Refused):
    code = "request.field-missing"
    sentence = _l("Fältet %(pointer)s saknas. Skicka det.")


class ListEmpty(FieldMissing):
    sentence = _l("Listan i %(pointer)s är tom. Skicka minst en.")


class DuplicateField(Refused):
    code = "request.duplicate-field"
    sentence = _l("Fältet %(pointer)s står mer än en gång. Skicka varje fält en gång.")


class NotANumber(Refused):
    code = "request.not-a-number"
    sentence = _l("%(pointer)s är NaN eller Infinity, som inte finns i JSON. Ta bort det.")


class LoneSurrogate(Refused):
    code = "request.lone-surrogate"
    sentence = _l("Texten i %(pointer)s har ett halvt tecken (en ensam surrogat). Koda om texten som UTF-8.")


class NulCharacter(Refused):
    code = "request.nul-character"
    sentence = _l("Texten i %(pointer)s har ett nolltecken (U+0000). Ta bort det.")


class UnknownField(Refused):
    code = "request.unknown-field"
    sentence = _l("Fältet %(pointer)s finns inte i kontraktet. Ta bort det eller rätta namnet.")


class SentAtOnce(Refused):
    code = "summons.sent-at-once"
    sentence = _l("En bokad tid bekräftas nu, för tiden tas då. Utelämna publish_at, eller skicka senare.")


class WrongType(Refused):
    code = "request.wrong-type"
    sentence = _l("%(pointer)s har fel sorts värde. Skicka: %(wanted)s.")


class KeyMissing(Refused):
    code = "idempotency.missing"
    sentence = _l(
        "Skicka huvudet Idempotency-Key: ett nytt UUID för varje nytt ärende, samma när det skickas igen."
    )


class KeyMalformed(Refused):
    code = "idempotency.malformed"
    sentence = _l("Idempotency-Key ska vara en enda sträng, högst 255 tecken ASCII. Använd ett UUID.")


class KeyReused(Refused):
    code = "idempotency.reused"
    sentence = _l(
        "Nyckeln i Idempotency-Key hör till något annat som har skickats. Skicka det här med en ny nyckel."
    )


class KeyInFlight(Refused):
    code = "idempotency.in-flight"
    sentence = _l(
        "Samma ärende, med samma Idempotency-Key, tas emot just nu. Vänta en sekund och skicka igen."
    )


class TokenMissing(Refused):
    code = "token.missing"
    sentence = _l("Hämta en åtkomsttoken från /api/v1/oauth/token och skicka den som Authorization: Bearer.")


class TokenInvalid(Refused):
    code = "token.invalid"
    sentence = _l("Åtkomsttoken gäller inte här. Hämta en ny från /api/v1/oauth/token.")


class TokenExpired(Refused):
    code = "token.expired"
    sentence = _l("Åtkomsttoken har gått ut. Hämta en ny från /api/v1/oauth/token.")


class ScopeMissing(Refused):
    code = "token.scope-missing"
    sentence = _l("Åtkomsttoken saknar behörigheten %(scope)s. Hämta en ny som har den.")


class AgentWithoutMandate(Refused):
    code = "agent.no-mandate"
    sentence = _l("Vårdgivaren har inget gällande uppdrag till agenten. Fråga vårdgivaren.")


class NotATest(Refused):
    code = "test-recipients.live"
    sentence = _l("Påhittade mottagare är för testuppgifter. Be driften göra sådana åt vårdsystemet.")


class MessageUnknown(Refused):
    code = "message.unknown"
    sentence = _l("Vårdgivaren har inget meddelande med det id:t. Använd id från svaret på brevet.")


class ChangeUnknown(Refused):
    code = "change.unknown"
    sentence = _l("Minst ett id i ids är inte en händelse som vårdsystemet har fått veta. Ta id ur listan.")


class CallbackTestUnknown(Refused):
    code = "callback.test-unknown"
    sentence = _l("Vårdsystemet har inget prov av återanrop med det id:t. Använd id från svaret.")


class CallbackUnset(Refused):
    code = "callback.unset"
    sentence = _l("Ingen adress för återanrop är satt. Sätt en med PUT /api/v1/callback.")


class ClinicMissing(Refused):
    code = "message.clinic-missing"
    sentence = _l("Ange mottagningens HSA-id i fältet clinic.")


class ClinicUnknown(Refused):
    code = "clinic.unknown"
    sentence = _l("Ingen mottagning här har det HSA-id som står i clinic. Rätta det eller anmäl den.")


class ClinicOfAnotherProvider(Refused):
    code = "clinic.other-provider"
    sentence = _l("Mottagningen i clinic hör till en annan vårdgivare än vårdsystemet. Välj en av era egna.")


class ClinicNotYours(Refused):
    code = "clinic.not-yours"
    sentence = _l("Vårdsystemet är inte registrerat för mottagningen i clinic. Be driften lägga till den.")


class RecipientMissing(Refused):
    code = "message.recipient-missing"
    sentence = _l("Ange mottagarens personnummer eller samordningsnummer, tolv siffror, i fältet recipient.")


class TypeMissing(Refused):
    code = "message.type-missing"
    sentence = _l("Ange vilken sorts meddelande det är i fältet type.")


class TypeUnknown(Refused):
    code = "message.type-unknown"
    sentence = _l("Sorten i type finns inte. Välj en av: %(known)s.")


class RelationMissing(Refused):
    code = "message.relation-missing"
    sentence = _l("Ange i fältet relation varför mottagningen får skriva till invånaren.")


class RelationUnknown(Refused):
    code = "message.relation-unknown"
    sentence = _l("Värdet i relation finns inte. Välj ett av: %(known)s.")


class ApprovalMissing(Refused):
    code = "message.approval-missing"
    sentence = _l("Ett regionalt meddelande skickas efter godkännande. Ange dess id i fältet approval.")


class SubjectMissing(Refused):
    code = "message.subject-missing"
    sentence = _l("Skriv ett ämne i fältet subject.")


class SubjectTooLong(Refused):
    code = "message.subject-too-long"
    sentence = _l("Ämnet är längre än %(most)s tecken. Korta det.")


class BodyMissing(Refused):
    code = "message.body-missing"
    sentence = _l("Skriv brevets text i body.text.")


class FormatUnknown(Refused):
    code = "message.format-unknown"
    sentence = _l("Formatet i body.format finns inte. Välj ett av: %(known)s.")


class PurposeMissing(Refused):
    code = "message.purpose-missing"
    sentence = _l("Skriv i purpose varför invånaren får brevet.")


class UseOfAnswersMissing(Refused):
    code = "message.use-of-answers-missing"
    sentence = _l("Skriv i use_of_answers hur svar används, eller att brevet inte kan besvaras.")


class ContactMissing(Refused):
    code = "message.contact-missing"
    sentence = _l("Skriv i contact.phone vart invånaren kan ringa med frågor.")


class PhoneInvalid(Refused):
    code = "message.phone-invalid"
    sentence = _l(
        "contact.phone är inte ett telefonnummer. Skriv minst tre siffror, med +, bindestreck, snedstreck,"
        " parenteser och mellanslag och inget annat."
    )


class TextTooLong(Refused):
    code = "message.text-too-long"
    sentence = _l("Texten i %(pointer)s är längre än %(most)s tecken. Korta den.")


class ControlCharacter(Refused):
    code = "message.control-character"
    sentence = _l("Texten i %(pointer)s har styrtecken som inte går att visa. Ta bort dem.")


class LanguageUnknown(Refused):
    code = "message.language-unknown"
    sentence = _l("language ska vara en språkkod enligt BCP 47, till exempel sv, en eller so.")


class TooManyVersions(Refused):
    code = "message.too-many-versions"
    sentence = _l("Brevet har fler än %(most)s språkversioner i versions. Ta bort några.")


class VersionTwice(Refused):
    code = "message.version-twice"
    sentence = _l("Språket i %(pointer)s har brevet redan. Skicka varje språk en gång.")


class ReasonMissing(Refused):
    code = "message.reason-missing"
    sentence = _l("Skriv i reason varför meddelandet dras tillbaka. Invånaren ser det.")


class NumberInReference(Refused):
    code = "message.number-in-reference"
    sentence = _l("%(pointer)s har ett personnummer. Använd ert eget id, som inte säger vem det gäller.")


class ReplyUnknown(Refused):
    code = "message.reply-unknown"
    sentence = _l("Värdet i reply finns inte. Välj ett av: %(known)s.")


class ReplyToRegionWide(Refused):
    code = "message.reply-to-region-wide"
    sentence = _l("Information från hela regionen kan inte besvaras. Skicka den med reply closed.")


class TooManyLinks(Refused):
    code = "message.too-many-links"
    sentence = _l("Brevet har fler än %(most)s länkar i links. Välj ut de viktigaste.")


class LinkLabelMissing(Refused):
    code = "message.link-label-missing"
    sentence = _l("Länken saknar text. Skriv i %(pointer)s vad den leder till.")


class LinkInvalid(Refused):
    code = "message.link-invalid"
    sentence = _l(
        "Adressen i %(pointer)s går inte att länka till. Ange https, ett värdnamn och inget användarnamn;"
        " i links går också en sida här, till exempel /tider."
    )


class PriorityUnknown(Refused):
    code = "message.link-priority-unknown"
    sentence = _l("Värdet i %(pointer)s finns inte. Välj ett av: %(known)s.")


class TooManyDocuments(Refused):
    code = "message.too-many-documents"
    sentence = _l("Brevet har fler än %(most)s dokument i documents. Välj ut de viktigaste.")


class DocumentTitleMissing(Refused):
    code = "message.document-title-missing"
    sentence = _l("Dokumentet saknar titel. Skriv den i %(pointer)s.")


class SensitivityUnknown(Refused):
    code = "message.sensitivity-unknown"
    sentence = _l("Värdet i sensitivity finns inte. Välj ett av: %(known)s.")


class TwoThreads(Refused):
    code = "thread.id-and-reference"
    sentence = _l("Ange antingen thread_id eller thread_reference, inte båda.")


class ThreadNotThere(UnknownThread):
    """Asked for by its address: there is no letter to leave anything out of."""

    sentence = _l("Vårdgivaren har ingen sådan tråd. Använd thread_id från svaret på brevet.")


class ReplacesOfOther(Refused):
    code = "message.replaces-of-other"
    sentence = _l("Bara en läkarordination ersätter en annan. Utelämna replaces.")


class TimeInvalid(Refused):
    code = "message.time-invalid"
    sentence = _l("%(pointer)s är inte en tid. Skriv den enligt RFC 3339: 2026-11-23T09:15:00+01:00.")


class TimeWithoutOffset(Refused):
    code = "message.time-without-offset"
    sentence = _l("Tiden i %(pointer)s saknar avstånd till UTC. Skriv så här: 2026-11-23T09:15:00+01:00.")


class WrittenLater(Refused):
    code = "message.written-in-the-future"
    sentence = _l("Tiden i written_at har inte varit än. Rätta den eller utelämna fältet.")


class TooManyAttachments(Refused):
    code = "message.too-many-attachments"
    sentence = _l("Brevet har fler än %(most)s bilagor. Ta bort några, eller slå ihop dem.")


class AttachmentTwice(Refused):
    code = "message.attachment-twice"
    sentence = _l("Samma bilaga står två gånger i attachments. Ta bort den ena.")


class PhoneHoursMissing(Refused):
    code = "clinic.phone-hours-missing"
    sentence = _l("Mottagningens telefontider är inte inlagda här. Be förvaltningen lägga in dem.")


class SenderNotApproved(Refused):
    code = "care-system.not-approved"
    sentence = _l("Vårdsystemet är inte längre godkänt att skicka.")
