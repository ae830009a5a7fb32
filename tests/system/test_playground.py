"""Exported OpenRPC documents in the OpenRPC playground's own components, in a real Chromium.

These are the playground's editor, which judges a document (monaco-editor with the meta-schema of
@open-rpc/schema-utils-js), and the pane that shows it (@open-rpc/docs-react, references resolved
by @apidevtools/json-schema-ref-parser), in the versions that the playground uses; see
tests/node/playground. The frame around them and the Inspector, which makes calls, aren't packages.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, TypedDict

import pytest
from playwright.sync_api import Page, Route, expect

from tests.support.calls import described
from tests.support.needs import needs
from tests.support.paths import NODE, ROOT

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.server]

COMMITTED = ROOT / "schemas" / "openrpc.json"
MONACO = "monaco-editor/esm/vs"
BUNDLE = [
    "node_modules/.bin/esbuild",
    "playground/index.jsx",
    f"json.worker={MONACO}/language/json/json.worker.js",
    f"editor.worker={MONACO}/editor/editor.worker.js",
    "--bundle",
    "--jsx=automatic",
    "--loader:.ttf=dataurl",
    "--define:process.env={}",
    '--define:process.env.NODE_ENV="production"',
    '--define:process.platform="browser"',
    "--alias:path=path-browserify",
    "--log-level=error",
]

Document = dict[str, Any]


@pytest.fixture(scope="module")
def playground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the bundled page."""
    directory = tmp_path_factory.mktemp("playground")
    needs("node")
    subprocess.run([*BUNDLE, f"--outdir={directory}"], cwd=NODE, check=True)
    (directory / "index.html").write_bytes((NODE / "playground" / "index.html").read_bytes())
    return directory


@pytest.fixture
def opened(page: Page, playground: Path, shop_url: str) -> Page:
    """The page, as if the shop served it, without a document yet."""

    def answer(route: Route) -> None:
        route.fulfill(path=playground / route.request.url.rpartition("/")[2])

    page.set_viewport_size({"width": 1600, "height": 1000})
    page.route(f"{shop_url}/playground/*", answer)
    page.goto(f"{shop_url}/playground/index.html")
    return page


def show(page: Page, document: Document) -> None:
    """Open a document that is wrong, and then this one: the editor has nothing to say of it."""
    wrong = json.loads(json.dumps(document))
    del wrong["methods"][0]["result"]["schema"]
    page.evaluate("(text) => openDocument(text)", json.dumps(wrong))
    expect(page.locator("#problems")).to_have_text('Missing property "schema".')
    page.evaluate("(text) => openDocument(text)", json.dumps(document))
    expect(page.locator("#problems")).to_be_empty()


def unfold(page: Page, levels: int = 200) -> None:
    """Click on all that is folded, and on what that brings to light, down to so many levels."""
    page.evaluate(
        """async (levels) => {
            const selector = "#documentation button[aria-expanded=false], "
                + "#documentation [role=treeitem][aria-expanded=false] > .MuiTreeItem-content";
            for (; levels > 0; levels--) {
                const folded = document.querySelectorAll(selector);
                if (folded.length === 0) return;
                folded.forEach((each) => each.click());
                await new Promise(requestAnimationFrame);
            }
        }""",
        levels,
    )


NODES = {"typeobject": "Object", "typearray": "Array"}


def labels(schema: Any, document: Document) -> set[str]:
    """What the tree of a schema has to name: properties, types, constants and choices."""
    if isinstance(schema, bool):
        return set()
    found = set(schema.get("properties", ()))
    found |= {f"{word}{schema[word]}" for word in ("type", "const") if word in schema}
    found |= {str(choice) for choice in schema.get("enum", ())}
    found = {NODES.get(label, label) for label in found}
    if "$ref" in schema:
        found |= labels(document["components"]["schemas"][schema["$ref"].split("/")[-1]], document)
    parts = [*schema.get("properties", {}).values(), *schema.get("anyOf", ())]
    items = schema.get("items", [])
    parts += items if isinstance(items, list) else [items]
    return found.union(*(labels(part, document) for part in parts))


def from_openrpc_json(page: Page) -> Document:
    return page.evaluate("() => fetch('/rpc/openrpc.json').then((answer) => answer.json())")


def from_rpc_discover(page: Page) -> Document:
    return page.evaluate(
        """() => fetch("/rpc/", {
            method: "POST",
            headers: {"Content-Type": "application/json"},
            body: JSON.stringify({jsonrpc: "2.0", method: "rpc.discover", params: [], id: 1}),
        }).then((answer) => answer.json()).then(({result}) => result)"""
    )


def test_the_playground_shows_every_method(opened):
    document = json.loads(COMMITTED.read_text())
    schemas = document["components"]["schemas"]
    for served in (from_openrpc_json(opened), from_rpc_discover(opened)):  # without a login
        assert served["methods"]
        assert all(method in document["methods"] for method in served["methods"])
        assert served["components"]["schemas"].items() <= schemas.items()
    show(opened, document)
    expect(opened.locator("h3", has_text="Methods")).to_be_visible()
    expect(opened.get_by_text(document["servers"][0]["url"], exact=True)).to_be_visible()
    unfold(opened)
    for method in document["methods"]:
        shown = opened.locator(f"[id='{method['name']}']")
        expect(shown).to_contain_text(method["summary"])
        for error in method.get("errors", ()):
            row = shown.get_by_role("row").filter(has_text=str(error["code"]))
            expect(row).to_contain_text(error["message"])
        headings = shown.locator(".MuiAccordion-root .MuiAccordionSummary-root").all_inner_texts()
        assert [heading.split() for heading in headings] == [
            *([param["name"], str(param["required"]).lower()] for param in method["params"]),
            [method["result"]["name"]],
        ]
        described_ = [*method["params"], method["result"]]
        for each, part in zip(shown.locator(".MuiAccordion-root").all(), described_, strict=True):
            named = set(each.locator(".MuiTreeItem-label").all_text_contents())
            assert labels(part["schema"], document) <= named, (method["name"], part["name"])


class Node(TypedDict):
    name: str
    children: list[Node]


def test_the_playground_shows_a_recursive_type_and_examples(opened):
    def grow(request, node: Node, by: int = 1) -> Node: ...

    leaf = {"name": "leaf", "children": []}
    examples = [{"name": "a leaf", "params": {"node": leaf}, "result": leaf}]
    show(opened, described(grow, examples=examples))
    unfold(opened, levels=9)
    shown = opened.locator("[id='t.grow']")
    result = shown.locator(".MuiAccordion-root").last.locator(".MuiTreeItem-label")
    assert result.all_text_contents().count("children") > 1
    expect(shown).to_contain_text("a leaf")
    expect(shown.get_by_text('"leaf"')).to_have_count(2)
