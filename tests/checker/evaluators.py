"""Evaluators in processes of their own, as the tests start them."""

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from checker.evaluator import RegisterKeys
from checker.voprf import KeyPair
from config.settings import Settings
from tests.servers import free_port

TOKEN = "a-token-between-web-and-evaluator"
SHOWN = {"Authorization": f"Bearer {TOKEN}"}
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Running:
    """One `brolly evaluator`, at a socket's file or at a port with TLS."""

    process: "subprocess.Popen[str]"
    key: KeyPair
    file: Path | None = None
    port: int = 0

    @property
    def address(self) -> str:
        """Return what BROLLY_EVALUATORS holds of it."""
        place = f"unix:{self.file}" if self.file else f"https://127.0.0.1:{self.port}"
        return f"{place}#{self.key.public.hex()}"

    def answers(self) -> bool:
        """Whether it listens."""
        family, place = (
            (socket.AF_UNIX, str(self.file)) if self.file else (socket.AF_INET, self._inet())
        )
        with socket.socket(family) as probe:
            return probe.connect_ex(place) == 0

    def stop(self) -> None:
        """End it, and its serving child."""
        with self.process:
            self.process.terminate()

    def _inet(self) -> tuple[str, int]:
        return "127.0.0.1", self.port


def start(folder: Path, name: str) -> Running:
    """Start one at a socket, with the key file of its name, made unless it is there."""
    file = folder / f"{name}.sock"
    process, key = _begin(folder, name, "--socket", str(file))
    return _once_it_answers(Running(process, key, file=file))


def start_with_tls(folder: Path, name: str) -> Running:
    """Start one at a port, with a certificate of its own: `certificate.pem` in the folder."""
    port = free_port()
    certificate, certificate_key = make_certificate(folder)
    shown = "--certificate", str(certificate), "--certificate-key", str(certificate_key)
    process, key = _begin(folder, name, "--port", str(port), *shown)
    return _once_it_answers(Running(process, key, port=port))


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Return the files of a new certificate for this machine alone, and of its key."""
    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "evaluator")])
    today = datetime.now(UTC)
    host = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(host, critical=False)
        .sign(secret, hashes.SHA256())
    )
    certificate, key = folder / "certificate.pem", folder / "certificate-key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        secret.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, key


def _begin(folder: Path, name: str, *arguments: str) -> "tuple[subprocess.Popen[str], KeyPair]":
    key_file = folder / f"{name}.key"
    if not key_file.exists():
        RegisterKeys.generate(key_file)
    environment = {
        "PATH": os.environ["PATH"],
        "BROLLY_REGISTER_KEY_FILE": str(key_file),
        "BROLLY_EVALUATOR_TOKEN": TOKEN,
        "BROLLY_DATA_DIR": str(folder / "none"),
    }
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "cli", "evaluator", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    key = RegisterKeys.load(key_file).current
    assert process.stdout.readline() == f"public key {key.public.hex()}\n"
    return process, key


def _once_it_answers(running: Running) -> Running:
    until = time.monotonic() + PATIENCE_SECONDS
    while not running.answers() and time.monotonic() < until:
        time.sleep(0.02)
    return running


def settings_for(keys: Path, *addresses: str, **others: object) -> Settings:
    given = {"data_dir": keys, "evaluators": " ".join(addresses), "evaluator_token": TOKEN}
    return Settings(**(given | others))  # type: ignore[arg-type] # pydantic checks them
