package io.tracetide.processor.query.audit;

import io.tracetide.processor.query.request.BadParameterException;
import io.tracetide.processor.query.request.Parameters;
import io.tracetide.processor.query.request.TimeRange;
import io.tracetide.processor.query.trace.CursorSeal;
import io.tracetide.processor.rule.Glob;
import io.tracetide.runtime.access.Tenants;
import io.tracetide.schemas.AuditRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Query of {@code /monitoring/audit}.
 *
 * @param range selects entries by the time at which they were chained; empty selects all
 * @param filter selects entries, those of the caller's tenants only
 * @param identity the parameters that determine the list
 * @param before where the page begins, by partition; empty for the newest page
 */
public record AuditQuery(
    Optional<TimeRange> range,
    Predicate<AuditRecord> filter,
    String identity,
    Map<Integer, Long> before,
    int limit) {
  public static final List<String> PARAMETERS =
      List.of(
          "timeRange",
          "from",
          "to",
          "actor",
          "action",
          "subject",
          "detail",
          "tenant",
          "limit",
          "cursor");
  static final int DEFAULT_LIMIT = 100;
  static final int MOST = 1_000;

  /**
   * Parses the parameters.
   *
   * @param seal opens the cursor
   */
  public static AuditQuery parse(Parameters parameters, Instant now, CursorSeal seal) {
    Tenants tenants = parameters.tenants();
    Set<String> actors = parameters.patterns("actor");
    Set<String> actions = parameters.patterns("action");
    Set<String> subjects = parameters.patterns("subject");
    Set<String> details = parameters.patterns("detail");
    for (String detail : details) {
      if (!detail.contains("=")) {
        throw BadParameterException.rejected(
            "detail", detail, "use key=value, several by comma; * stands for any text in both");
      }
    }
    String identity =
        List.of(
                tenants,
                new TreeSet<>(actors),
                new TreeSet<>(actions),
                new TreeSet<>(subjects),
                new TreeSet<>(details),
                // The text of a range identifies the query, the times computed from it do not.
                parameters.one("timeRange").orElse(""),
                parameters.one("from").orElse(""),
                parameters.one("to").orElse(""))
            .toString();
    return new AuditQuery(
        parameters.range(now),
        new Filter(tenants, globs(actors), globs(actions), globs(subjects), globs(details)),
        identity,
        parameters
            .one("cursor")
            .map(text -> AuditCursor.parse(text, identity, seal))
            .orElse(Map.of()),
        parameters.integer("limit", DEFAULT_LIMIT, 1, MOST));
  }

  private static List<Glob> globs(Set<String> patterns) {
    return patterns.stream().map(Glob::escaped).toList();
  }

  /** Tests entries. */
  private record Filter(
      Tenants tenants,
      List<Glob> actors,
      List<Glob> actions,
      List<Glob> subjects,
      List<Glob> details)
      implements Predicate<AuditRecord> {

    @Override
    public boolean test(AuditRecord record) {
      return tenants.includes(record.getTenantId())
          && matches(actors, record.getActor())
          && matches(actions, record.getAction())
          && matches(subjects, record.getSubject())
          && details.stream().allMatch(glob -> hasDetail(glob, record.getDetails()));
    }

    private static boolean matches(List<Glob> globs, String text) {
      return globs.isEmpty() || globs.stream().anyMatch(glob -> glob.matches(text));
    }

    private static boolean hasDetail(Glob glob, Map<String, String> details) {
      return details.entrySet().stream()
          .anyMatch(detail -> glob.matches(detail.getKey() + "=" + detail.getValue()));
    }
  }
}
