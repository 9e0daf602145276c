/** Reports as text, Markdown and a picture. */
@NullMarked
package io.tracetide.benchmarks.report;

import org.jspecify.annotations.NullMarked;
