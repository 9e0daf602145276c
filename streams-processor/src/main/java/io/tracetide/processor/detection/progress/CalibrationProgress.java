package io.tracetide.processor.detection.progress;

import io.tracetide.schemas.AnomalyKind;

/**
 * How far the calibration of the confidence of a tenant's anomalies is.
 *
 * @param share of the deviations and injected shifts that are needed, 0 to 1
 * @param calibrated whether confidences are probabilities; once they are, they remain so
 */
public record CalibrationProgress(
    String tenant, AnomalyKind kind, double share, boolean calibrated) {}
