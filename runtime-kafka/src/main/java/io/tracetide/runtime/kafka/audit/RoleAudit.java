package io.tracetide.runtime.kafka.audit;

import io.tracetide.runtime.access.AccessEvent;
import io.tracetide.runtime.config.ConfigDigest;
import io.tracetide.runtime.life.BuildVersion;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.audit.AuditLog;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Audit entries of one role: its start with its configuration, and the use of its tokens. */
public final class RoleAudit {
  /** Characters of the problems of a configuration in an entry. */
  private static final int MAX_PROBLEMS = 2_000;

  private final String role;
  private final AuditLog log;
  private final Clock clock;

  /**
   * Creates the entries of a role.
   *
   * @param role actor of its own entries, and prefix of the subject of the others
   */
  public RoleAudit(String role, AuditLog log, Clock clock) {
    this.role = role;
    this.log = log;
    this.clock = clock;
  }

  /** Records the start of the role with the digest of its configuration. */
  public void started(String tenant, String subject, Record... configuration) {
    log.record(
        new AuditEntry(
            tenant,
            clock.instant(),
            role,
            "configuration.loaded",
            subject,
            Map.of("version", BuildVersion.text(), "sha256", ConfigDigest.of(configuration))));
  }

  /**
   * A reading of the configuration while the role runs.
   *
   * @param by who has caused it
   * @param result what came of it
   * @param problems why it cannot be used, without secrets
   * @param restartRequired keys that have an effect at the next start
   */
  public record Reload(
      String by, String result, List<String> problems, List<String> restartRequired) {
    public Reload {
      problems = List.copyOf(problems);
      restartRequired = List.copyOf(restartRequired);
    }
  }

  /**
   * Records that the configuration was read again.
   *
   * @param inForce the configuration in force afterwards
   */
  public void reloaded(String tenant, String subject, Reload reload, Record... inForce) {
    Map<String, String> details = new HashMap<>();
    details.put("version", BuildVersion.text());
    details.put("sha256", ConfigDigest.of(inForce));
    details.put("by", reload.by());
    details.put("result", reload.result());
    if (!reload.problems().isEmpty()) {
      String text = String.join("; ", reload.problems());
      details.put("problems", text.substring(0, Math.min(text.length(), MAX_PROBLEMS)));
    }
    if (!reload.restartRequired().isEmpty()) {
      details.put("restartRequired", String.join(", ", reload.restartRequired()));
    }
    log.record(
        new AuditEntry(tenant, clock.instant(), role, "configuration.reloaded", subject, details));
  }

  /** Records an event of access control. */
  public void access(AccessEvent event) {
    log.record(
        new AuditEntry(
            event.tenant(),
            clock.instant(),
            event.actor(),
            event.action(),
            role + ":" + event.subject(),
            event.details()));
  }
}
