"""The summons (kallelse): a clinic calls a resident, who answers in the message."""
