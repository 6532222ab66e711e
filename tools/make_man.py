"""make_man.py PROGRAM FOLDER: a manual page for the program and each of its commands, made by help2man from their own help."""

import pathlib
import shutil
import subprocess
import sys


def commands(program):
    """Name and summary of each command, from `muster help`."""
    listing = subprocess.run([program, "help"], check=True, capture_output=True, text=True).stdout
    block = listing.split("Commands:\n", 1)[1].split("\n\n", 1)[0]
    for line in block.splitlines():
        name, summary = line.strip().split("  ", 1)
        yield name, summary.strip()


def write_page(program, name, summary, target):
    words = f"{program} {name}".strip()
    version = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    subprocess.run(["help2man", "--no-info", f"--name={summary}", f"--version-string={version}", "--section=1",
                    "--locale=C.UTF-8", "--source=Muster", "--manual=Muster", f"--output={target}", words], check=True)
    page = target.stem  # help2man names every page after the program; whatis and apropos want the command's
    text = target.read_text(encoding="utf-8")
    text = text.replace(".TH MUSTER ", f".TH {page.upper()} ", 1).replace("\nmuster \\- ", f"\n{page} \\- ", 1)
    target.write_text(text, encoding="utf-8")


def main(program, folder):
    target = pathlib.Path(folder)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    write_page(program, "", "whom to alert so that help stands at the door in time", target / "muster.1")
    for name, summary in commands(program):
        write_page(program, name, summary, target / f"muster-{name.replace(' ', '-')}.1")


if __name__ == "__main__":
    main(*sys.argv[1:])
