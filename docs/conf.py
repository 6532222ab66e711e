"""The documentation site: Markdown pages, the headers' comments through Doxygen and breathe, the program's own help."""

import pathlib
import subprocess

from docutils import nodes
from docutils.parsers.rst import Directive

ROOT = pathlib.Path(__file__).resolve().parents[1]
PROGRAM = ROOT / "build" / "muster"

project = "Muster"
copyright = "2026, the Muster authors"
version = subprocess.run([PROGRAM, "--version"], check=True, capture_output=True, text=True).stdout.split()[-1]
extensions = ["myst_parser", "breathe"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
breathe_projects = {"muster": str(ROOT / "build" / "docs" / "doxygen" / "xml")}
breathe_default_project = "muster"
breathe_domain_by_extension = {"h": "c"}
html_theme = "furo"
html_title = "Muster"
exclude_patterns = ["requirements.txt"]


class CommandHelp(Directive):
    """`muster help` of every command, as the program prints it."""

    def run(self):
        listing = subprocess.run([PROGRAM, "help"], check=True, capture_output=True, text=True).stdout
        block = listing.split("Commands:\n", 1)[1].split("\n\n", 1)[0]
        sections = []
        for line in block.splitlines():
            name = line.strip().split("  ", 1)[0]
            text = subprocess.run([PROGRAM, "help", *name.split()], check=True, capture_output=True, text=True).stdout
            section = nodes.section(ids=[name.replace(" ", "-")])
            section += nodes.title(text=f"muster {name}")
            section += nodes.literal_block(text, text, language="text")
            sections.append(section)
        return sections


def setup(app):
    app.add_directive("command-help", CommandHelp)
