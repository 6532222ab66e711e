#!/usr/bin/env python3
"""Writes a C source that holds files as byte arrays: embed.py OUTPUT NAME=FILE ..."""
import sys

LINE = 24


def array(name, path):
    with open(path, "rb") as stream:
        data = stream.read()
    rows = (data[at : at + LINE] for at in range(0, len(data), LINE))
    body = "\n".join("  " + " ".join(f"{byte}," for byte in row) for row in rows)
    return (
        f"const unsigned char mi_fact_{name}[] = {{\n{body}\n}};\n"
        f"const size_t mi_fact_{name}_bytes = sizeof mi_fact_{name};\n"
    )


def main():
    output, *files = sys.argv[1:]
    parts = [array(*entry.split("=", 1)) for entry in files]
    with open(output, "w", encoding="ascii") as stream:
        stream.write('/* Made by embed.py. */\n#include "county/reference_facts.h"\n\n' + "\n".join(parts))


if __name__ == "__main__":
    main()
