package io.tracetide.runtime.kafka.audit;

import io.tracetide.runtime.access.AccessEvent;
import io.tracetide.runtime.config.ConfigDigest;
import io.tracetide.runtime.life.BuildVersion;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.audit.AuditLog;
import java.time.Clock;
import java.util.Map;

/** Audit entries of one role: its start with its configuration, and the use of its tokens. */
public final class RoleAudit {

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
