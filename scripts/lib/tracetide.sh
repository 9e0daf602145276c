# Finds Java, builds what is missing and runs the command line. Sourced by the tools beside it,
# which set `tool` to their name.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
# The project that is run, its modules, and the directories that its build creates besides jars. A tool that
# runs another project changes them after sourcing this.
projects=standalone
modules=(schemas runtime runtime-kafka detection ingest-producer/client query-client ingest-producer/gateway streams-processor alert-sink standalone)
directories=(standalone/target/lib standalone/target/apicurio/netty)
built="$root/target/built"
build_log="$root/target/build.log"

fail() { # MESSAGE
  echo "$tool: $1" >&2
  exit 3
}

asks_for_help() { # ARGUMENT...
  local argument
  for argument in "$@"; do
    if [[ "$argument" == "--help" || "$argument" == "-h" ]]; then
      return 0
    fi
  done
  return 1
}

# Sets `java`, or fails with the remedy.
find_java() {
  if [[ -n "${JAVA_HOME:-}" ]]; then
    java="$JAVA_HOME/bin/java"
    [[ -x "$java" ]] || fail "JAVA_HOME is $JAVA_HOME, where there is no bin/java: point it at a JDK, version 17 or newer"
  else
    java="$(command -v java)" || fail "no Java found: install a JDK, version 17 or newer, or point JAVA_HOME at one"
  fi
  local version
  version="$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)"
  [[ -n "$version" ]] || fail "$java does not run: install a JDK, version 17 or newer, or point JAVA_HOME at one"
  ((version >= 17)) || fail "$java is Java $version: install a JDK, version 17 or newer, or point JAVA_HOME at one"
}

jar_of() { # MODULE
  find "$root/$1/target" -maxdepth 1 -name 'tracetide-*.jar' ! -name '*-sources.jar' ! -name '*-tests.jar' 2>/dev/null | head -n 1
}

# Whether a module was not built yet or has changed since.
needs_build() {
  local directory module jar newest
  for directory in "${directories[@]}"; do
    [[ -d "$root/$directory" ]] || return 0
  done
  for module in "${modules[@]}"; do
    jar="$(jar_of "$module")"
    [[ -n "$jar" ]] || return 0
    newest="$jar"
    if [[ "$built" -nt "$jar" ]]; then
      newest="$built"
    fi
    if [[ -n "$(find "$root/pom.xml" "$root/$module/pom.xml" "$root/$module/src/main" -newer "$newest" -print -quit)" ]]; then
      return 0
    fi
  done
  return 1
}

# Builds missing jars, with a line for each module; Maven's output is in the log.
build() {
  command -v mvn >/dev/null || fail "no Maven found to build with: install Maven 3.8.1 or newer"
  mkdir -p "$root/target"
  echo "building; the first time downloads about 300 MB; Maven's output is in $build_log" >&2
  touch "$built.begun"
  local status=0
  (cd "$root" && mvn -B -Dmaven.test.skip=true -Dstyle.color=never -pl "$projects" -am package 2>&1) |
    tee "$build_log" |
    awk '
      /^\[INFO\] Building Tracetide/ { sub(/^\[INFO\] /, ""); gsub(/ +/, " "); print "  " $0; fflush() }
      /^Downloaded from|^\[INFO\] Downloaded from/ { if (++fetched % 50 == 0) { print "    " fetched " files fetched"; fflush() } }
    ' >&2 || status=$?
  if ((status != 0)); then
    grep -m 5 '^\[ERROR\]' "$build_log" >&2
    if grep -q 'No space left on device' "$build_log"; then
      fail "the disk is full: free space and run it again"
    fi
    fail "the build failed, see $build_log"
  fi
  mv "$built.begun" "$built"
}

# Runs a command of the command line in place of this shell.
run_tracetide() { # COMMAND ARGUMENT...
  find_java
  if needs_build; then
    build
  fi
  local flags=(-XX:+UseSerialGC -Xss512k -XX:+ExitOnOutOfMemoryError)
  case "$1" in
    standalone) flags+=(-Xmx384m) ;;
    # The windows that a topic retains are in memory.
    evaluate) flags+=(-Xmx1g) ;;
    replay | check-replay) flags+=(-Xmx640m) ;;
    top) flags+=(-Xmx128m -XX:TieredStopAtLevel=1) ;;
    # Many alerts at once arrive when little code is compiled. The second compiler would take most of the
    # processor time then, and decisions would wait for it.
    sink) flags+=(-Xmx512m -XX:TieredStopAtLevel=1) ;;
    check-alerts) flags+=(-Xmx640m -XX:TieredStopAtLevel=1) ;;
    *) flags+=(-Xmx512m) ;;
  esac
  if [[ -t 2 ]]; then
    flags+=(-Dtracetide.terminal=true)
  fi
  if [[ -t 0 && -t 1 && "${TERM:-dumb}" != dumb ]]; then
    flags+=(-Dtracetide.screen=true)
  fi
  # Two arenas; otherwise native memory of the state stores is spread over one for each thread.
  export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}"
  # Word splitting is wanted: several flags in one variable.
  # shellcheck disable=SC2206
  flags+=(${TRACETIDE_JAVA_OPTS:-})
  exec "$java" "${flags[@]}" \
    -cp "$(jar_of standalone):$root/standalone/target/lib/*" \
    io.tracetide.standalone.cli.Main "$@"
}
