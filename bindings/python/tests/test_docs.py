"""docs/python.md runs as it stands, and the examples in docstrings say what happens."""

import doctest
import importlib
import inspect
import pkgutil
import re

import numpy as np
import pytest
from conftest import ROOT

import muster


def test_the_tour_runs(tmp_path, monkeypatch, capsys):
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / "python.md").read_text(encoding="utf-8"), re.S | re.M)
    assert len(blocks) > 8
    monkeypatch.chdir(tmp_path)
    world = {}
    for number, block in enumerate(blocks, 1):
        exec(compile(block, f"docs/python.md, block {number}", "exec"), world)
    printed = capsys.readouterr().out
    assert "minutes' walk" in printed and "residents within 15 minutes" in printed
    assert (tmp_path / "county.png").stat().st_size > 10_000


@pytest.mark.parametrize("name", [module.name for module in pkgutil.iter_modules(muster.__path__) if not module.ispkg])
def test_examples_in_docstrings(name):
    module = importlib.import_module(f"muster.{name}")
    assert doctest.testmod(module, extraglobs={"np": np}).failed == 0


def test_every_public_name_is_documented():
    for name in muster.__all__:
        value = getattr(muster, name)
        if isinstance(value, type) or inspect.isfunction(value):
            assert value.__doc__, name
            for member, function in vars(value).items() if isinstance(value, type) else []:
                if not member.startswith("_") and callable(getattr(function, "__func__", function)):
                    assert getattr(function, "__doc__", None), f"{name}.{member}"
