/** Evaluation of detectors on recorded windows. */
@NullMarked
package io.tracetide.standalone.evaluate;

import org.jspecify.annotations.NullMarked;
