"""What bin/test makes of the answers of pip-audit and npm audit."""

import importlib.util
import json
from pathlib import Path

spec = importlib.util.spec_from_file_location(
    "advisories", Path(__file__).parent.parent / "bin" / "_advisories.py"
)
assert spec
assert spec.loader
advisories = importlib.util.module_from_spec(spec)
spec.loader.exec_module(advisories)

LOOKED_UP = {"name": "jinja2", "version": "3.1.6", "vulns": []}
UNKNOWN = {"name": "nh3", "skip_reason": "Dependency not found and could not be audited: nh3 (0.3)"}
HOLED = {"name": "urllib3", "version": "1.0", "vulns": [{"id": "PYSEC-2020-1", "fix_versions": ["1.1"]}]}


def test_a_known_hole_is_a_finding():
    summary, found = advisories.read_pip_audit(json.dumps({"dependencies": [LOOKED_UP, HOLED]}))

    assert (summary, found) == ("1 known holes", ["urllib3 1.0: PYSEC-2020-1"])


def test_a_known_hole_is_a_finding_also_when_other_packages_could_not_be_looked_up():
    summary, found = advisories.read_pip_audit(json.dumps({"dependencies": [UNKNOWN, HOLED]}))

    assert found == ["urllib3 1.0: PYSEC-2020-1"]
    assert summary.startswith("NOT CHECKED: 1 of 2 packages")


def test_no_hole_is_no_finding():
    assert advisories.read_pip_audit(json.dumps({"dependencies": [LOOKED_UP]})) == ("no known holes", [])
    assert advisories.read_npm_audit(json.dumps({"vulnerabilities": {}})) == ("no known holes", [])


def test_what_could_not_be_looked_up_is_said_and_is_no_finding():
    for summary, found in (
        advisories.read_pip_audit(json.dumps({"dependencies": [UNKNOWN]})),
        advisories.read_pip_audit("ERROR: could not reach the service"),
        advisories.read_npm_audit(json.dumps({"message": "405 Method Not Allowed", "error": {}})),
        advisories.read_npm_audit(""),
    ):
        assert summary.startswith("NOT CHECKED")
        assert found == []


def test_a_known_hole_in_a_node_package_is_a_finding():
    _, found = advisories.read_npm_audit(json.dumps({"vulnerabilities": {"minimist": {"severity": "low"}}}))

    assert found == ["minimist: low"]
