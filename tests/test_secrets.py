"""No secret stands in the repository: every tracked file is read for keys, tokens and passwords."""

from __future__ import annotations

import math
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import ROOT

KNOWN_FORMS = {
    "private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "cloud key": re.compile(r"\b(?:AKIA|ASIA|LTAI)[0-9A-Za-z]{16,}\b|\bAIza[\w-]{35}"),
    "token": re.compile(r"\b(?:gh[pousr]_\w{36}|github_pat_\w{22,}|glpat-[\w-]{20}|xox[abprs]-[\w-]{10,}|sk-\w{20,})"),
    "web token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+"),
    "password in an address": re.compile(r"://[^/\s:@\"'{<]+:(?!word@)[^/\s:@\"'{<$]+@[\w.-]+"),
    "hash of a password": re.compile(r"\$(?:argon2\w+|2[aby])\$[^\s\"']{20,}"),
}
ASSIGNED = re.compile(
    r"(?i)(?:password|passwd|secret|token|api_?key|credential|private)\w*[\"']?\s*(?::\s*str\s*)?[:=]"
    r"\s*b?[\"']([^\"'\s]{8,})[\"']"
)
LONG = re.compile(r"[:=]\s*b?[\"']([A-Za-z0-9+/=_-]{32,})[\"']")
# What a test signs in with is a word for reading; a key has more than so many bits a character.
BITS, LONG_BITS = 3.6, 4.4
# Files of digests only.
DIGESTS = ("requirements.lock", "requirements-test.lock", "requirements-site.lock")
ALLOWED = {  # file and part of the finding: planted there to prove that backups and logs never show it
    ("tests/test_backup.py", ":hunter2@"),
    ("tests/test_logs.py", ":hunter2@"),
}
BINARY = (".png", ".jpg", ".parquet", ".xlsx", ".zip", ".gz", ".gpkg", ".mp4", ".ts", ".bin", ".db", ".duckdb")


def bits(word: str) -> float:
    """Return the entropy of a word's own characters, in bits a character."""
    return -sum(n / len(word) * math.log2(n / len(word)) for n in Counter(word).values())


def is_key(word: str, least: float) -> bool:
    """Say whether a word looks drawn by lot: digits among letters, and few characters twice."""
    mixed = any(c.isdigit() for c in word) and any(c.isalpha() for c in word)
    return mixed and bits(word) >= least and not re.fullmatch(r"[a-z0-9]+([-_./:][a-z0-9]+)+", word)


def secrets_in(text: str) -> list[str]:
    """Return what looks like a secret in a text: its form and the line."""
    found = [
        (form, match.start(), match.group())
        for form, pattern in KNOWN_FORMS.items()
        for match in pattern.finditer(text)
    ]
    for pattern, least in ((ASSIGNED, BITS), (LONG, LONG_BITS)):
        for match in pattern.finditer(text):
            if is_key(match[1], least):
                found.append(("drawn by lot", match.start(), match[1]))
    return [f"{text.count(chr(10), 0, start) + 1}: {form}: {word[:60]}" for form, start, word in found]


def tracked() -> list[Path]:
    """Return the files git knows or is about to; without git, all files that are no folder's of an installation."""
    said = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if said.returncode == 0:
        files = [ROOT / name for name in said.stdout.split("\0") if name]
    else:
        files = [path for path in ROOT.rglob("*") if not any(part.startswith(".") for part in path.parts)]
    return [path for path in files if path.is_file() and path.suffix not in BINARY and path.name not in DIGESTS]


def test_no_tracked_file_holds_a_secret() -> None:
    files = tracked()
    assert len(files) > 500
    texts = ((str(path.relative_to(ROOT)), path.read_text(encoding="utf-8", errors="replace")) for path in files)
    found = {f"{name}:{line}" for name, text in texts for line in secrets_in(text) if not _allowed(name, line)}
    assert not found


def _allowed(name: str, line: str) -> bool:
    return any(name == file and part in line for file, part in ALLOWED)


PLANTED = (
    "-----BEGIN RSA " + "PRIVATE KEY-----",
    "aws = AKIA" + "IOSFODNN7EXAMPLE",
    "url = 'postgresql://gridlink:" + "hunter2@db/gridlink'",
    "TOKEN = 'ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'",
    "secret_key: 'Zx9" + "qT4vL0pWm2RbY'",
    "SALT = 'q7Zt1Wc9" + "Xv5Bn3Mk8Lj2Hg6Fd4Sa0Pr7Ty1Ue'",
    "hash = '$argon2id$v=19$m=8,t=1,p=1$" + "c29tZXNhbHRzb21lc2FsdA'",
)


@pytest.mark.parametrize("line", PLANTED)
def test_a_planted_secret_is_found(line: str) -> None:
    assert secrets_in("first = 1\n" + line + "\n")[0].startswith("2: ")


def test_words_for_reading_are_none() -> None:
    assert not secrets_in('PASSWORD = "right-password"\ntoken = "session_token"\nurl = "http://127.0.0.1:8050/login"\n')
