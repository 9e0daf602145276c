/** Consumers that read records in batches, and the progress of reading. */
@NullMarked
package io.tracetide.processor.intake;

import org.jspecify.annotations.NullMarked;
