"""Our own contract against our own API: tens of thousands of requests that nobody would send by hand."""

from app.care_api.formats.example import LETTER

# The clinic of the contract's examples, so that they do here what they say.
HSA_ID: str = LETTER["clinic"]
