"""The settings of the documentation site: `python -m sphinx -W -b html docs build/docs`."""

import re
import sys
from pathlib import Path

from sphinx.application import Sphinx

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from reference import write_reference  # noqa: E402  this folder has to be on the path

from spotify import __version__  # noqa: E402

project = "async-spotify-client"
author = "the maintainers of async-spotify-client"
copyright = "the maintainers; not affiliated with Spotify"  # noqa: A001  Sphinx's name for it
version = release = __version__

extensions = ["myst_parser", "sphinx_copybutton"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["service_examples"]
myst_heading_anchors = 4
myst_enable_extensions = ["deflist", "fieldlist"]
nitpicky = True
suppress_warnings = ["myst.header"]  # generated pages begin their sections at the level that their content has

html_theme = "furo"
html_title = f"{project} {release}"
html_show_sourcelink = False
html_static_path = ["static"]
html_css_files = ["site.css"]
html_extra_path = ["llms.txt"]  # its links lead to the Markdown that Sphinx copies to `_sources`
copybutton_prompt_text = r"\$ |>>> "
copybutton_prompt_is_regexp = True


REPOSITORY = "https://github.com/async-spotify-client/async-spotify-client/blob/main/"


def setup(app: Sphinx) -> None:
    """Write the generated pages before Sphinx reads them, and let links leave this folder."""
    write_reference(HERE / "reference_pages")
    app.connect("source-read", _link_to_repository)


def _link_to_repository(_app: Sphinx, name: str, source: list[str]) -> None:
    if "/" not in name:
        source[0] = re.sub(r"\]\(\.\./", f"]({REPOSITORY}", source[0])
