# What the scripts in this folder share. Sourced, never run; plain POSIX sh.

cd "$(dirname "$0")/.."
unset PYTHONPATH PYTHONHOME
PATH=$PATH:/usr/sbin:/sbin
export PIP_DISABLE_PIP_VERSION_CHECK=1 PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1

STEP=0
STEPS=${STEPS:-3}

say() { printf '%s\n' "$*"; }

fail() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

step() {
    STEP=$((STEP + 1))
    say "$STEP/$STEPS $*"
}

# at_exit COMMAND: run it however this script ends, the latest first.
AT_EXIT=
at_exit() {
    AT_EXIT="$1; $AT_EXIT"
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    trap 'eval "$AT_EXIT"' EXIT
}

am_root() { [ "$(id -u)" = 0 ]; }

# Runs a command as root, if that can be done without asking anybody anything.
as_root() {
    if am_root; then "$@"; else sudo -n "$@"; fi
}

can_be_root() { am_root || sudo -n true 2>/dev/null; }

is_debian() { command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; }

is_installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'install ok installed'; }

# Installs Debian packages, or stops with the command that a person can give.
install_debian_packages() {
    if ! is_debian; then
        fail "This machine lacks what Debian calls: $*. Install it in this system's own way, then run the command again."
    fi
    if ! can_be_root; then
        fail "This machine lacks: $*. Ask someone who may, to run:  apt-get install --no-install-recommends $*"
    fi
    say "    installing with apt-get: $*"
    # The lists that are here may do; a fresh machine has none.
    apt_get install --no-install-recommends "$@" >/dev/null 2>&1 ||
        { apt_get update && apt_get install --no-install-recommends "$@"; } ||
        fail "apt-get could not install: $*. What it says is above: most often, no network."
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" </dev/null
}
