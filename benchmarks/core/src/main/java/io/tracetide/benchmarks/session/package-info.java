/** One run of a command: its platform, its progress on the terminal, and the cases it compares. */
@NullMarked
package io.tracetide.benchmarks.session;

import org.jspecify.annotations.NullMarked;
