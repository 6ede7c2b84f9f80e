"""`usage`, `doctor` and `sandbox`."""

from __future__ import annotations

import sys
from typing import Final

import typer

from spotify.cli.output import print_json, print_rows
from spotify.cli.session import FAILURE, client_for, run, settings_of

_MARKS: Final = {"ok": "ok     ", "note": "note   ", "problem": "PROBLEM"}


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(usage)
    app.command()(doctor)
    app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True}, add_help_option=False)(
        sandbox
    )


def usage(context: typer.Context) -> None:
    """Show the calls of the last 24 hours of all commands, and what is closed until when."""
    settings = settings_of(context)

    async def work() -> None:
        async with client_for(settings) as client:
            await client.usage.sync()
            rows = [
                {
                    "operation": operation,
                    "made": counts.made,
                    "refused": counts.refused,
                    "retried": counts.retried,
                    "cached": counts.cached,
                }
                for operation, counts in client.usage.operations.items()
            ]
            closed = [
                {"operation": each.operation, "until": each.until.isoformat(), "reason": each.reason}
                for each in client.usage.closed
            ]
            if settings.json:
                print_json({"operations": rows, "closed": closed})
                return
            print_rows(settings, rows, ("operation", "made", "refused", "retried", "cached"))
            sys.stdout.write(f"{client.usage}\n")

    run(settings, work)


def doctor(context: typer.Context) -> None:
    """Check everything that a call needs, and say what to do; the output has no secrets."""
    settings = settings_of(context)

    async def work() -> bool:
        from spotify.cli.doctor import examine

        findings = await examine(settings)
        if settings.json:
            print_json([finding.to_json() for finding in findings])
        else:
            for finding in findings:
                sys.stdout.write(f"{_MARKS[finding.status]} {finding.topic}: {finding.text}\n")
                if finding.advice:
                    sys.stdout.write(f"        → {finding.advice}\n")
        return any(finding.status == "problem" for finding in findings)

    if run(settings, work):
        raise typer.Exit(FAILURE)


def sandbox(context: typer.Context) -> None:
    """Serve a sandbox for other programs; `spotify-web sandbox --help` lists its options."""
    from spotify.testing.sandbox.__main__ import main

    raise typer.Exit(main(context.args, program="spotify-web sandbox"))
