"""The signed-in thread page, opening ten unread letters of 2 kB."""

LETTERS = 10
SUBJECT = "Inför din operation"
