"""The signed-in inbox page with a full first page of threads."""

THREADS = 20
UNREAD = 5
SUBJECTS = (
    "Inför ditt besök",
    "Svar på dina prover",
    "Kallelse till hälsoundersökning",
    "Uppföljning efter besök",
)
