#!/bin/sh
# The programs that tests look through: Chromium for pages, poppler and qpdf for packets, unzip and openssl for
# volumes, SoftHSM for a lawyer's key that no program can read.
# As root on Debian they are installed; elsewhere one line says how. Only CI insists.
set -eu

missing=""
for program in chromium pdfsig pdffonts pdftotext pdftoppm qpdf unzip openssl softhsm2-util; do
    command -v "$program" >/dev/null 2>&1 || missing="$missing $program"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing for the tests:$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends chromium openssl poppler-utils qpdf softhsm2 unzip >/dev/null
    exit 0
fi

echo "Not found:$missing. Tests that need them are skipped (Debian: apt-get install chromium openssl poppler-utils qpdf softhsm2 unzip)." >&2
[ "${CI:-}" != true ]
