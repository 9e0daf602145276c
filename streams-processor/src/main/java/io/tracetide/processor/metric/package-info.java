/** Running totals that services report, and what each sample adds to the one before it. */
@NullMarked
package io.tracetide.processor.metric;

import org.jspecify.annotations.NullMarked;
