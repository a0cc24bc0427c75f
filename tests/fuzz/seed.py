#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the fuzz targets' first inputs, corpus/*/seed-*, from the recorded frames."""
import glob
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
FRAMES = os.path.join(HERE, "..", "data", "frames")
SEALED = 8


def first_byte(api, version):
    if api == "fetch":
        return version - 4 | SEALED
    return {"api_versions": 0, "metadata": version, "list_offsets": version + 7}[api]


def main():
    for old in glob.glob(os.path.join(HERE, "corpus", "*", "seed-*")):
        os.remove(old)
    for path in sorted(glob.glob(os.path.join(FRAMES, "*.bin"))):
        name = os.path.basename(path)[:-len(".bin")]
        api, version = re.match(r"(\w+?)_v(\d+)", name).groups()
        target = "fetch_response" if api == "fetch" else "control_response"
        folder = os.path.join(HERE, "corpus", target)
        os.makedirs(folder, exist_ok=True)
        with open(path, "rb") as frame, open(os.path.join(folder, f"seed-{name}"), "wb") as seed:
            seed.write(bytes([first_byte(api, int(version))]) + frame.read())


if __name__ == "__main__":
    main()
