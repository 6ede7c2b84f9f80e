"""Tools for playlists and libraries, built on the client: plans, backup, restore.

A plan says what it would change before it changes anything, and can be resumed: see `Plan`.
"""

from spotify.tools.archive import SECTIONS, Manifest, Section
from spotify.tools.backup import backup
from spotify.tools.planning import plan_copy, plan_dedupe, plan_diff, plan_import, plan_merge, plan_sort
from spotify.tools.plans import NewPlaylist, Plan, PlanOutdatedError
from spotify.tools.playlist_content import Entry
from spotify.tools.restore import RestoreSummary, restore

__all__ = [
    "SECTIONS",
    "Entry",
    "Manifest",
    "NewPlaylist",
    "Plan",
    "PlanOutdatedError",
    "RestoreSummary",
    "Section",
    "backup",
    "plan_copy",
    "plan_dedupe",
    "plan_diff",
    "plan_import",
    "plan_merge",
    "plan_sort",
    "restore",
]
