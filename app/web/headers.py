"""The security headers of every answer, encoded once (ASVS 3.4; values scored with the HTTP Observatory)."""

import re

RawHeaders = list[tuple[bytes, bytes]]

FORM_ACTION = b"x-form-action"
NO_STORE = (b"cache-control", b"no-store")
SECURITY: RawHeaders = [
    (b"reporting-endpoints", b'csp="/csp-report"'),
    (b"strict-transport-security", b"max-age=63072000; includeSubDomains; preload"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-embedder-policy", b"require-corp"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (
        b"permissions-policy",
        (
            b"camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=(),"
            b" publickey-credentials-get=()"
        ),
    ),
]

_ORIGIN = re.compile(r"https?://[a-zA-Z0-9.-]+(:[0-9]+)?|http://\[[0-9a-f:]+\](:[0-9]+)?")


def content_security_policy(form_action: str = "") -> tuple[bytes, bytes]:
    """`form_action`: origins, set apart by spaces, that a form here may lead on to. Nothing else fits in."""
    targets = " ".join(["'self'", *(word for word in form_action.split() if _ORIGIN.fullmatch(word))])
    return b"content-security-policy", (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
        f" manifest-src 'self'; form-action {targets};"
        " base-uri 'none'; frame-ancestors 'none'; report-to csp"
    ).encode()


POLICY = content_security_policy()
USUAL: RawHeaders = [*SECURITY, POLICY, NO_STORE]

_OVERRIDING = frozenset({FORM_ACTION, POLICY[0], NO_STORE[0]})


def dressed(headers: RawHeaders, names: dict[bytes, bytes]) -> RawHeaders:
    """The route's own headers and what every answer must carry; a route's own policy or caching wins.

    `names` are the same headers as a dict, which the caller has at hand.
    """
    if _OVERRIDING.isdisjoint(names):
        return headers + USUAL
    usual = [pair for pair in USUAL if pair[0] not in names]
    if FORM_ACTION not in names:
        return headers + usual
    widened = content_security_policy(names[FORM_ACTION].decode("latin-1"))
    return [pair for pair in headers + usual if pair[0] not in (FORM_ACTION, POLICY[0])] + [widened]
