package io.tracetide.schemas.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.schemas.AuditEntry;
import io.tracetide.schemas.AuditRecord;
import io.tracetide.schemas.audit.ChainBreak.Fault;
import io.tracetide.schemas.serde.AvroBytes;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class AuditChainTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void shouldHashTheSpecifiedBytes() {
    // Made with another program from the layout in the javadoc: the layout is a contract.
    AuditRecord record = AuditChain.link(entry("a", Map.of("b", "2", "a", "1")), 0, new byte[0]);

    assertThat(HexFormat.of().formatHex(AvroBytes.copy(record.getHash())))
        .isEqualTo("0b99744cee8188783ffbd199a6351643c6413bdf38de09b6944cfa64b51ee3f2");
  }

  @Property(tries = 200)
  void shouldVerifyEveryChainThatLinkWrites(@ForAll @Size(max = 12) List<String> subjects) {
    ChainVerifier verifier = verified(chain(subjects), List.of());

    assertThat(verifier.end()).isEmpty();
    assertThat(verifier.links()).isEqualTo(subjects.size());
    assertThat(verifier.head().map(ChainHead::sequence))
        .isEqualTo(subjects.isEmpty() ? Optional.empty() : Optional.of(subjects.size() - 1L));
  }

  @Property(tries = 300)
  void shouldReportTheFirstRecordThatWasChanged(
      @ForAll @Size(min = 1, max = 8) List<String> subjects,
      @ForAll @IntRange(max = 7) int at,
      @ForAll @IntRange(max = 6) int field) {
    Assume.that(at < subjects.size());
    List<AuditRecord> chain = chain(subjects);
    AuditRecord.Builder changed = AuditRecord.newBuilder(chain.get(at));
    switch (field) {
      case 0 -> changed.setSubject(changed.getSubject() + "!");
      case 1 -> changed.setTimestamp(changed.getTimestamp().plusNanos(1_000));
      case 2 -> changed.setActor("somebody else");
      case 3 -> changed.setDetails(Map.of());
      case 4 -> changed.setTenantId("other");
      case 5 -> changed.setAction("nothing");
      default -> changed.setHash(ByteBuffer.allocate(AuditChain.HASH_BYTES));
    }
    chain.set(at, changed.build());

    assertThat(verified(chain, List.of()).end())
        .hasValueSatisfying(
            broken -> {
              assertThat(broken.sequence()).isEqualTo(at);
              assertThat(broken.fault()).isEqualTo(Fault.HASH);
            });
  }

  @Test
  void shouldReportTheKindOfFault() {
    List<AuditRecord> chain = chain(List.of("a", "b", "c", "d"));

    assertThat(fault(chain.get(0), chain.get(2))).isEqualTo(Fault.GAP);
    assertThat(fault(chain.get(0), chain.get(1), chain.get(0))).isEqualTo(Fault.ORDER);
    assertThat(fault(chain.get(0), chain.get(1), chain.get(1))).isEqualTo(Fault.REPEATED);
    assertThat(fault(chain.get(0), AuditChain.link(entry("x", Map.of()), 1, new byte[32])))
        .isEqualTo(Fault.PREVIOUS);
  }

  @Test
  void shouldVerifyAChainWhoseBeginningHasExpired() {
    List<AuditRecord> chain = chain(List.of("a", "b", "c", "d"));

    assertThat(verified(chain.subList(2, 4), List.of()).end()).isEmpty();
  }

  @Test
  void shouldReportAMissingAnchor() {
    List<AuditRecord> chain = chain(List.of("a", "b", "c", "d"));
    ChainHead head = verified(chain, List.of()).head().orElseThrow();
    List<AuditRecord> anew = chain(List.of("a", "b", "c", "D", "e"));

    assertThat(verified(chain, List.of(head)).end()).isEmpty();
    assertThat(verified(chain.subList(0, 3), List.of(head)).end().map(ChainBreak::fault))
        .contains(Fault.ANCHOR);
    assertThat(verified(anew, List.of(head)).end().map(ChainBreak::fault)).contains(Fault.ANCHOR);
    assertThat(verified(anew, List.of(ChainHead.of(7, 0, new byte[32]))).end()).isEmpty();
    assertThat(ChainHead.parse(head.toString())).isEqualTo(head);
  }

  private static Fault fault(AuditRecord... records) {
    return verified(List.of(records), List.of()).end().orElseThrow().fault();
  }

  private static ChainVerifier verified(List<AuditRecord> chain, List<ChainHead> anchors) {
    ChainVerifier verifier = new ChainVerifier(0, anchors);
    chain.forEach(record -> verifier.next(ChainLink.of(record)));
    return verifier;
  }

  private static List<AuditRecord> chain(List<String> subjects) {
    List<AuditRecord> chain = new ArrayList<>();
    byte[] previous = AuditChain.origin();
    for (String subject : subjects) {
      AuditRecord record =
          AuditChain.link(entry(subject, Map.of("k", subject)), chain.size(), previous);
      chain.add(record);
      previous = AvroBytes.copy(record.getHash());
    }
    return chain;
  }

  private static AuditEntry entry(String subject, Map<String, String> details) {
    return new AuditEntry("default", NOON, "sink", "alert.firing", subject, details);
  }
}
