package io.tracetide.alert.topology;

import io.tracetide.alert.decision.AlertState;
import io.tracetide.schemas.Anomaly;

/**
 * An alert in the store {@code alerts}.
 *
 * @param state its state
 * @param anomaly the newest record behind it
 */
public record StoredAlert(AlertState state, Anomaly anomaly) {}
