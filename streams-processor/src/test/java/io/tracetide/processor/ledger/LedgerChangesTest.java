package io.tracetide.processor.ledger;

import static io.tracetide.processor.ledger.LedgerDriver.event;
import static io.tracetide.schemas.TraceEventType.COMPLETED;
import static io.tracetide.schemas.TraceEventType.STARTED;
import static io.tracetide.schemas.TraceEventType.UPDATED;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerChangesTest {
  private final LedgerDriver driver = new LedgerDriver();

  /** States that were reported since the last call. */
  private List<String> changed() {
    List<String> states = driver.changes.stream().map(trace -> trace.state().label()).toList();
    driver.changes.clear();
    return states;
  }

  @Test
  void shouldReportAFollowedTraceAtEachCommitThatChangesIt() {
    driver.takeAll(event(STARTED, "s", 0).build());
    assertThat(changed()).containsExactly("running");
    driver.commit();
    driver.pass(Duration.ofSeconds(3));
    assertThat(changed()).as("nothing has changed").isEmpty();
    driver.takeAll(event(UPDATED, "s", 3_000).build(), event(UPDATED, "s", 3_100).build());
    assertThat(changed()).as("once for a commit").containsExactly("running");
    driver.takeAll(event(COMPLETED, "s", 3_500).setDurationMicros(3_500_000L).build());
    assertThat(changed()).containsExactly("completed");
  }

  @Test
  void shouldReportATraceThatBecomesStuckWithoutAnEvent() {
    driver.takeAll(event(STARTED, "s", 0).build());
    changed();
    driver.pass(Duration.ofMinutes(30));
    assertThat(changed()).startsWith("stuck").doesNotHaveDuplicates();
  }

  @Test
  void shouldReportNoTraceThatStartsAndEndsInOneCommit() {
    driver.takeAll(
        event(STARTED, "s", 0).build(), event(COMPLETED, "s", 5).setDurationMicros(5_000L).build());
    assertThat(changed()).isEmpty();
  }
}
