/** Evaluation of the evidence detector on recorded windows. */
@NullMarked
package io.tracetide.standalone.evaluate;

import org.jspecify.annotations.NullMarked;
