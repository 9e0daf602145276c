package io.tracetide.processor.query.prometheus;

import io.tracetide.processor.query.anomaly.AnomalyView;
import io.tracetide.processor.query.trace.LedgerView;
import io.tracetide.processor.query.window.WindowView;
import io.tracetide.runtime.access.Tenants;
import java.time.Instant;
import java.util.Optional;

/**
 * What one request reads, and on behalf of whom.
 *
 * @param ledger empty when traces in flight are not followed
 * @param tenants the only ones to read
 * @param now time of the request
 * @param check is run for each window read; throws when the request is cancelled or its time is
 *     over
 * @param memory what the request may hold
 */
record Reader(
    WindowView windows,
    AnomalyView anomalies,
    Optional<LedgerView> ledger,
    Tenants tenants,
    Instant now,
    Runnable check,
    ReadMemory.Share memory) {}
