"""The page of the example's shop, as tests use it in a browser."""

from __future__ import annotations

import json

from playwright.sync_api import Page, expect

CLIENT = "/static/adjax_jsonrpc/adjax.mjs"


class Posts:
    """What a page posts to an endpoint from now on, and what the server made of it."""

    def __init__(self, page: Page, path: str = "/rpc/") -> None:
        self.requests = []
        self.responses = []
        page.on("request", lambda r: r.url.endswith(path) and self.requests.append(r))
        page.on("response", lambda r: r.url.endswith(path) and self.responses.append(r))

    @property
    def methods(self) -> list[list[str]]:
        bodies = [json.loads(request.post_data) for request in self.requests]
        return [
            [each["method"] for each in (body if isinstance(body, list) else [body])]
            for body in bodies
        ]

    @property
    def numbers(self) -> list[int]:
        return [int(response.headers["x-post"]) for response in self.responses]


def open_shop(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator("body")).to_have_attribute("data-ready", "")


def run(page: Page, title: str):
    """Run one of the page's experiments; return the place of its result."""
    page.get_by_role("button", name=f"Run: {title}").click()
    result = page.get_by_label(f"Result of: {title}")
    expect(result).not_to_be_empty()
    return result


def sign_in(page: Page, name: str = "ann") -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(f"demo-{name}-password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name=f"Signed in as {name}")).to_be_visible()
    expect(page.locator("#orders li").first).to_be_visible()  # the last that signing in asks for


def in_page(page: Page, body: str, argument=None):
    """Run asynchronous JavaScript in the page, with the client's module as ``client``."""
    script = f"async (argument) => {{ const client = await import('{CLIENT}'); {body} }}"
    return page.evaluate(script, argument)
