package io.tracetide.standalone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tracetide.runtime.kafka.client.RegistryClients;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.schemas.Alert;
import io.tracetide.schemas.DeliveryStatus;
import io.tracetide.schemas.Notification;
import io.tracetide.schemas.NotificationOutcome;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.standalone.config.TracetideConfig;
import io.tracetide.standalone.notification.NotificationReplay;
import io.tracetide.standalone.notification.RetainedNotifications;
import io.tracetide.standalone.notification.RetainedNotifications.DeadLetter;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists outcomes of notifications, and delivers dead letters again. */
@Command(
    name = "notifications",
    description = "Outcomes of notifications, and the replay of those that were not delivered.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class NotificationsCommand implements Runnable {
  private static final String SINCE =
      "2h, 7d, or a time such as 2026-03-01T12:00:00Z (default: all that is retained)";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "list, show or replay is missing");
  }

  @Command(
      name = "list",
      description = {
        "Prints the newest outcome of each notification, the newest first, one on a line: time,"
            + " status, receiver, tenant, attempts, id, reason.",
        "Changes nothing and uses no consumer group.",
        "Exits 0, also without any outcome, 3 when Kafka or the registry are unavailable."
      },
      mixinStandardHelpOptions = true)
  int list(
      @Mixin ClusterOptions cluster,
      @Option(
              names = "--receiver",
              paramLabel = "NAME",
              description = "of this receiver only, with all its channels")
          @Nullable String receiver,
      @Option(names = "--tenant", paramLabel = "NAME", description = "of this tenant only")
          @Nullable String tenant,
      @Option(
              names = "--status",
              paramLabel = "STATUS",
              description = "with this status only: ${COMPLETION-CANDIDATES}")
          @Nullable DeliveryStatus status,
      @Option(names = "--since", paramLabel = "TIME", description = SINCE) @Nullable String since,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "1000",
              description = "at most so many (default: ${DEFAULT-VALUE})")
          int limit,
      @Option(names = "--json", description = "print one JSON object") boolean json)
      throws JsonProcessingException {
    if (limit < 1) {
      throw new ParameterException(spec.commandLine(), "--limit must be at least 1, got " + limit);
    }
    Optional<Instant> from = time(since);
    Predicate<NotificationOutcome> wanted =
        outcome ->
            (receiver == null || isOf(receiver, outcome.getReceiver()))
                && (tenant == null || tenant.equals(outcome.getTenantId()))
                && (status == null || status == outcome.getStatus());
    TracetideConfig c = cluster.read();
    Collection<NotificationOutcome> found;
    try (SchemaRegistry registry = RegistryClients.create(c.registry())) {
      found = retained(c, registry).outcomes(from, wanted).values();
    }
    List<NotificationOutcome> newest =
        found.stream()
            .sorted(Comparator.comparing(NotificationOutcome::getCompletedAt).reversed())
            .limit(limit)
            .toList();
    if (json) {
      print(Map.of("notifications", newest.stream().map(NotificationsCommand::json).toList()));
    } else {
      newest.forEach(outcome -> System.out.println(line(outcome)));
      System.out.printf("%d of %d notifications%n", newest.size(), found.size());
    }
    return ExitCodes.OK;
  }

  @Command(
      name = "show",
      description = {
        "Prints what is retained of a notification as one JSON object: its outcome, the"
            + " notification itself, and its dead letter.",
        "Exits 0, 1 when nothing is retained of it, 3 when Kafka or the registry are unavailable."
      },
      mixinStandardHelpOptions = true)
  int show(
      @Mixin ClusterOptions cluster,
      @Parameters(paramLabel = "ID", description = "id of the notification") String id)
      throws JsonProcessingException {
    TracetideConfig c = cluster.read();
    Map<String, Object> shown = new LinkedHashMap<>();
    try (SchemaRegistry registry = RegistryClients.create(c.registry())) {
      RetainedNotifications retained = retained(c, registry);
      Predicate<NotificationOutcome> wanted = outcome -> outcome.getNotificationId().equals(id);
      retained
          .outcomes(Optional.empty(), wanted)
          .values()
          .forEach(outcome -> shown.put("outcome", json(outcome)));
      retained.find(id).ifPresent(notification -> shown.put("notification", json(notification)));
      retained
          .deadLetters(Optional.empty(), letter -> letter.getNotificationId().equals(id))
          .values()
          .forEach(
              letter -> {
                shown.putIfAbsent("notification", json(letter.notification()));
                shown.put("deadLetter", json(letter));
              });
    }
    if (shown.isEmpty()) {
      System.out.println("nothing is retained of notification " + id);
      return ExitCodes.FAILURE;
    }
    print(shown);
    return ExitCodes.OK;
  }

  @Command(
      name = "replay",
      description = {
        "Writes dead letters to the topic notifications again: one by the id of its notification,"
            + " or those of a receiver. The record has the header replayedAt.",
        "A notification that was delivered or superseded, or whose last replay has no outcome yet,"
            + " is left out, unless --force is given. An older state of a group is not sent after a"
            + " newer one in any case.",
        "Exits 0 when all were replayed, 1 when some were left out or none was found, 2 when the"
            + " command line is invalid, 3 when Kafka or the registry are unavailable."
      },
      mixinStandardHelpOptions = true)
  int replay(
      @Mixin ClusterOptions cluster,
      @Parameters(
              paramLabel = "ID",
              arity = "0..1",
              description = "id of a notification; without it, --receiver and --since")
          @Nullable String id,
      @Option(
              names = "--receiver",
              paramLabel = "NAME",
              description = "dead letters of this receiver, with all its channels")
          @Nullable String receiver,
      @Option(
              names = "--since",
              paramLabel = "TIME",
              description =
                  "dead letters since then: 2h, 7d, or a time such as" + " 2026-03-01T12:00:00Z")
          @Nullable String since,
      @Option(names = "--force", description = "also what was delivered or replayed before")
          boolean force) {
    boolean one = id != null;
    if (one == (receiver != null) || one == (since != null)) {
      throw new ParameterException(
          spec.commandLine(), "either an ID, or --receiver and --since, must be given");
    }
    Optional<Instant> from = time(since);
    Instant now = Clock.systemUTC().instant();
    TracetideConfig c = cluster.read();
    try (SchemaRegistry registry = RegistryClients.create(c.registry())) {
      RetainedNotifications retained = retained(c, registry);
      Collection<DeadLetter> letters =
          retained
              .deadLetters(
                  from,
                  letter ->
                      one
                          ? letter.getNotificationId().equals(id)
                          : isOf(String.valueOf(receiver), letter.getReceiver()))
              .values();
      if (letters.isEmpty()) {
        System.out.println("no dead letter found");
        return ExitCodes.FAILURE;
      }
      try (NotificationReplay replay =
          new NotificationReplay(
              c.kafka(),
              c.topics().timeout(),
              retained.outcomes(Optional.empty(), outcome -> true),
              retained.replays(),
              now)) {
        return replay(letters, replay, force);
      }
    }
  }

  private static int replay(
      Collection<DeadLetter> letters, NotificationReplay replay, boolean force) {
    int replayed = 0;
    for (DeadLetter letter : letters) {
      String id = letter.notification().getNotificationId();
      Optional<String> objection = force ? Optional.empty() : replay.objection(letter);
      if (objection.isPresent()) {
        System.out.printf("left out %s: %s%n", id, objection.get());
      } else {
        replay.replay(letter);
        replayed++;
        System.out.printf("replayed %s of %s%n", id, letter.notification().getReceiver());
      }
    }
    System.out.printf("replayed %d of %d dead letters%n", replayed, letters.size());
    return replayed == letters.size() ? ExitCodes.OK : ExitCodes.FAILURE;
  }

  private static RetainedNotifications retained(TracetideConfig c, SchemaRegistry registry) {
    return new RetainedNotifications(c.kafka(), registry, c.topics().timeout());
  }

  /** Whether a name is that of a receiver or of one of its channels. */
  private static boolean isOf(String receiver, String name) {
    return name.equals(receiver) || name.startsWith(receiver + "/");
  }

  private Optional<Instant> time(@Nullable String since) {
    return Optional.ofNullable(since)
        .map(text -> PastTime.of("--since", text, Clock.systemUTC().instant(), spec));
  }

  private static String line(NotificationOutcome outcome) {
    String reason =
        outcome.getReason().isEmpty()
            ? ""
            : " " + outcome.getReason() + " (" + outcome.getDetail() + ")";
    return "%s %s %s tenant=%s attempts=%d %s%s"
        .formatted(
            outcome.getCompletedAt(),
            status(outcome),
            outcome.getReceiver(),
            outcome.getTenantId(),
            outcome.getAttempts(),
            outcome.getNotificationId(),
            reason)
        .replaceAll("\\p{Cntrl}", "\uFFFD");
  }

  private static Map<String, Object> json(NotificationOutcome outcome) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("notificationId", outcome.getNotificationId());
    json.put("tenant", outcome.getTenantId());
    json.put("receiver", outcome.getReceiver());
    json.put("channel", outcome.getChannel());
    json.put("groupKey", outcome.getGroupKey());
    json.put("sequence", outcome.getSequence());
    json.put("status", status(outcome));
    json.put("reason", outcome.getReason());
    json.put("detail", outcome.getDetail());
    json.put("attempts", outcome.getAttempts());
    json.put("completedAt", outcome.getCompletedAt().toString());
    return json;
  }

  private static Map<String, Object> json(Notification notification) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("receiver", notification.getReceiver());
    json.put("tenant", notification.getTenantId());
    json.put("groupKey", notification.getGroupKey());
    json.put("sequence", notification.getSequence());
    json.put("status", notification.getStatus().name().toLowerCase(Locale.ROOT));
    json.put("reason", notification.getReason().name().toLowerCase(Locale.ROOT));
    json.put("decidedAt", notification.getDecidedAt().toString());
    json.put("alerts", notification.getAlerts().stream().map(NotificationsCommand::json).toList());
    json.put("omittedAlerts", notification.getOmittedAlerts());
    return json;
  }

  private static Map<String, Object> json(Alert alert) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("fingerprint", alert.getFingerprint());
    json.put("status", alert.getStatus().name().toLowerCase(Locale.ROOT));
    json.put("startsAt", alert.getStartsAt().toString());
    json.put("labels", alert.getLabels());
    json.put("annotations", alert.getAnnotations());
    return json;
  }

  private static Map<String, Object> json(DeadLetter letter) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("partition", letter.partition());
    json.put("offset", letter.offset());
    json.put("writtenAt", letter.writtenAt().toString());
    json.put("reason", letter.reason());
    return json;
  }

  private static String status(NotificationOutcome outcome) {
    return outcome.getStatus().name().toLowerCase(Locale.ROOT);
  }

  private static void print(Object json) throws JsonProcessingException {
    System.out.println(new ObjectMapper().writeValueAsString(json));
  }
}
