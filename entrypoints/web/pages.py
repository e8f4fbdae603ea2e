"""Pages for people: what a problem means, and what the service takes and answers. One style, no script."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from html import escape
from typing import Any, Final

from entrypoints.web.problem_types import ProblemType

STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "code,pre{font:14px/1.4 ui-monospace,monospace;background:#f4f4f2;border-radius:4px}code{padding:.1em .3em}"
    "pre{padding:.7rem;overflow:auto}summary{cursor:pointer;padding:.3rem 0}.m{display:inline-block;min-width:4.2rem;"
    "font-weight:600}table{border-collapse:collapse}td{padding:.15rem .8rem .15rem 0;vertical-align:top}"
    "details{border-bottom:1px solid #ddd}details>*:not(summary){margin-left:1.2rem}"
)
_STYLE_SOURCE = f"'sha256-{b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'"
PAGE_POLICY: Final = {
    "Content-Security-Policy": f"default-src 'none'; style-src {_STYLE_SOURCE}; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
}
"""This style and no other, links, and nothing else: no script, no image, no form, no frame around it."""

Json = dict[str, Any]  # an OpenAPI document


def problem_page(code: str, kind: ProblemType) -> str:
    """What one problem type means."""
    return _page(
        kind.title,
        f"<p><code>{kind.status}</code> <code>{escape(code)}</code></p><p>{escape(kind.explanation)}</p>"
        '<p>Every refusal here is a document of RFC 9457. <a href="/docs">All operations</a></p>',
    )


def docs_page(api: Json) -> str:
    """Every operation of an OpenAPI document."""
    info = api["info"]
    operations = [
        (method, path, operation) for path, item in api["paths"].items() for method, operation in item.items()
    ]
    tags = dict.fromkeys(tag for *_, operation in operations for tag in operation.get("tags", ()))
    sections = "".join(
        f"<h2>{escape(tag)}</h2>"
        + "".join(_operation(api, *one) for one in operations if tag in one[2].get("tags", ()))
        for tag in tags
    )
    return _page(
        info["title"],
        f"<p>{escape(info['description'])}</p>"
        f'<p>Version {escape(info["version"])}, for machines: <a href="/openapi.json">openapi.json</a></p>{sections}',
    )


def _operation(api: Json, method: str, path: str, operation: Json) -> str:
    parameters = "".join(
        f"<tr><td><code>{escape(one['name'])}</code></td><td>{escape(one['in'])}</td>"
        f"<td>{escape(one.get('description', ''))}</td></tr>"
        for one in operation.get("parameters", ())
    )
    answers = "".join(
        f"<tr><td><code>{status}</code></td><td>{_codes(response['description'])}</td></tr>"
        for status, response in sorted(operation["responses"].items())
    )
    return (
        f'<details id="{escape(operation["operationId"])}"><summary><span class="m">{method.upper()}</span>'
        f"<code>{escape(path)}</code> {escape(operation['summary'])}</summary>"
        f"<p>{escape(operation.get('description', ''))}</p>"
        + (f"<table>{parameters}</table>" if parameters else "")
        + "".join(f"<pre>{escape(json.dumps(one, indent=2))}</pre>" for one in _examples(api, operation))
        + f"<table>{answers}</table></details>"
    )


def _examples(api: Json, operation: Json) -> list[Any]:
    """Bodies that the operation takes."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return list(api["components"]["schemas"].get(name, {}).get("examples", ()))


def _codes(description: str) -> str:
    """A description with its code words linked to their pages."""
    words = (part.strip("`") for part in description.split(", "))
    if not description.startswith("`"):
        return escape(description)
    return ", ".join(f'<a href="/problems/{escape(word)}">{escape(word)}</a>' for word in words)


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title><style>{STYLE}</style>'
        f"</head><body><h1>{escape(title)}</h1>{body}</body></html>"
    )
