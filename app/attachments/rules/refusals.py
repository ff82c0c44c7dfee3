"""Every no to a file. docs/problems.md explains each code, and a test compares."""

from app.errors import Refused
from app.language import lazy as _l


class NameMissing(Refused):
    code = "attachment.name-missing"
    sentence = _l(
        "Skriv vad filen heter i huvudet Content-Disposition: attachment; filename*=UTF-8''remiss.pdf."
    )


class NotAFile(Refused):
    code = "attachment.unsupported-media-type"
    sentence = _l(
        "Skicka filen som den är, utan Content-Encoding, med Content-Type application/pdf, image/png,"
        " image/jpeg, image/gif eller application/octet-stream."
    )


class Empty(Refused):
    code = "attachment.empty"
    sentence = _l("Filen är tom. Skicka dess innehåll som anropets innehåll.")


class TooLarge(Refused):
    code = "attachment.too-large"
    sentence = _l("Filen är större än 10 MB. Gör den mindre och skicka igen.")


class TooSlow(Refused):
    code = "attachment.too-slow"
    sentence = _l("Filen kom inte fram i tid. Skicka den igen, inom %(seconds)s sekunder.")


class CutOff(Refused):
    code = "attachment.cut-off"
    sentence = _l("Filen kom inte fram hel. Skicka den igen.")


class DigestMalformed(Refused):
    code = "attachment.digest-malformed"
    sentence = _l("Kontrollsumman går inte att läsa. Skriv den så här (RFC 9530): sha-256=:base64:.")


class DigestMismatch(Refused):
    code = "attachment.digest-mismatch"
    sentence = _l("Filen har en annan SHA-256 än den som skickades med. Skicka den igen.")


class TypeUnknown(Refused):
    code = "attachment.type-unknown"
    sentence = _l("Filen är varken PDF, PNG, JPEG eller GIF. Gör om den till en PDF och skicka igen.")


class TypeMismatch(Refused):
    code = "attachment.type-mismatch"
    sentence = _l("Filens innehåll är inte det som står i Content-Type. Rätta typen eller filen.")


class Damaged(Refused):
    code = "attachment.damaged"
    sentence = _l("Filen är skadad eller ofullständig. Spara om den från programmet den gjordes i.")


class Polyglot(Refused):
    code = "attachment.polyglot"
    sentence = _l(
        "I filen ligger också något annat, till exempel en zip-fil eller en webbsida. Spara om den."
    )


class TooManyPixels(Refused):
    code = "attachment.too-many-pixels"
    sentence = _l("Bilden har för många bildpunkter. Gör den mindre: högst 50 miljoner.")


class TooComplex(Refused):
    code = "attachment.too-complex"
    sentence = _l("Filen tar för mycket tid eller minne att gå igenom. Spara om den enklare.")


class Encrypted(Refused):
    code = "attachment.pdf-encrypted"
    sentence = _l("PDF-filen är krypterad eller har lösenord. Spara den utan.")


class JavaScript(Refused):
    code = "attachment.pdf-javascript"
    sentence = _l("PDF-filen innehåller skript. Spara den utan.")


class AutomaticAction(Refused):
    code = "attachment.pdf-automatic-action"
    sentence = _l("PDF-filen gör något av sig själv när den öppnas. Spara den utan automatiska åtgärder.")


class LaunchAction(Refused):
    code = "attachment.pdf-launch-action"
    sentence = _l("PDF-filen kan starta program eller öppna andra filer. Spara den utan sådana länkar.")


class EmbeddedFile(Refused):
    code = "attachment.pdf-embedded-file"
    sentence = _l("PDF-filen har filer inbäddade i sig. Skicka dem som egna bilagor.")


class FormSubmission(Refused):
    code = "attachment.pdf-form-submission"
    sentence = _l("PDF-filen kan skicka eller hämta uppgifter. Spara den utan sådana knappar.")


class Xfa(Refused):
    code = "attachment.pdf-xfa"
    sentence = _l("PDF-filen är ett XFA-formulär, som få program kan visa. Spara den som vanlig PDF.")


class Media(Refused):
    code = "attachment.pdf-media"
    sentence = _l("PDF-filen har film, ljud eller 3D i sig. Spara den utan.")


class TooManyPages(Refused):
    code = "attachment.pdf-too-many-pages"
    sentence = _l("PDF-filen har fler än 500 sidor. Dela upp den.")


class TooManyObjects(Refused):
    code = "attachment.pdf-too-many-objects"
    sentence = _l("PDF-filen har fler än 100 000 delar. Dela upp den eller spara om den enklare.")


class PdfTooLarge(Refused):
    code = "attachment.pdf-too-large"
    sentence = _l("PDF-filen blir större än 200 MB när den packas upp. Spara om den enklare.")


class Malware(Refused):
    code = "attachment.malware"
    sentence = _l("Virusskyddet känner igen skadlig kod i filen. Skicka den inte vidare; sök av er dator.")


class Unknown(Refused):
    code = "attachment.unknown"
    sentence = _l("Vårdgivaren har ingen bilaga med det id:t. Oanvända bilagor tas bort efter sju dagar.")


class NotInspected(Refused):
    code = "attachment.not-inspected"
    sentence = _l(
        "Bilagan är inte granskad än. Fråga hur det går för den, och skicka brevet när den är klar."
    )


class NotAccepted(Refused):
    code = "attachment.refused"
    sentence = _l("Bilagan blev inte godkänd. Fråga efter den för att se varför.")


class StorageAway(Refused):
    code = "attachment.storage-away"
    sentence = _l("Filen kan inte tas emot just nu. Skicka den igen om en stund, med samma Idempotency-Key.")


class OutOfReach(Refused):
    """The resident's, when the store does not answer."""

    code = "attachment.out-of-reach"
    sentence = _l("Bilagan går inte att hämta just nu. Försök igen om en stund.")
