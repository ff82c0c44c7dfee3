"""What the demo says when it is ready."""

from datetime import date
from pathlib import Path

from demo.installation import Demo
from demo.places import ROOT, TESTS
from demo.story import people, providers, staff

CARE = "Vård och behandling"


def welcome(demo: Demo, *, today: date) -> str:
    """Where to go, who can sign in, and how to send a letter."""
    return f"""
Lärkpost runs on this machine, with made-up people and letters.

  {demo.base_url}   the inbox: start here
  {demo.base_url}/personal   the clinics' staff
  {demo.issuer}   the e-ID provider that both send you to

Sign in as anyone. Anna has the most to read.

{_everyone(today)}

Sign in as staff at {demo.base_url}/personal and see one clinic:

{_staff()}

Send a letter to Anna, as a care system does:

  {_example(demo)}

Build a care system against made-up recipients, who read, rebook and cancel by themselves:
docs/care-systems.md begins with the test credentials in {_shown(demo.places.settings_of(TESTS))}.
You are the operator here too: bin/demo care-system --help, in another terminal.

Ctrl-C stops everything. bin/demo goes on from here, bin/demo --reset starts over.
"""


def _everyone(today: date) -> str:
    width = max(len(person.name) for person in people())
    return "\n".join(
        f"  {person.name:<{width}}  {person.age(today):>3} years  {person.number[:8]}-{person.number[8:]}"
        f"{'' if person.account else '  has never signed in'}"
        for person in people()
    )


def _staff() -> str:
    width = max(len(person.name) for person in staff())
    return "\n".join(
        f"  {person.name:<{width}}  {person.health_care_unit_name}"
        f"{'' if person.commission_purpose == CARE else f'  ({person.commission_purpose}: is turned away)'}"
        for person in staff()
    )


def _example(demo: Demo) -> str:
    """With the clinic that demo/letters/besok.xml is from."""
    provider, anna = providers()[0], people()[0]
    clinic = next(clinic for clinic in provider.clinic if clinic.id == "kna")
    settings = _shown(demo.places.settings_of(provider.care_system.id))
    return (
        f"env LARKPOST_URL={demo.base_url} $(cat {settings}) \\\n"
        f"    .venv/bin/python demo/care_system.py send --clinic {clinic.hsa_id} --to {anna.number}"
    )


def _shown(path: Path) -> Path:
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
