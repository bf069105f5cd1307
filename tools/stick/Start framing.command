#!/bin/sh
# Starts framing by a double click on macOS; the work is in start-framing.sh beside this file.
exec /bin/sh "$(dirname -- "$0")/start-framing.sh" "$@"
