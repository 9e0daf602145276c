package io.tracetide.alert.topology;

import io.tracetide.alert.decision.AlertState;
import io.tracetide.schemas.Anomaly;

/**
 * What the store {@code alerts} keeps of an alert.
 *
 * @param state where it stands
 * @param anomaly the newest record behind it
 */
public record StoredAlert(AlertState state, Anomaly anomaly) {}
