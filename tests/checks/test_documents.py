"""What the documents promise holds: links lead somewhere, commands named exist, every command has help."""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").glob("*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    for target in LINK.findall(path.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def command_names(muster):
    listing = muster("help").stdout
    block = listing.split("Commands:\n", 1)[1].split("\n\n", 1)[0]
    return [re.match(r"  (\w[\w-]*(?: \w[\w-]*)?)  +", line).group(1) for line in block.splitlines()]


def test_every_command_has_help(muster):
    names = command_names(muster)
    assert "simulate" in names and "county reference" in names
    for name in names:
        result = muster("help", *name.split())
        assert result.returncode == 0
        assert result.stdout.startswith(f"Usage: muster {name} ")
        assert result.stdout == muster(*name.split(), "--help").stdout


def test_commands_in_documents_exist(muster):
    names = set(command_names(muster))
    words = {name.split()[0] for name in names} | {"help", "--version"}
    for path in DOCUMENTS:
        for line in re.findall(r"^\s*(?:\$ )?(?:build/)?muster (\S+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            assert line.strip("`") in words, f"{path.name} calls `muster {line}`"


def test_unknown_command_is_a_usage_error(muster):
    result = muster("frobnicate")
    assert result.returncode == 2
    assert "frobnicate" in result.stderr and len(result.stderr.splitlines()) == 1


def test_no_arguments_prints_the_list(muster):
    result = muster()
    assert result.returncode == 2 and "Commands:" in result.stderr
    assert muster("--version").stdout.startswith("muster ")
