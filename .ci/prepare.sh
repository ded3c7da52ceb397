# Sourced by ./run and ./test: makes .venv on first use and whenever the dependencies have changed, else costs nothing.
# Needs: $root. Offers: say, prepare EXTRAS, need_libraries, need_test_programs.

say() { printf '%s\n' "$*" >&2; }

find_python() {
    for candidate in python3.13 python3.12 python3.11 python3; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    return 1
}

# prepare EXTRAS: installs Halles with these extras from constraints.txt into .venv.
prepare() {
    stamp="$root/.venv/.installed-$(printf '%s' "$1" | tr ',' '-')"
    wanted=$(cat "$root/pyproject.toml" "$root/constraints.txt" | cksum)
    if [ -x "$root/.venv/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return 0
    fi
    python=$(find_python) || {
        say "Halles needs Python 3.11 or newer, and there is none on this machine's path."
        exit 1
    }
    if [ ! -x "$root/.venv/bin/python" ]; then
        say "First use: making .venv with $($python --version) …"
        "$python" -m venv "$root/.venv" || {
            say "Python cannot make a virtual environment here: install its venv module (on Debian: python3-venv)."
            exit 1
        }
    fi
    say "Installing Halles and what it needs, a minute or two …"
    "$root/.venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
        --constraint "$root/constraints.txt" --editable "$root[$1]" || {
        say "The installation failed; what pip printed above says why. The same command tries again."
        exit 1
    }
    printf '%s' "$wanted" >"$stamp"
}

# need_debian WHAT-FOR PACKAGE...: installs system packages through apt where that is possible, else names them.
need_debian() {
    purpose=$1
    shift
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "Installing $* for $purpose …"
        log=$(mktemp)
        if { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } \
            >"$log" 2>&1; then
            rm -f "$log"
            return 0
        fi
        tail -n 5 "$log" >&2
        rm -f "$log"
    fi
    say "This machine lacks what is needed for $purpose. On Debian or Ubuntu: sudo apt-get install $*"
    exit 1
}

has_library() { ldconfig -p 2>/dev/null | grep -q "$1"; }

# need_libraries: what drawing needs on Linux, with or without a screen.
need_libraries() {
    [ "$(uname)" = Linux ] || return 0
    if has_library libEGL.so.1 && has_library libGL.so.1 &&
        { [ -e /usr/share/glvnd/egl_vendor.d/50_mesa.json ] || has_library libEGL_nvidia; }; then
        return 0
    fi
    need_debian "drawing the halls" libegl1 libegl-mesa0 libgl1 libgl1-mesa-dri
}

# need_test_programs: the browser and the screenless display that the tests drive, and a font with other scripts.
need_test_programs() {
    missing=""
    command -v chromium-headless-shell >/dev/null 2>&1 || command -v chromium >/dev/null 2>&1 ||
        missing="$missing chromium-headless-shell"
    command -v Xvfb >/dev/null 2>&1 || missing="$missing xvfb"
    command -v xdotool >/dev/null 2>&1 || missing="$missing xdotool"
    command -v setxkbmap >/dev/null 2>&1 || missing="$missing x11-xkb-utils"
    [ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || fc-list :lang=ar 2>/dev/null | grep -q . ||
        missing="$missing fonts-dejavu-core"
    # shellcheck disable=SC2086  # one word a package
    [ -z "$missing" ] || need_debian "the tests of pages and windows" $missing
}
