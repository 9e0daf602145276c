package io.tracetide.query.answer;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Feedback on an anomaly, as {@code /alerting/api/v2/feedback} lists it.
 *
 * @param id the name for {@code withdrawFeedback}
 * @param state {@code active}, {@code superseded}, {@code expired} or {@code revoked}
 * @param verdict {@code true_positive}, {@code false_positive} or {@code expected}
 * @param fingerprint of the alert; later anomalies with the same one are judged too
 * @param operation {@code *} for an anomaly of a whole service
 * @param kind of the anomaly, such as {@code latency}
 * @param by who gave it
 * @param until end of what is expected; null for the other verdicts
 * @param revokedBy who withdrew it; null unless it is withdrawn
 * @param revokedAt null unless it is withdrawn
 */
public record AnomalyJudgement(
    String id,
    String tenant,
    String state,
    String verdict,
    String fingerprint,
    String anomalyId,
    String service,
    String operation,
    String kind,
    String summary,
    String by,
    Instant at,
    String comment,
    @Nullable Instant until,
    @Nullable String revokedBy,
    @Nullable Instant revokedAt) {}
