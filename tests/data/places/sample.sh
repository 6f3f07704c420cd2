#!/bin/bash
set -euo pipefail

NAME="${1:-world}"
FILES=("a.txt" "b c.txt" 'd$e.txt')

# Print a line and count it.
say() {
  local text="$1"
  echo "Hello, ${text}: $(date +%F) in ${PWD}"
  if [ -f "$text" ] && [[ "$text" == *.txt ]]; then
    wc -l < "$text"
  fi
}

for file in "${FILES[@]}"; do
  say "$file"
done

case "$NAME" in
  start|stop) echo "service $NAME" ;;
  *) echo 'unknown' >&2 ;;
esac

cat <<EOF > out.txt
Dear ${NAME},
it's $(whoami).
EOF
grep -v '^#' config.ini | awk '{ print $1 }' | sort > "out-${NAME}.txt"
