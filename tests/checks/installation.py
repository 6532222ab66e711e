"""What a stranger asks pkg-config for."""

import subprocess


def flags(environment, *wanted, package="muster"):
    command = ["pkg-config", *wanted, package]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout.split()
