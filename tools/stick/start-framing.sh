#!/bin/sh
# Starts framing on Linux and macOS: looks for a Python that fits and hands over to framing-files/starter.py.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 1
starter="$here/framing-files/starter.py"
found=
reason=

# Errors stay on the screen of a window that was opened by a double click.
finish() {
    if [ "$1" -ne 0 ] && [ -t 0 ]; then
        printf '\nPress Enter to close this window. '
        read -r _
    fi
    exit "$1"
}

try() {
    if [ -n "$found" ] || ! command -v "$1" >/dev/null 2>&1; then return; fi
    if said=$("$1" -I "$starter" --fits 2>/dev/null); then found=$1; else reason=$said; fi
}

if [ ! -f "$starter" ]; then
    echo "The folder framing-files is missing beside this file. Start framing from the stick, or copy the whole stick."
    finish 1
fi

for version in @VERSIONS@; do
    try "python$version"
    try "/Library/Frameworks/Python.framework/Versions/$version/bin/python$version"
    try "/opt/homebrew/bin/python$version"
    try "/usr/local/bin/python$version"
done
# The python3 of macOS is an offer to download developer tools.
if [ "$(uname)" != Darwin ]; then try python3; fi

if [ -z "$found" ]; then
    echo "framing needs Python, and this computer has none that fits the stick."
    echo "The stick has parts for Python: @VERSIONS@"
    if [ -n "$reason" ]; then echo "$reason"; fi
    if [ "$(uname)" = Darwin ]; then
        for package in "$here"/framing-files/python/python-*.pkg; do
            if [ -f "$package" ]; then
                echo "Python's installer is on the stick and opens now. When it has finished, start framing again."
                open "$package"
                finish 1
            fi
        done
        echo "Get the macOS installer from https://www.python.org/downloads/ and put it into framing-files/python"
        echo "on the stick, or install it here. Then start framing again."
    else
        echo "Ask whoever looks after this computer to install one of them (the package python3.X of your Linux)."
    fi
    echo "READ ME FIRST.html says more."
    finish 1
fi

"$found" -I "$starter" "$@"
finish $?
