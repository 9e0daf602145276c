package io.tracetide.standalone.evaluate.nab;

import io.tracetide.standalone.evaluate.nab.NabSeries.AnomalyWindow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The score of a detector in the standard profile of the benchmark (Lavin, Ahmad: Evaluating
 * Real-time Anomaly Detection Algorithms - the Numenta Anomaly Benchmark, ICMLA 2015, §III).
 *
 * @param score 0 for a detector without alarms, 100 for a perfect one
 * @param threshold the score from which a value is an alarm; the best one for all files
 * @param hits labelled windows with an alarm
 * @param windows labelled windows
 * @param falseAlarms alarms outside of them
 */
record NabScore(double score, double threshold, int hits, int windows, int falseAlarms) {

  /*
   * An alarm in a window is worth up to 1, more when it is earlier; only the best one counts. A
   * missed window costs 1. An alarm outside costs up to 0.11, less when it is soon after a window.
   * Values of the probation are not scored, and neither is a window that lies wholly within it.
   */
  private static final double FALSE_ALARM = 0.11;

  /** A value above 0 that is scored; {@code window} is -1 outside of labelled windows. */
  private record Alarm(double score, double worth, int window) {}

  /**
   * Scores all files at once.
   *
   * @param scores score of each value of each file, in the order of the files; 0 is never an alarm
   */
  static NabScore of(List<NabSeries> files, List<double[]> scores) {
    List<Alarm> alarms = new ArrayList<>();
    int windows = 0;
    int scorable = 0;
    for (int i = 0; i < files.size(); i++) {
      NabSeries file = files.get(i);
      collect(file, scores.get(i), windows, alarms);
      windows += file.anomalies().size();
      scorable += (int) file.anomalies().stream().filter(w -> w.last() >= file.probation()).count();
    }
    alarms.sort(Comparator.comparingDouble(Alarm::score).reversed());
    return best(alarms, windows, scorable);
  }

  private static void collect(
      NabSeries file, double[] scores, int firstWindow, List<Alarm> alarms) {
    int[] window = new int[file.size()];
    double[] worth = new double[file.size()];
    label(file, window, worth);
    for (int i = file.probation(); i < file.size(); i++) {
      if (scores[i] > 0) {
        alarms.add(new Alarm(scores[i], worth[i], window[i] < 0 ? -1 : firstWindow + window[i]));
      }
    }
  }

  /** Sets the labelled window of each value, -1 for none, and what an alarm there is worth. */
  private static void label(NabSeries file, int[] window, double[] worth) {
    Arrays.fill(window, -1);
    Arrays.fill(worth, -FALSE_ALARM);
    List<AnomalyWindow> anomalies = file.anomalies();
    for (int k = 0; k < anomalies.size(); k++) {
      int first = anomalies.get(k).first();
      int last = anomalies.get(k).last();
      double width = last - first + 1;
      for (int i = first; i <= last; i++) {
        window[i] = k;
        worth[i] = sigmoid(-(last - i + 1) / width) / sigmoid(-1);
      }
      int end = k + 1 < anomalies.size() ? anomalies.get(k + 1).first() : file.size();
      for (int i = last + 1; i < end; i++) {
        worth[i] = FALSE_ALARM * sigmoid((i - last) / (width - 1));
      }
    }
  }

  /** 1 far before, 0 at the end of a window, -1 far after it. */
  private static double sigmoid(double distance) {
    return distance > 3 ? -1 : 2 / (1 + Math.exp(5 * distance)) - 1;
  }

  /** Lowers the threshold from alarm to alarm. */
  private static NabScore best(List<Alarm> alarms, int windows, int scorable) {
    double[] worth = new double[windows];
    Arrays.fill(worth, -1);
    double sum = -scorable;
    double greatest = sum;
    NabScore best = new NabScore(0, Double.POSITIVE_INFINITY, 0, windows, 0);
    int hits = 0;
    int falseAlarms = 0;
    for (int i = 0; i < alarms.size(); i++) {
      Alarm alarm = alarms.get(i);
      int window = alarm.window();
      if (window < 0) {
        sum += alarm.worth();
        falseAlarms++;
      } else if (alarm.worth() > worth[window]) {
        hits += worth[window] < 0 ? 1 : 0;
        sum += alarm.worth() - worth[window];
        worth[window] = alarm.worth();
      }
      boolean last = i + 1 == alarms.size() || alarms.get(i + 1).score() < alarm.score();
      if (last && sum > greatest) {
        greatest = sum;
        double score = 100 * (sum + scorable) / (windows + scorable);
        best = new NabScore(score, alarm.score(), hits, windows, falseAlarms);
      }
    }
    return best;
  }
}
