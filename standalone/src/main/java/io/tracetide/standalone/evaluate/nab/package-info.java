/** Evaluation of detectors on the Numenta Anomaly Benchmark. */
@NullMarked
package io.tracetide.standalone.evaluate.nab;

import org.jspecify.annotations.NullMarked;
