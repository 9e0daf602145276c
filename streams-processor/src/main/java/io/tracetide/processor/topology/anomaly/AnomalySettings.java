package io.tracetide.processor.topology.anomaly;

import io.tracetide.processor.anomaly.AnomaliesConfig;
import io.tracetide.processor.detection.DetectionConfig;
import io.tracetide.processor.detection.gauge.GaugesConfig;
import io.tracetide.processor.detection.silence.SilenceConfig;
import io.tracetide.processor.feedback.FeedbackRules;
import io.tracetide.processor.incident.IncidentsConfig;
import io.tracetide.processor.rule.RuleConfig;
import io.tracetide.processor.rule.RulesConfig;
import io.tracetide.processor.slo.SloConfig;
import java.util.List;

/**
 * The settings of detection, metrics, silence, rules, objectives, incidents and anomalies, and the
 * feedback.
 *
 * @param contractRules rules on windows that come from contracts
 * @param feedback judgements of people on anomalies
 */
public record AnomalySettings(
    DetectionConfig detection,
    GaugesConfig gauges,
    SilenceConfig silence,
    RulesConfig rules,
    List<RuleConfig> contractRules,
    SloConfig slo,
    IncidentsConfig incidents,
    AnomaliesConfig anomalies,
    FeedbackRules feedback) {

  public AnomalySettings {
    contractRules = List.copyOf(contractRules);
  }
}
