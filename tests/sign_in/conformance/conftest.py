"""An RSA key costs a second to make: one will do."""

import pytest
from joserfc.jwk import RSAKey


@pytest.fixture(scope="session")
def rsa_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "rsa"})
