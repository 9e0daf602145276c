package io.tracetide.standalone.cli;

import io.tracetide.runtime.config.DurationFormat;
import io.tracetide.runtime.kafka.audit.Verification;
import io.tracetide.runtime.kafka.client.RegistryClients;
import io.tracetide.runtime.life.EnvironmentException;
import io.tracetide.runtime.life.ExitCodes;
import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.audit.ChainHead;
import io.tracetide.schemas.registry.SchemaRegistry;
import io.tracetide.standalone.audit.AuditExport;
import io.tracetide.standalone.audit.ExportVerifier;
import io.tracetide.standalone.audit.RetainedAudit;
import io.tracetide.standalone.audit.TrailVerifier;
import io.tracetide.standalone.cli.progress.ProgressBar;
import io.tracetide.standalone.config.TracetideConfig;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Verifies and exports the audit trail. */
@Command(
    name = "audit",
    description = "Verifies the audit trail, or exports a part of it.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class AuditCommand implements Runnable {

  private static final Instant END_OF_TIME = Instant.parse("9999-12-31T23:59:59Z");

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "verify or export is missing");
  }

  @Command(
      name = "verify",
      description = {
        "Proves that no record of the trail was changed, removed or inserted: of the trail"
            + " in Kafka, or of an export.",
        "Prints one line for each partition, with its head. The removal of the newest records"
            + " cannot be detected, unless a head that was stored elsewhere is given with --head.",
        "Exits 0 when every chain is valid, of an export without records too, 1 when one is not, 2"
            + " when the file or the command line is invalid, 3 when Kafka or the registry are"
            + " unavailable."
      },
      mixinStandardHelpOptions = true)
  int verify(
      @Mixin ClusterOptions cluster,
      @Option(names = "--file", paramLabel = "EXPORT", description = "verify an export instead")
          @Nullable Path file,
      @Option(
              names = "--head",
              paramLabel = "PARTITION:SEQUENCE:HASH",
              description = "a link that must be present; may be given several times")
          @Nullable List<String> heads)
      throws IOException {
    List<ChainHead> anchors = anchors(heads == null ? List.of() : heads);
    Verification verification =
        file == null ? trail(cluster.read(), anchors) : export(file, anchors);
    for (Verification.Partition partition : verification.partitions()) {
      System.out.println(line(partition));
    }
    verification.trouble().ifPresent(trouble -> System.out.println("file: broken: " + trouble));
    if (verification.isEmpty()) {
      System.out.println(
          file == null ? "trail: no records" : "file: holds, an export without records");
    }
    return verification.holds() ? ExitCodes.OK : ExitCodes.FAILURE;
  }

  @Command(
      name = "export",
      description = {
        "Writes records of the trail as JSON lines that 'audit verify --file' can verify without"
            + " Kafka. Records between them that were not requested, such as other tenants', are"
            + " represented by hashes only."
      },
      mixinStandardHelpOptions = true)
  int export(
      @Mixin ClusterOptions cluster,
      @Option(
              names = "--from",
              paramLabel = "TIME",
              description = "2h, 30d, or a time such as 2026-03-01T12:00:00Z (default: all)")
          @Nullable String from,
      @Option(names = "--to", paramLabel = "TIME", description = "the same; not included")
          @Nullable String to,
      @Option(names = "--tenant", paramLabel = "NAME", description = "of this tenant only")
          @Nullable String tenant,
      @Option(names = "--out", paramLabel = "FILE", required = true, description = "where to write")
          Path out)
      throws IOException {
    Instant now = Clock.systemUTC().instant();
    AuditExport.Range range =
        new AuditExport.Range(
            time("--from", from, now).orElse(Instant.EPOCH),
            time("--to", to, now).orElse(END_OF_TIME),
            tenant == null ? "" : tenant);
    TracetideConfig c = cluster.read();
    List<String> unreadable = new ArrayList<>();
    long records;
    try (SchemaRegistry registry = RegistryClients.create(c.registry());
        RetainedAudit trail = RetainedAudit.open(c.kafka(), registry, c.topics().timeout());
        OutputStream file = new BufferedOutputStream(create(out));
        ProgressBar bar = ProgressBar.onStandardError(trail.total(), "records")) {
      AuditExport export = new AuditExport(file, range, now);
      trail.read(new Exporting(export, unreadable), bar::update);
      records = export.end();
    } catch (UncheckedIOException e) {
      throw new EnvironmentException("%s cannot be written (%s)".formatted(out, e.getMessage()), e);
    }
    System.out.printf("exported %d records to %s%n", records, out);
    unreadable.forEach(detail -> System.out.println("left out, cannot be read: " + detail));
    return unreadable.isEmpty() ? ExitCodes.OK : ExitCodes.FAILURE;
  }

  /** Passes records to the export. */
  private record Exporting(AuditExport export, List<String> unreadable)
      implements RetainedAudit.Reader {

    @Override
    public void record(int partition, AuditRecord record) {
      try {
        export.next(partition, record);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void unreadable(int partition, String detail) {
      unreadable.add("partition " + partition + ", " + detail);
    }
  }

  private static Verification trail(TracetideConfig c, List<ChainHead> anchors) {
    try (SchemaRegistry registry = RegistryClients.create(c.registry());
        RetainedAudit trail = RetainedAudit.open(c.kafka(), registry, c.topics().timeout());
        ProgressBar bar = ProgressBar.onStandardError(trail.total(), "records")) {
      return TrailVerifier.verify(trail, anchors, bar::update);
    }
  }

  private static Verification export(Path file, List<ChainHead> anchors) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        ProgressBar bar = ProgressBar.onStandardError(Files.size(file), "bytes")) {
      return ExportVerifier.verify(in, anchors, bar::update);
    }
  }

  private static OutputStream create(Path out) {
    try {
      return Files.newOutputStream(out);
    } catch (IOException e) {
      throw new EnvironmentException("%s cannot be written (%s)".formatted(out, e.getMessage()), e);
    }
  }

  private static String line(Verification.Partition partition) {
    return partition
        .broken()
        .map(
            broken ->
                "partition %d: broken at sequence %s: %s: %s"
                    .formatted(
                        broken.partition(),
                        broken.sequence() < 0 ? "?" : Long.toString(broken.sequence()),
                        broken.fault().name().toLowerCase(Locale.ROOT),
                        broken.detail()))
        .orElseGet(
            () ->
                partition
                    .head()
                    .map(
                        head ->
                            "partition %d: holds, %d records, sequences %d to %d, head %s"
                                .formatted(
                                    partition.partition(),
                                    partition.links(),
                                    partition.first(),
                                    head.sequence(),
                                    head))
                    .orElse("partition %d: holds, no records".formatted(partition.partition())));
  }

  private List<ChainHead> anchors(List<String> heads) {
    try {
      return heads.stream().map(ChainHead::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--head: " + e.getMessage(), e);
    }
  }

  private Optional<Instant> time(String option, @Nullable String text, Instant now) {
    if (text == null) {
      return Optional.empty();
    }
    Optional<Duration> back = DurationFormat.parse(text);
    try {
      return Optional.of(back.isPresent() ? now.minus(back.get()) : Instant.parse(text));
    } catch (DateTimeException e) {
      throw new ParameterException(
          spec.commandLine(),
          option
              + " must be a duration such as 2h or a time such as 2026-03-01T12:00:00Z, got "
              + text,
          e);
    }
  }
}
