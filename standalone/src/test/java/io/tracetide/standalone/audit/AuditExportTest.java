package io.tracetide.standalone.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.runtime.kafka.audit.Verification;
import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.audit.AuditChain;
import io.tracetide.schemas.audit.ChainHead;
import io.tracetide.schemas.serde.AvroBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuditExportTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final AuditExport.Range EVERYTHING =
      new AuditExport.Range(Instant.EPOCH, Instant.MAX, "");

  @Test
  void shouldFindEveryChangedByte() throws IOException {
    byte[] file = export(new AuditExport.Range(Instant.EPOCH, NOON.plusSeconds(99), "acme"));

    assertThat(verify(file).holds()).isTrue();
    for (int i = 0; i < file.length; i++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] changed = file.clone();
        changed[i] ^= (byte) (1 << bit);
        assertThat(verify(changed).holds()).as("bit %d of byte %d", bit, i).isFalse();
      }
    }
  }

  @Test
  void shouldFindWhatIsCutOffAddedOrPutBetween() throws IOException {
    byte[] file = export(EVERYTHING);
    String text = new String(file, StandardCharsets.UTF_8);

    for (int length = 0; length < file.length; length++) {
      assertThat(verify(Arrays.copyOf(file, length)).holds()).as("%d bytes", length).isFalse();
    }
    assertThat(verify((text + " ").getBytes(StandardCharsets.UTF_8)).holds()).isFalse();
    assertThat(verify((text + "\n").getBytes(StandardCharsets.UTF_8)).holds()).isFalse();
    assertThat(verify(text.replace("\n", "\n\n").getBytes(StandardCharsets.UTF_8)).holds())
        .isFalse();
    assertThat(verify(text.replace("\",\"", "\", \"").getBytes(StandardCharsets.UTF_8)).holds())
        .isFalse();
  }

  @Test
  void shouldHoldOverWhatWasLeftOutAndShowNothingOfIt() throws IOException {
    byte[] file = export(new AuditExport.Range(NOON.plusSeconds(1), NOON.plusSeconds(9), "acme"));

    Verification verification = verify(file);
    String text = new String(file, StandardCharsets.UTF_8);
    assertThat(verification.holds()).isTrue();
    assertThat(text).contains("\"acme\"").doesNotContain("other").contains("\"content\"");
    assertThat(verification.partitions())
        .extracting(partition -> partition.partition() + ":" + partition.first())
        .containsExactly("0:2", "1:2");
    assertThat(text.lines().filter(line -> line.contains("\"tenantId\"")))
        .as("records of acme from second 1 to 8")
        .hasSize(8);
  }

  @Test
  void shouldNameTheFirstRecordThatWasChangedByWhoMadeTheEndAnew() throws IOException {
    List<String> lines =
        new ArrayList<>(new String(export(EVERYTHING), StandardCharsets.UTF_8).lines().toList());
    lines.set(5, lines.get(5).replace("subject-", "subject+"));

    assertThat(verify(String.join("\n", lines).getBytes(StandardCharsets.UTF_8)).partitions())
        .anySatisfy(
            partition ->
                assertThat(partition.broken())
                    .hasValueSatisfying(
                        broken -> assertThat(broken.fault().name()).isEqualTo("HASH")));
  }

  @Test
  void shouldMissAHeadThatIsKnownFromElsewhere() throws IOException {
    byte[] file = export(EVERYTHING);
    ChainHead head = verify(file).partitions().get(0).head().orElseThrow();
    ChainHead later = new ChainHead(0, head.sequence() + 1, head.hash());

    assertThat(
            ExportVerifier.verify(new ByteArrayInputStream(file), List.of(head), done -> {})
                .holds())
        .isTrue();
    assertThat(
            ExportVerifier.verify(new ByteArrayInputStream(file), List.of(later), done -> {})
                .holds())
        .isFalse();
  }

  private static Verification verify(byte[] file) throws IOException {
    return ExportVerifier.verify(new ByteArrayInputStream(file), List.of(), done -> {});
  }

  /** Two partitions; in each a record of acme and one of another tenant every second. */
  private static byte[] export(AuditExport.Range range) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    AuditExport export = new AuditExport(out, range, NOON);
    for (int partition = 0; partition < 2; partition++) {
      byte[] previous = AuditChain.origin();
      for (int i = 0; i < 10; i++) {
        AuditEntry entry =
            new AuditEntry(
                i % 2 == 0 ? "acme" : "other",
                NOON.plusSeconds(i),
                "sink",
                "alert.firing",
                (i % 2 == 0 ? "subject-" : "other-") + i,
                Map.of("receiver", "ü \"log\"", "n", "" + i));
        AuditRecord record = AuditChain.link(entry, i, previous);
        export.next(partition, record);
        previous = AvroBytes.copy(record.getHash());
      }
    }
    export.end();
    return out.toByteArray();
  }
}
