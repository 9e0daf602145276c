package io.tracetide.alert.deliver;

import io.tracetide.alert.channel.DeliveryMemory;
import io.tracetide.schemas.AlertStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The alert {@code ConfigurationInvalid}. It fires while the configuration of an instance cannot be
 * used and an earlier one is in force. The fallback receiver is notified of its begin and end, once
 * each: the begin is noted in the shared states, so that it is resolved after a restart too.
 */
public final class ConfigurationAlert {
  /** Under which the states have the note, in place of a receiver. */
  private static final String SUBJECT = "#configuration";

  /** Between the parts of a note; no receiver has it in its name. */
  private static final String SEPARATOR = "|";

  private static final Logger log = LoggerFactory.getLogger(ConfigurationAlert.class);

  private final Supplier<Fallback> fallback;
  private final OutcomeLog outcomes;
  private final DeliveryMemory memory;
  private final Runnable catchUp;
  private final Clock clock;
  private boolean caughtUp;

  ConfigurationAlert(
      Supplier<Fallback> fallback, OutcomeLog outcomes, DeliveryEnvironment environment) {
    this.fallback = fallback;
    this.outcomes = outcomes;
    this.memory = environment.states().memoryOf(SUBJECT);
    this.catchUp = environment.catchUp();
    this.clock = environment.clock();
  }

  /**
   * Notifies of the begin or the end, if that was not notified yet.
   *
   * @param instance name of this instance; empty for none
   * @param problem what is wrong with the configuration, in one sentence and without secrets; empty
   *     if it is valid
   * @throws IllegalStateException if the states cannot be read; nothing was notified then
   */
  public synchronized void update(String instance, Optional<String> problem)
      throws InterruptedException {
    if (!caughtUp) {
      catchUp.run();
      caughtUp = true;
    }
    String note = instance.isEmpty() ? "-" : instance;
    Optional<String> noted = memory.get(note);
    if (problem.isPresent() && noted.isEmpty()) {
      begin(instance, note, problem.get());
    } else if (problem.isEmpty() && noted.isPresent()) {
      end(instance, note, noted.get());
    }
  }

  private void begin(String instance, String note, String problem) throws InterruptedException {
    List<String> receivers = fallback.get().integrations();
    Instant since = clock.instant();
    String summary = "the configuration is invalid, the one before stays in force: " + problem;
    if (outcomes.write(
        () ->
            fallback
                .get()
                .configuration(instance, since, AlertStatus.FIRING, summary, receivers))) {
      memory.put(note, since + SEPARATOR + String.join(SEPARATOR, receivers));
    }
  }

  private void end(String instance, String note, String noted) throws InterruptedException {
    List<String> parts = Arrays.asList(noted.split(Pattern.quote(SEPARATOR), -1));
    Instant since = Instant.parse(parts.get(0));
    List<String> receivers =
        parts.subList(1, parts.size()).stream().filter(name -> !name.isEmpty()).toList();
    String summary =
        "the configuration is valid again after "
            + Fallback.text(Duration.between(since, clock.instant()));
    log.info("{}", summary);
    if (outcomes.write(
        () ->
            fallback
                .get()
                .configuration(instance, since, AlertStatus.RESOLVED, summary, receivers))) {
      memory.remove(note);
    }
  }
}
