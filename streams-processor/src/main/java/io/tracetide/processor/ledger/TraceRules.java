package io.tracetide.processor.ledger;

import io.tracetide.processor.ledger.trace.TraceJudge;
import io.tracetide.processor.ledger.trace.TraceMeter;

/**
 * How traces are judged, measured and reported.
 *
 * @param templating whether operations are reported under the templates of their names
 */
public record TraceRules(boolean templating, TraceJudge judge, TraceMeter meter) {}
