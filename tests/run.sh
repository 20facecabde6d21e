#!/usr/bin/env bash
# Builds everything and runs every test project. The last line adds up what ran: "N passed, N failed[, N skipped]".
# Arguments go to every project, for example: bash tests/run.sh --filter-class '*SchemaTests'
# Fails if a test failed, a project did not finish, or nothing ran.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1
# The configuration `dotnet run` builds, so that trying the demo and testing it share one build.
configuration=Debug
results=artifacts/test-results
passed=0 failed=0 skipped=0

finish() {
  local totals="$passed passed, $failed failed"
  [ "$skipped" -gt 0 ] && totals="$totals, $skipped skipped"
  [ "$((passed + failed))" -eq 0 ] && echo "No test ran."
  echo "$totals"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit
}

# Path of the first of these programs that there is; names may be empty.
find_program() {
  local name
  for name; do
    [ -n "$name" ] && command -v "$name" && return
  done
  return 1
}

find_chromium() { find_program "${EMBED_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; }
find_firefox() { find_program "${EMBED_FIREFOX:-}" firefox-esr firefox; }
find_webkit() { find_program "${EMBED_WEBKITDRIVER:-}" WebKitWebDriver && find_program "${EMBED_XVFB:-}" Xvfb; }

# Installs Debian's packages, without those that they only recommend.
install_packages() {
  local as_root=()
  if ! command -v apt-get >/dev/null; then return 1; fi
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || return 1
    as_root=(sudo -n)
  fi
  "${as_root[@]}" apt-get update -qq </dev/null &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}

# The browser tests drive the distribution's browsers. Arguments: the browser's name, what finds it, its packages.
ensure_browser() {
  local title=$1 find=$2
  shift 2
  "$find" >/dev/null && return
  echo "Installing $title for the browser tests."
  if ! install_packages "$@" || ! "$find" >/dev/null; then
    echo "There is no $title and it could not be installed, so the tests in it will fail." \
      "Install it ($*), or see tests/README.md for how to say where it is."
  fi
}

# The value of one counter in a project's result file, 0 if it is not there.
counter() {
  local value
  value=$(sed -n "s/.*<Counters[^>]* $2=\"\([0-9]*\)\".*/\1/p" "$1" | head -n 1)
  echo "${value:-0}"
}

# Runs a project's tests, their output into a file beside their results: as the program that they are, because `dotnet test` reads the
# project first and leaves a socket in /tmp. Those in the browser wait more than they compute: they get the processor when they want
# it, so that no wait of theirs becomes too long, and the others get the rest.
run_project() {
  local project=$1 niceness=10
  shift
  if [ "$project" = Embed.BrowserTests ]; then niceness=0; fi
  exec nice -n "$niceness" dotnet "artifacts/bin/$project/${configuration,,}/$project.dll" --progress off \
    --results-directory "$results" --report-xunit-trx --report-xunit-trx-filename "$project.trx" "$@" \
    </dev/null >"$results/$project.log" 2>&1
}

# Adds a project's results to the totals. Arguments: the project, the exit code of its run.
add_up() {
  local project=$1 code=$2
  local result=$project.trx
  if [ -f "$results/$result" ]; then
    local project_failed
    project_failed=$(($(counter "$results/$result" failed) + $(counter "$results/$result" error)))
    passed=$((passed + $(counter "$results/$result" passed)))
    skipped=$((skipped + $(counter "$results/$result" notExecuted)))
    failed=$((failed + project_failed))
    if [ "$code" -eq 0 ] || [ "$project_failed" -gt 0 ]; then return; fi
  fi
  echo "$project did not finish properly (exit code $code); counted as one failure."
  failed=$((failed + 1))
}

if ! command -v dotnet >/dev/null; then
  echo "dotnet is not on the PATH. Install the .NET 10 SDK: https://dotnet.microsoft.com/download"
  finish
fi
# Beside each browser a font, without which every text is zero pixels wide; Chromium needs its sandbox unless it runs as root.
ensure_browser Chromium find_chromium chromium chromium-sandbox fonts-dejavu-core
ensure_browser Firefox find_firefox firefox-esr fonts-dejavu-core
ensure_browser WebKitGTK find_webkit webkit2gtk-driver xvfb fonts-dejavu-core
EMBED_CHROMIUM=$(find_chromium) && export EMBED_CHROMIUM

if ! dotnet build Embed.sln --configuration "$configuration" --verbosity quiet </dev/null; then
  echo "The build failed."
  finish
fi

rm -rf "$results"
mkdir -p "$results"
# A filter may leave a project with no test to run (exit code 8); without one that is a fault.
[ "$#" -gt 0 ] && set -- "$@" --ignore-exit-code 8
# All at once; what they have to say comes in order. Nobody's tests outlive this script, nor what they leave when they are killed.
TMPDIR=$(mktemp -d "${TMPDIR:-/tmp}/embed-tests-XXXXXX") && export TMPDIR
trap 'kill $(jobs -p) 2>/dev/null; wait; rm -rf "$TMPDIR"' EXIT
projects=() runs=()
for folder in tests/*Tests/; do
  project=$(basename "$folder")
  projects+=("$project")
  run_project "$project" "$@" &
  runs+=($!)
done
for i in "${!projects[@]}"; do
  code=0
  wait "${runs[$i]}" || code=$?
  echo
  echo "== ${projects[$i]}"
  cat "$results/${projects[$i]}.log"
  add_up "${projects[$i]}" "$code"
done
echo
# Tests tidy up. Only a note, because browsers and runtimes leave things, too.
[ -z "$(ls -A "$TMPDIR")" ] || echo "Left in the temporary folder: $(ls -A "$TMPDIR" | tr '\n' ' ')"
finish
