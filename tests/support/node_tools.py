"""Judges of what is exported, run by node: ajv, OpenRPC's tools and tsc."""

from __future__ import annotations

import json
import subprocess

from tests.support.needs import needs
from tests.support.paths import NODE, ROOT


def judged_by_ajv(cases):
    """Run ajv in strict mode on schemas, and on the values that each has to judge."""
    needs("node")
    return subprocess.run(
        ["node", "schemas.mjs"],
        cwd=NODE,
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=False,
    )


def judged_by_the_tools(paths):
    """Run OpenRPC's tools on documents."""
    needs("node")
    return subprocess.run(
        ["node", NODE / "openrpc.mjs", *paths], capture_output=True, text=True, check=False
    )


def compiled(folder, api, snippets):
    """Run tsc on the declarations and what uses them; return its complaints."""
    needs("node")
    (folder / "api.d.ts").write_text(api)
    (folder / "snippets.ts").write_text(snippets)
    (folder / "package.json").write_text('{"type": "module"}')
    config = {
        "extends": str(NODE / "tsconfig.json"),
        "compilerOptions": {
            "paths": {"adjax-jsonrpc": [str(ROOT / "client" / "src" / "index.ts")]}
        },
        "files": ["api.d.ts", "snippets.ts"],
    }
    (folder / "tsconfig.json").write_text(json.dumps(config))
    tsc = NODE / "node_modules" / ".bin" / "tsc"
    return subprocess.run(
        [tsc, "-p", folder, "--pretty", "false"], capture_output=True, text=True, check=False
    ).stdout
