#!/usr/bin/env python3
"""Checks a volume offline: python3 verify.py VOLUME.zip... [--key KEY.pem]

VOLUME is each ZIP of the volume, or the folder that one was unpacked into. KEY.pem is the firm's public key, got by
another way than the volume. Needs Python 3.8 or newer and nothing else; the signature is checked with the openssl
command where there is one (3.0 or newer). Exit code: 0 intact, 1 something is wrong, 3 not signed with that key,
4 no volume.

제출본을 인터넷 연결 없이 확인합니다. 파이썬 3.8 이상만 있으면 됩니다.
"""

# Read by people who check a volume, and run by Pythons older than ours: no types, prints, plain formats.
# ruff: noqa: B905, S603, T201, UP031
# mypy: ignore-errors

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile

OUTSIDE = ("manifest.json", "manifest.sig", "RECEIPT.txt", "RECEIPT.sig")


class Parcel:
    """A ZIP or a folder, read the same way."""

    def __init__(self, path):
        self.path = path
        self.book = None if os.path.isdir(path) else zipfile.ZipFile(path)
        if self.book:
            self.names = [
                one.filename for one in sorted(self.book.infolist(), key=lambda one: one.header_offset)
            ]
        else:
            found = (os.path.join(at, name) for at, _, names in os.walk(path) for name in names)
            self.names = sorted(os.path.relpath(one, path).replace(os.sep, "/") for one in found)

    def open(self, name):
        return self.book.open(name) if self.book else open(os.path.join(self.path, name), "rb")

    def read(self, name):
        with self.open(name) as file:
            return file.read()

    def measured(self, name):
        """Size and SHA-256 of a file; (-1, "") when it cannot be read."""
        size, digest = 0, hashlib.sha256()
        try:
            with self.open(name) as file:
                for piece in iter(lambda: file.read(1 << 20), b""):
                    size += len(piece)
                    digest.update(piece)
        except (OSError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError):
            return -1, ""
        return size, digest.hexdigest()


def signed(key, content, signature):
    """True, False, or None where no openssl can tell."""
    openssl = shutil.which("openssl")
    if not key or not openssl:
        return None
    with tempfile.TemporaryDirectory() as folder:
        where = [os.path.join(folder, name) for name in ("content", "signature")]
        for path, data in zip(where, (content, signature)):
            with open(path, "wb") as file:
                file.write(data)
        command = [openssl, "pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin"]
        done = subprocess.run([*command, "-in", where[0], "-sigfile", where[1]], capture_output=True)
    if b"unknown option" in done.stderr.lower() or b"unrecognized" in done.stderr.lower():
        return None
    return done.returncode == 0


def fingerprint(key):
    with open(key) as file:
        return hashlib.sha256(base64.b64decode("".join(file.read().split("-----")[2].split()))).hexdigest()


def check(parcel, said, say):
    """Tell everything that is wrong with the files of one part."""
    listed = [one["name"] for one in said["files"]]
    known, seen = {*listed, *OUTSIDE}, set()
    for name in parcel.names:
        if name not in known or name in seen:
            say("added: " + name)
        seen.add(name)
    for one in said["files"]:
        if one["name"] not in seen:
            say("missing: " + one["name"])
        elif parcel.measured(one["name"]) != (one["size"], one["sha256"]):
            say("changed: " + one["name"])
    if parcel.book:
        there = [name for name in dict.fromkeys(parcel.names) if name in set(listed)]
        for stands, should in zip(there, (name for name in listed if name in seen)):
            if stands != should:
                say("out of order: " + stands)
                break


def check_parts(parts, say):
    """Tell what is wrong with the parts as parts; ``parts`` are pairs of a manifest and its hash, in order."""
    numbers = [said["part"]["number"] for said, _ in parts]
    last = parts[-1][0]
    if len({said["volume"] for said, _ in parts}) > 1 or len(set(numbers)) < len(numbers):
        say("added: a part of another volume, or one that is there twice")
    for number in range(1, last["part"]["number"]):
        if number not in numbers:
            say("missing: part %d" % number)
    if not last["part"]["last"]:
        say("missing: what follows after part %d" % last["part"]["number"])
    hashes = {said["part"]["number"]: digest for said, digest in parts}
    for said, _ in parts:
        before = hashes.get(said["part"]["number"] - 1)
        if before and said["part"]["previous"] != before:
            say("out of order: part %d" % said["part"]["number"])
    for record in last["parts"]:
        if hashes.get(record["number"], record["manifest"]) != record["manifest"]:
            say("changed: part %d" % record["number"])


def main(arguments):
    key = None
    if "--key" in arguments:
        at = arguments.index("--key")
        key, arguments = arguments[at + 1], arguments[:at] + arguments[at + 2 :]
    if not arguments or arguments[0].startswith("-"):
        print(__doc__)
        return 2
    wrong, parts, unsure = [], [], False
    for path in arguments:
        try:
            parcel = Parcel(path)
            content, signature = parcel.read("manifest.json"), parcel.read("manifest.sig")
            said = json.loads(content)
            number = said["part"]["number"]
        except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
            print("NOT A VOLUME: %s: %s" % (path, error))
            return 4
        good = signed(key, content, signature)
        if good is False or (key and fingerprint(key) != said["signed_by"]["fingerprint"]):
            print("NOT SIGNED with this key: " + path)
            return 3
        unsure = unsure or good is None
        stem = "part %d: " % number if number > 1 or not said["part"]["last"] else ""
        digest = hashlib.sha256(content).hexdigest()
        check(parcel, said, lambda line, stem=stem: wrong.append(stem + line))
        if "RECEIPT.txt" in parcel.names:
            receipt = parcel.read("RECEIPT.txt")
            mark = parcel.read("RECEIPT.sig") if "RECEIPT.sig" in parcel.names else b""
            if ("manifest: " + digest) not in receipt.decode().splitlines() or signed(
                key, receipt, mark
            ) is False:
                wrong.append(stem + "added: RECEIPT.txt")
        parts.append((said, digest))
    parts.sort(key=lambda one: one[0]["part"]["number"])
    check_parts(parts, wrong.append)
    for line in wrong:
        print("NOT INTACT: " + line)
    counts, last = parts[-1][0]["counts"], parts[-1][0]
    if not wrong:
        print(
            "intact: batch %s, %d of %d packets"
            % (last["batch_number"], counts["written"], counts["expected"])
        )
    if unsure:
        why = "no --key was given" if not key else "there is no openssl that can"
        print("The SIGNATURE was NOT CHECKED: " + why + ".")
        print("It should be of the key with fingerprint " + last["signed_by"]["fingerprint"])
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
