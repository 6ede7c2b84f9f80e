"""Tools for playlists and libraries, built on the client: plans, backup, restore.

A plan says what it would change before it changes anything, and can be resumed: see `Plan`.
"""

from spotify.tools.planning import plan_copy, plan_dedupe, plan_diff, plan_merge, plan_sort
from spotify.tools.plans import NewPlaylist, Plan, PlanOutdatedError
from spotify.tools.playlist_content import Entry

__all__ = [
    "Entry",
    "NewPlaylist",
    "Plan",
    "PlanOutdatedError",
    "plan_copy",
    "plan_dedupe",
    "plan_diff",
    "plan_merge",
    "plan_sort",
]
