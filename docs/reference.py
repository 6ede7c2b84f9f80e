"""Writes the pages that are generated from the code: services, errors, settings.

Sphinx calls `write_reference` before it reads the pages. Nothing here is shipped with the package.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import io
import re
import textwrap
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path

from attribute_docstrings import attribute_docstrings
from error_remedies import REMEDIES

import spotify
from spotify import AsyncSpotifyClient, ClientConfig, errors
from spotify.interfaces import Operation
from spotify.testing import SpotifySandbox

EXAMPLES = Path(__file__).parent / "service_examples"
_SECTION = re.compile(r"^(Args|Returns|Raises|Yields):$", re.MULTILINE)
_ENTRY = re.compile(r"^ {4}(\*{0,2}[\w.]+)(?: \([^)]*\))?: ", re.MULTILINE)


def write_reference(folder: Path) -> None:
    """Write all generated pages into a folder, which is created."""
    folder.mkdir(exist_ok=True)
    for name, page in pages().items():
        path = folder / f"{name}.md"
        if not path.exists() or path.read_text() != page:  # Sphinx reads again what is newer than its output
            path.write_text(page)


def pages() -> dict[str, str]:
    """Return the generated pages by name."""
    services = services_of_a_client()
    outputs = asyncio.run(example_outputs())
    return {
        **{name: _service_page(name, service, outputs[name]) for name, service in services.items()},
        "errors": _errors_page(),
        "settings": _settings_page(),
    }


def services_of_a_client() -> dict[str, type[object]]:
    """Return the classes of the services by their names on the client, in alphabetical order."""
    client = AsyncSpotifyClient("token")
    attributes = {name: type(getattr(client, name)) for name in dir(client)}
    return {name: kind for name, kind in attributes.items() if kind.__module__.startswith("spotify.services.")}


async def example_outputs() -> dict[str, str]:
    """Run the example of each service on a sandbox of its own, and return what it prints."""
    outputs: dict[str, str] = {}
    for path in sorted(EXAMPLES.glob("*.py")):
        names: dict[str, object] = {}
        exec(compile(path.read_text(), str(path), "exec"), names)  # noqa: S102  our own file
        printed = io.StringIO()
        async with SpotifySandbox() as sandbox, sandbox.client() as client:
            with contextlib.redirect_stdout(printed):
                await names["example"](client, sandbox)  # type: ignore[operator]
        outputs[path.stem] = printed.getvalue()
    return outputs


def public_methods(service: type[object]) -> Iterator[tuple[str, object]]:
    """Yield the public methods of a service in the order of their definition."""
    for name, member in vars(service).items():
        if not name.startswith("_") and callable(member):
            yield name, member


def _service_page(name: str, service: type[object], output: str) -> str:
    source = textwrap.indent(EXAMPLES.joinpath(f"{name}.py").read_text().split("\n\n\n", 1)[1].rstrip(), "")
    parts = [
        f"# client.{name}",
        _markdown(inspect.getdoc(service) or ""),
        "An example, and what it prints on the sandbox:",
        f"```python\n{source}\n```",
        f"```text\n{output.rstrip()}\n```",
    ]
    for method_name, method in public_methods(service):
        parts += _method(method_name, method)
    return "\n\n".join(parts) + "\n"


def _method(name: str, method: object) -> Iterator[str]:
    yield f"## {name}"
    yield f"```python\n{_signature(name, method)}\n```"
    text, sections = _split(inspect.getdoc(method) or "")
    yield _markdown(re.sub(r"^HTTP: .*?(\n\n|\Z)", "", text, flags=re.DOTALL | re.MULTILINE))
    yield "\n".join(_facts(method))
    for title, entries in sections.items():
        yield f"**{title}**"
        yield "\n".join(f"- {entry}" for entry in entries)


def _facts(method: object) -> Iterator[str]:
    operations: tuple[Operation, ...] = getattr(method, "operations", ())
    yield "| HTTP | scopes | quota mode | requests | sent again if the response is lost |"
    yield "|---|---|---|---|---|"
    for operation in operations:
        scopes = ", ".join(f"`{scope}`" for scope in operation.scopes) or "none"
        yield (
            f"| `{operation.method} {operation.path}` ({operation.id}) | {scopes} | {_quota_mode(operation)} "
            f"| {_requests(operation)} | {'yes' if operation.idempotent else 'no'} |"
        )


def _quota_mode(operation: Operation) -> str:
    if operation.removed_on is None:
        return "both"
    replaced = f"; use {operation.replacement}" if operation.replacement else ""
    return f"extended; removed from development mode on {operation.removed_on:%Y-%m-%d}{replaced}"


def _requests(operation: Operation) -> str:
    if operation.max_ids is not None:
        return f"one for up to {operation.max_ids} objects"
    if operation.max_limit is not None:
        reduced = operation.development_max_limit
        return f"one for a page of up to {operation.max_limit}" + (
            f" ({reduced} in development mode)" if reduced != operation.max_limit else ""
        )
    return "one"


def _errors_page() -> str:
    parts = [
        "# All errors",
        "Every error of the library is a `SpotifyError`; its `help_url` is the address of its section "
        "here. What is retried, and how to handle errors, is in [errors, retries and rate limits](../errors.md).",
    ]
    kinds = [getattr(spotify, name) for name in spotify.__all__ if name.endswith("Error")]
    for kind in sorted(kinds, key=lambda kind: [base.__name__ for base in reversed(kind.mro())]):
        bases = ", ".join(f"[{base.__name__}](#{base.__name__.lower()})" for base in kind.__bases__ if base in kinds)
        text, sections = _split(inspect.getdoc(kind) or "")
        parts.append(f"## {kind.__name__}")
        parts += [f"Derives from {bases}."] if bases else []
        parts.append(_markdown(text))
        parts.append(f"**What to do.** {REMEDIES[kind.__name__]}")
        parts += ["\n".join(f"- {entry}" for entry in entries) for entries in sections.values()]
        if described := attribute_docstrings(kind):
            parts.append("\n".join(f"- `{name}`: {text}" for name, text in described.items()))
    assert errors.SpotifyError in kinds
    return "\n\n".join(parts) + "\n"


def _settings_page() -> str:
    described = attribute_docstrings(ClientConfig)
    settings = [
        f"`{setting.name}`\n"
        f": `SPOTIFY_{setting.name.upper()}`, "
        + ("required" if setting.default is MISSING else f"default `{setting.default!r}`")
        + f". {described[setting.name]}"
        for setting in fields(ClientConfig)
    ]
    return (
        "\n\n".join(
            [
                "# All settings",
                "The fields of `ClientConfig`. `ClientConfig.from_env()` reads the environment variables; see "
                "[settings](../settings.md).",
                *settings,
            ]
        )
        + "\n"
    )


def _split(docstring: str) -> tuple[str, dict[str, list[str]]]:
    """Return the text of a Google style docstring, and the entries of its sections."""
    text, *rest = _SECTION.split(docstring)
    sections = dict(zip(rest[::2], rest[1::2], strict=True))
    return text.strip(), {title: list(_entries(title, body)) for title, body in sections.items()}


def _entries(title: str, body: str) -> Iterator[str]:
    if title in {"Returns", "Yields"}:
        yield " ".join(textwrap.dedent(body).split())
        return
    _, *rest = _ENTRY.split(body)
    for name, text in zip(rest[::2], rest[1::2], strict=True):
        yield f"`{name}`: {' '.join(text.split())}"


def _markdown(text: str) -> str:
    """Return reStructuredText of a docstring as Markdown: a literal block becomes a block of Python."""
    return re.sub(
        r"(^|\n\n|:)::\n\n((?:(?: {4}.*)?\n?)+)",
        lambda found: (
            f"{found[1] if found[1] != ':' else ':'}\n\n```python\n{textwrap.dedent(found[2]).strip()}\n```\n\n"
        ),
        text,
    ).strip()


def _signature(name: str, method: object) -> str:
    """Return the signature without `self`, with one parameter per line if it is long."""
    signature = inspect.signature(method)  # type: ignore[arg-type]
    whole = signature.replace(parameters=list(signature.parameters.values())[1:])
    line = _without_quotes(f"{name}{whole}")
    if len(line) <= 80:
        return line
    parameters, keyword_only = [], False
    for parameter in whole.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not keyword_only:
            parameters.append("*")
            keyword_only = True
        parameters.append(_without_quotes(str(parameter)))
    lines = "".join(f"    {parameter},\n" for parameter in parameters)
    returns = line.rpartition(" -> ")[2]
    return f"{name}(\n{lines}) -> {returns}"


def _without_quotes(signature: str) -> str:
    """Return the signature without the quotes around its annotations, which are strings."""
    return re.sub(r"(: |-> )(['\"])(.*?)\2(?= =|,|\)|$)", r"\1\3", signature).replace("~", "")
