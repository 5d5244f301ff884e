# The first minutes of Hive, typed in an empty container: from the packed file to a machine without any trace of it.
# Ends with 1 if a command fails or something is left. The argument is the packed file.
set -u
export HOME=/home/me NO_COLOR=1
# Folders that programs share, such as ~/.local/state, stay: Hive cannot know whose they are.
mkdir -p "$HOME/work" "$HOME/.local/state" "$HOME/.cache" "$HOME/.cursor" "$HOME/.codeium/windsurf"
cd "$HOME/work" || exit 1
failed=0

type_in() {
  printf '\n$ %s\n' "$*"
  sh -c "$*" 2>&1 || { failed=1; echo "(exit code $?)"; }
}

# What lies on the disk, but for npm's own caches, and which processes run.
files() { find / -xdev \( -path /proc -o -path /sys -o -path "$HOME/.npm" -o -path /tmp \) -prune -o -print | sort; }
processes() { for it in /proc/[0-9]*/cmdline; do tr '\0' ' ' <"$it" 2>/dev/null; echo; done | grep -E 'hive|mcp' | grep -vE 'first-minutes|grep'; }

files >/tmp/before
type_in node --version
type_in npm install --global "$1"
type_in hive --version
type_in hive init --yes
type_in cat hive.yaml
type_in hive up -d
type_in hive clients
type_in hive connect cursor windsurf --yes
type_in cat "$HOME/.cursor/mcp.json" "$HOME/.codeium/windsurf/mcp_config.json"
type_in hive tools
type_in hive call everything_get-sum a=40 b=2
for command in calls top; do
  if hive "$command" --help >/dev/null 2>&1; then type_in hive "$command"; fi
done
type_in hive ps
type_in hive uninstall --yes
type_in npm uninstall --global hive-mcp
rm -f hive.yaml

sleep 1
left=$(files | grep -vxF -f /tmp/before)
printf '\nleft on the disk: %s\n' "${left:-nothing}"
left_processes=$(processes)
printf 'left running: %s\n' "${left_processes:-nothing}"
[ -z "$left$left_processes" ] && [ "$failed" = 0 ]
