"""Installs a bundle into a folder, starts a tiny demo city there and asks for its login page; prints the figures."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep
from urllib.request import urlopen

PORT = 8950
DEMO = ("-m", "gridlink", "demo", "--frozen", "--grids", "12", "--days", "2", "--port", str(PORT))
PATIENCE_S = 900


def main(bundle: Path, place: Path) -> None:
    """Install, start, ask, end."""
    os.environ.setdefault("PYTHON", sys.executable)
    began = monotonic()
    subprocess.run([bundle / "install", place / "app"], check=True)
    told: dict[str, object] = {"install_s": round(monotonic() - began, 1)}
    demo = subprocess.Popen(
        [place / "app/.venv/bin/python", *DEMO, "--home", place / "home"], cwd=place / "app", start_new_session=True
    )
    try:
        told |= _asked(demo)
    finally:
        os.killpg(demo.pid, signal.SIGTERM)
        demo.wait(60)
    told["bundle_mb"] = round(sum(file.stat().st_size for file in bundle.rglob("*") if file.is_file()) / 1e6, 1)
    told["wheels"] = len(list((bundle / "wheels").iterdir()))
    told["sbom_components"] = len(json.loads((bundle / "sbom.cdx.json").read_text("utf-8"))["components"])
    print(json.dumps(told))


def _asked(demo: subprocess.Popen[bytes]) -> dict[str, object]:
    began = monotonic()
    while demo.poll() is None and monotonic() - began < PATIENCE_S:
        try:
            with urlopen(f"http://127.0.0.1:{PORT}/login", timeout=5) as answer:
                return {"login": answer.status, "demo_s": round(monotonic() - began, 1)}
        except OSError:
            sleep(0.5)
    sys.exit("the demo city did not answer")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
