package io.tracetide.processor.rule;

import io.tracetide.processor.anomaly.Episode;

/** Takes down what rules must not lose, and what they have to say. */
public interface RuleJournal {

  /** Where a subject stands now. */
  void episode(RuleSubject subject, Episode episode);

  /** When a subject that may fall silent did work last, to within a while. */
  void worked(RuleSubject subject, long endMs);

  /** A subject is no longer expected to do work. */
  void forgotten(RuleSubject subject);

  /** Something to tell. */
  void finding(RuleFinding finding);
}
