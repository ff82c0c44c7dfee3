"""The public halves of the keys that sign for us, so that a provider sees a new one before it signs (R6)."""

from collections.abc import Iterable, Sequence

from joserfc.jwk import ECKey, RSAKey

from app.sign_in.rules.provider import ByKey, Provider

KeySet = dict[str, list[dict[str, object]]]


def signing_key(proof: ByKey) -> ECKey | RSAKey:
    return (RSAKey if proof.algorithm.startswith("PS") else ECKey).import_key(proof.pem)


def key_set(client_keys: Sequence[bytes], providers: Iterable[Provider]) -> KeySet:
    """`client_keys` are `KeyRing.eid_published`; keys that a provider's entry names stand beside them."""
    named = (provider.proof for provider in providers if isinstance(provider.proof, ByKey))
    public = (_public(proof) for proof in [*map(ByKey, client_keys), *named])
    return {"keys": list({str(key["kid"]): key for key in public}.values())}


def _public(proof: ByKey) -> dict[str, object]:
    key = signing_key(proof)
    return dict(key.as_dict(private=False, kid=key.thumbprint(), use="sig", alg=proof.algorithm))
