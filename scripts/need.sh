#!/bin/sh
# need.sh PROGRAM 'LINE THAT INSTALLS IT': says so when the program is not there.
command -v "$1" >/dev/null 2>&1 && exit 0
echo "$1 is missing; install it with:" >&2
echo "  $2" >&2
exit 1
