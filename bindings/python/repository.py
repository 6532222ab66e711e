"""A build backend that builds the repository this folder is part of, with meson-python."""

import contextlib
import os
import pathlib

import mesonpy

ROOT = pathlib.Path(__file__).resolve().parents[2]


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    with contextlib.chdir(ROOT):
        return mesonpy.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_sdist(sdist_directory, config_settings=None):
    with contextlib.chdir(ROOT):
        return mesonpy.build_sdist(sdist_directory, config_settings)


def get_requires_for_build_wheel(config_settings=None):
    with contextlib.chdir(ROOT):
        return mesonpy.get_requires_for_build_wheel(config_settings)


def get_requires_for_build_sdist(config_settings=None):
    with contextlib.chdir(ROOT):
        return mesonpy.get_requires_for_build_sdist(config_settings)


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    with contextlib.chdir(ROOT):
        return mesonpy.build_editable(wheel_directory, config_settings, metadata_directory)


def get_requires_for_build_editable(config_settings=None):
    with contextlib.chdir(ROOT):
        return mesonpy.get_requires_for_build_editable(config_settings)
