# Ends what a host has started once the host is gone, however it went.
# $1: the host's ledger of processes; $2: a throw-away data folder to delete afterwards, or nothing.
# Standard input is a pipe whose other end only the host holds: reading it ends when the host ends.
# The ledger's first line is "boot <boot id>", the others "<pid> <start time> <signal> <seconds> <level> <name>".
# Levels go down: what was started last, on top of the rest, is stopped first.
trap '' HUP INT TERM
cat >/dev/null
[ -s "$1" ] || exit 0
list=$(cat "$1")
read -r _ boot <<EOF
$list
EOF
[ "$boot" = "$(cat /proc/sys/kernel/random/boot_id)" ] || { rm -f "$1"; exit 0; }
list=$(printf '%s\n' "$list" | sed 1d)

# A process is the one we know only if it also began when ours did; a zombie is gone.
alive() {
  want=$2
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  set -- ${stat##*) }
  [ "$1" != Z ] && [ "$1" != X ] && [ "${20}" = "$want" ]
}

for level in $(printf '%s\n' "$list" | cut -d' ' -f5 | sort -rnu); do
  ours=$(printf '%s\n' "$list" | awk -v level="$level" '$5 == level')
  patience=0
  while read -r pid start stop seconds _; do
    alive "$pid" "$start" || continue
    kill -s "$stop" "$pid" 2>/dev/null
    [ "$seconds" -gt "$patience" ] && patience=$seconds
  done <<EOF
$ours
EOF
  tenths=$((patience * 10))
  while [ "$tenths" -ge 0 ]; do
    left=
    while read -r pid start _; do
      alive "$pid" "$start" && left=1
    done <<EOF
$ours
EOF
    [ "$left" ] || break
    sleep 0.1
    tenths=$((tenths - 1))
  done
  while read -r pid start _; do
    alive "$pid" "$start" && kill -s KILL -- "-$pid" 2>/dev/null
  done <<EOF
$ours
EOF
done
rm -f "$1"
[ -z "$2" ] || rm -rf "$2"
exit 0
