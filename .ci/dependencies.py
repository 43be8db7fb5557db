"""What Brolly is made of: a list of it (CycloneDX), and whether anything in it is known to be weak.

`list FILE` writes the list of libraries with their hashes; `audit` fails if one of them has a known
vulnerability, and with `--must-answer` also if nobody could be asked.
"""

import argparse
import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PYTHON = Path(sys.executable).parent
LOCKED = Path("requirements/runtime.txt")
BUNDLED = Path("checker/client_js/package-lock.json")
WEAK, UNKNOWN = 1, 2


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list").add_argument("file", type=Path)
    verbs.add_parser("audit").add_argument("--must-answer", action="store_true")
    wanted = parser.parse_args()
    if wanted.verb == "list":
        return write_list(wanted.file)
    return audit(must_answer=wanted.must_answer)


def write_list(file: Path) -> int:
    """Write the list: the locked Python libraries, and what is bundled for the browser."""
    file.parent.mkdir(parents=True, exist_ok=True)
    made = _run(
        "cyclonedx-py", "requirements", "--sv", "1.6", "--output-reproducible", "--short-PURLs",
        "--pyproject", "pyproject.toml", str(LOCKED),
    )  # fmt: skip
    if made.returncode:
        sys.stderr.write(made.stderr)
        return made.returncode
    bill = json.loads(made.stdout)
    bill["components"] += _bundled()
    file.write_text(json.dumps(bill, indent=1, sort_keys=True) + "\n")
    print(f"{len(bill['components'])} libraries are listed in {file}")
    return 0


def audit(*, must_answer: bool) -> int:
    """Print the known vulnerabilities of the locked libraries; a silence is never an all-clear."""
    asked = _run(
        "pip-audit", "--require-hashes", "--disable-pip", "--progress-spinner=off",
        "--format=json", f"--requirement={LOCKED}",
    )  # fmt: skip
    found = _dependencies(asked.stdout)
    weak = [each for each in found if each.get("vulns")]
    for each in weak:
        names = ", ".join(vulnerability["id"] for vulnerability in each["vulns"])
        print(f"{each['name']} {each['version']}: {names}")
    if weak:
        return WEAK
    unanswered = [each for each in found if "skip_reason" in each]
    if not found or unanswered:
        print(
            f"NOT AUDITED: {len(unanswered) or 'all'} libraries. No service that knows of"
            " vulnerabilities answered from here; run `make audit` where there is a network.",
            file=sys.stderr,
        )
        return UNKNOWN if must_answer else 0
    print(f"{len(found)} libraries, no known vulnerability")
    return 0


def _bundled() -> Iterator[dict[str, object]]:
    for path, package in json.loads(BUNDLED.read_text())["packages"].items():
        if not path or package.get("dev"):
            continue
        name, version = path.removeprefix("node_modules/"), package["version"]
        digest = base64.b64decode(package["integrity"].removeprefix("sha512-")).hex()
        yield {
            "bom-ref": f"bundled-{name}",
            "hashes": [{"alg": "SHA-512", "content": digest}],
            "licenses": [{"license": {"id": package["license"]}}],
            "name": name,
            "purl": f"pkg:npm/{name.replace('@', '%40')}@{version}",
            "type": "library",
            "version": version,
        }


def _dependencies(answer: str) -> list[dict[str, Any]]:
    try:
        return list(json.loads(answer)["dependencies"])
    except (ValueError, KeyError):
        return []


def _run(program: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [PYTHON / program, *words]  # all of them ours
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - above


if __name__ == "__main__":
    sys.exit(main())
