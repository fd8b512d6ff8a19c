# Sourced by tools/run and tools/test: brings a fresh checkout to a built program in $build. Says
# what it does on standard error, and only when there is something to do.
packages='gcc make autoconf automake pkg-config libc6-dev zlib1g-dev nettle-dev libjansson-dev libzip-dev libmd4c-dev libncurses-dev libreadline-dev'
test_packages='libcmocka-dev libvterm-dev'
build=$top/build

say() {
	echo "convtutor: $*" >&2
}

missing_packages() {
	for package in "$@"; do
		dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || printf '%s ' "$package"
	done
}

# install_packages PACKAGE...: those that are missing, where we may.
install_packages() {
	command -v dpkg-query >/dev/null || return 0 # not Debian: configure says what it misses
	missing=$(missing_packages "$@")
	[ -n "$missing" ] || return 0
	if [ "$(id -u)" = 0 ]; then
		as_root=
	elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
		as_root=sudo
	else
		say "these packages are missing; install them with the line below and start again"
		echo "sudo apt-get install -y $missing" >&2
		exit 1
	fi
	say "installing $missing"
	# shellcheck disable=SC2086
	{ $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing ||
		{ $as_root apt-get update -qq &&
			$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing; }; } >&2 </dev/null ||
		{ say "the installation failed; see above"; exit 1; }
}

# True when nothing that goes into the program is newer than the last build.
is_fresh() {
	[ -x "$build/convtutor" ] && [ -e "$build/.built" ] &&
		[ -z "$(find "$top/src" "$top/lessons" "$top/configure.ac" "$top/Makefile.am" "$top/tools/setup.sh" \
			-newer "$build/.built" -print -quit)" ]
}

# One build at a time; a second tools/run waits for the first.
build_program() {
	mkdir -p "$build"
	exec 9>"$build/.lock"
	command -v flock >/dev/null && flock 9
	if ! is_fresh; then
		say "building (the first time takes about a minute)"
		if ! { configure_program && make -C "$build" -j"$(nproc)"; } >"$build/build.log" 2>&1; then
			tail -n 25 "$build/build.log" >&2
			say "the build failed; the whole log is in $build/build.log"
			exit 1
		fi
		touch "$build/.built"
	fi
	exec 9>&-
}

configure_program() {
	if [ ! -x "$top/configure" ] || [ "$top/configure.ac" -nt "$top/configure" ]; then
		(cd "$top" && autoreconf -i) || return 1
	fi
	[ -e "$build/Makefile" ] || (cd "$build" && "$top/configure" --quiet)
}
