"""A letter's text as a typed block tree: DocBook, Markdown or plain text in; HTML or plain text out."""
