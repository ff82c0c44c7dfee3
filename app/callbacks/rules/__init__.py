"""Which addresses may be called, how a callback is signed, and when it is sent again."""
