#!/usr/bin/env python3
"""Writes a C source that holds files as byte arrays: embed.py HEADER PREFIX OUTPUT NAME=FILE ...

HEADER declares, for each NAME, `const unsigned char PREFIX_NAME[]` and `const size_t PREFIX_NAME_bytes`.
"""
import sys

LINE = 24


def array(prefix, name, path):
    with open(path, "rb") as stream:
        data = stream.read()
    rows = (data[at : at + LINE] for at in range(0, len(data), LINE))
    body = "\n".join("  " + " ".join(f"{byte}," for byte in row) for row in rows)
    return (
        f"const unsigned char {prefix}_{name}[] = {{\n{body}\n}};\n"
        f"const size_t {prefix}_{name}_bytes = sizeof {prefix}_{name};\n"
    )


def main():
    header, prefix, output, *files = sys.argv[1:]
    parts = [array(prefix, *entry.split("=", 1)) for entry in files]
    with open(output, "w", encoding="ascii") as stream:
        stream.write(f'/* Made by embed.py. */\n#include "{header}"\n\n' + "\n".join(parts))


if __name__ == "__main__":
    main()
