package io.tracetide.processor.topology.anomaly;

import io.tracetide.processor.anomaly.AnomaliesConfig;
import io.tracetide.processor.anomaly.Episode;
import io.tracetide.processor.rule.RuleConfig;
import io.tracetide.processor.rule.RuleEvaluator;
import io.tracetide.processor.rule.RuleFinding;
import io.tracetide.processor.rule.RuleJournal;
import io.tracetide.processor.rule.RuleSubject;
import io.tracetide.processor.rule.RulesConfig;
import io.tracetide.processor.topology.metric.ProcessorMetrics;
import io.tracetide.processor.window.SeriesId;
import io.tracetide.processor.window.WindowEvent;
import io.tracetide.schemas.Anomaly;
import io.tracetide.schemas.Detector;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Holds the rules, and what contracts say of windows, against closed base windows and recent ones
 * that were revised, and publishes what they find.
 */
public final class EvaluateRules
    implements Processor<byte[], WindowEvent, String, Anomaly>, RuleJournal {

  private static final Set<Detector> DETECTORS = Set.of(Detector.THRESHOLD, Detector.CONTRACT);

  private final RulesConfig config;
  private final List<RuleConfig> ofContracts;
  private final AnomaliesConfig keeping;
  private final Duration window;
  private final Duration judgeRevisionsFor;
  private final ProcessorMetrics metrics;
  private ProcessorContext<String, Anomaly> context;
  private EpisodeTable episodes;
  private AnomalyLog anomalies;
  private RuleEvaluator rules;

  /**
   * Evaluates in windows of the given length.
   *
   * @param ofContracts what contracts say of windows
   * @param window length of the base windows
   * @param judgeRevisionsFor how long after it has closed a window may be judged again
   */
  @SuppressWarnings("NullAway.Init")
  public // Streams calls init before anything else.
  EvaluateRules(
      RulesConfig config,
      List<RuleConfig> ofContracts,
      AnomaliesConfig keeping,
      Duration window,
      Duration judgeRevisionsFor,
      ProcessorMetrics metrics) {
    this.config = config;
    this.ofContracts = List.copyOf(ofContracts);
    this.keeping = keeping;
    this.window = window;
    this.judgeRevisionsFor = judgeRevisionsFor;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<String, Anomaly> context) {
    this.context = context;
    episodes = new EpisodeTable(context.getStateStore(AnomalyStores.EPISODES));
    anomalies = new AnomalyLog(context.getStateStore(AnomalyStores.ANOMALIES), DETECTORS, keeping);
    rules = new RuleEvaluator(config, ofContracts, window, judgeRevisionsFor);
    episodes.eachOfRules(rules::restore);
    episodes.eachWorked(rules::restore);
  }

  @Override
  public void process(Record<byte[], WindowEvent> record) {
    if (record.value() instanceof WindowEvent.Closed closed) {
      SeriesId series = closed.series();
      if (rules.watches(series)) {
        rules.observe(series, closed.stats());
      }
    } else if (record.value() instanceof WindowEvent.Complete complete) {
      rules.complete(complete.startMs(), complete.recent(), this);
      anomalies.expire(complete.endMs());
    } else if (record.value() instanceof WindowEvent.Revised revised) {
      SeriesId series = revised.series();
      if (rules.watches(series)) {
        rules.revise(series, revised.startMs(), revised.stats());
      }
    } else if (record.value() instanceof WindowEvent.RevisionsComplete complete) {
      rules.revisionsComplete(complete.endMs(), complete.recent(), this);
    }
  }

  @Override
  public void episode(RuleSubject subject, Episode episode) {
    episodes.put(subject, episode);
  }

  @Override
  public void worked(RuleSubject subject, long endMs) {
    episodes.putWorked(subject, endMs);
  }

  @Override
  public void forgotten(RuleSubject subject) {
    episodes.deleteWorked(subject);
  }

  @Override
  public void finding(RuleFinding finding) {
    // Of a rule that is no more the record that it opened says whose it was.
    AnomalyRecord found = record(finding, Detector.THRESHOLD);
    Optional<Detector> detector = rules.detectorOf(finding.subject().rule());
    boolean ofContract =
        detector.isPresent() ? detector.get() == Detector.CONTRACT : !anomalies.knows(found);
    if (ofContract) {
      found = record(finding, Detector.CONTRACT);
    }
    Anomaly anomaly = anomalies.write(found);
    metrics.published(anomaly);
    context.forward(new Record<>(anomaly.getFingerprint(), anomaly, finding.endMs()));
  }

  private static AnomalyRecord record(RuleFinding finding, Detector detector) {
    return new AnomalyRecord(
        detector,
        finding.subject().series(),
        finding.change(),
        finding.subject().rule(),
        finding.startMs(),
        finding.endMs(),
        known(finding.metric(), finding.observed()),
        known(finding.metric(), finding.threshold()),
        Map.of(finding.metric(), 1.0),
        finding.summary());
  }

  private static Map<String, Double> known(String metric, double value) {
    return Double.isNaN(value) ? Map.of() : Map.of(metric, value);
  }
}
