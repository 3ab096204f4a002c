"""A check as JUnit XML, the report that continuous-integration systems read."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as Xml

from sim.experiment import provenance
from sim.experiment.store import atomic
from sim.regression.checked import FACTS, FINE, MOVED, Checked

NAME = "sim check"


def write(checked: Checked, path: Path) -> None:
    """Write the report, whole or not at all. Raises ``StoreError``."""
    tree = Xml.ElementTree(suites(checked))
    Xml.indent(tree)
    with atomic(path) as passing:
        tree.write(passing, encoding="utf-8", xml_declaration=True)


def suites(checked: Checked) -> Xml.Element:
    """Return the report: a test case per number, and in an exact check one per fact of the run."""
    root = Xml.Element("testsuites", name=NAME)
    suite = Xml.SubElement(root, "testsuite", name=f"{NAME} {checked.now.scenario}")
    _properties(suite, checked)
    if checked.mode == "exact":
        _facts(suite, checked)
    for row in checked.rows.to_dict("records"):
        where = f"{checked.now.scenario}.{row['context']}.{row['arrangement']}"
        case = _case(suite, where, f"{row['measure']} ({row['case_type']})")
        if row["verdict"] not in FINE:
            _fail(case, row["verdict"], row["why"])
    _count(root, suite, checked.seconds)
    return root


def _properties(suite: Xml.Element, checked: Checked) -> None:
    now = {
        "scenario": checked.now.scenario,
        "expected": str(checked.expected),
        "mode": checked.mode,
        "seed": checked.now.seed,
        "replications": checked.now.replications,
        "model version": checked.now.model_version,
        "scenario sha256": checked.now.scenario_sha256,
    }
    pinned = {f"pinned {change.what}": change.pinned for change in checked.changes}
    versions = {name: found for name, found in provenance.versions().items() if found}
    found = Xml.SubElement(suite, "properties")
    for name, value in {**now, **pinned, **versions}.items():
        Xml.SubElement(found, "property", name=name, value=str(value))


def _facts(suite: Xml.Element, checked: Checked) -> None:
    """Add a test case for each thing that the numbers are made of."""
    changed = {change.what: change for change in checked.changes}
    for fact in FACTS:
        case = _case(suite, f"{checked.now.scenario}.pin", fact)
        if change := changed.get(fact):
            _fail(case, MOVED, f"pinned {change.pinned}, now {change.found}")


def _case(suite: Xml.Element, where: str, name: str) -> Xml.Element:
    return Xml.SubElement(suite, "testcase", classname=where, name=name, time="0")


def _fail(case: Xml.Element, verdict: str, why: str) -> None:
    failure = Xml.SubElement(case, "failure", type=verdict, message=f"{verdict}: {why}")
    failure.text = f"{case.get('name')}, {case.get('classname')}: {verdict}: {why}"


def _count(root: Xml.Element, suite: Xml.Element, seconds: float) -> None:
    counts = {
        "tests": str(len(suite.findall("testcase"))),
        "failures": str(len(suite.findall("testcase/failure"))),
        "errors": "0",
        "skipped": "0",
        "time": f"{seconds:.3f}",
    }
    root.attrib.update({name: value for name, value in counts.items() if name != "skipped"})
    suite.attrib.update(counts)
