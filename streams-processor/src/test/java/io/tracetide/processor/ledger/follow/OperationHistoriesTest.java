package io.tracetide.processor.ledger.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.processor.ledger.store.LedgerConfig;
import io.tracetide.processor.ledger.trace.SpanEnd;
import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceStatus;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OperationHistoriesTest {
  private static final long SECOND_MICROS = 1_000_000;
  private static final LedgerConfig.SilenceBounds BOUNDS = LedgerConfig.defaults().silence();

  private final OperationHistories histories = new OperationHistories(BOUNDS);
  private final Set<String> stored = new HashSet<>();

  private static SpanFacts root(String operation) {
    SpanFacts root = new SpanFacts("1", "shop", SpanKind.SERVER);
    root.named(operation, 0);
    root.started(0);
    root.ended(new SpanEnd(10 * SECOND_MICROS, TraceStatus.COMPLETED, 10 * SECOND_MICROS, "", ""));
    return root;
  }

  private void end(String operation, int times) {
    for (int i = 0; i < times; i++) {
      histories.add("default", root(operation), 0);
    }
  }

  private boolean isKnown(String operation) {
    return histories.allowedSilenceMs("default", root(operation))
        != BOUNDS.withoutHistory().toMillis();
  }

  private void write() {
    histories.write(
        new OperationHistories.Store() {
          @Override
          public void put(String operation, byte[] history) {
            stored.add(operation);
          }

          @Override
          public void remove(String operation) {
            stored.remove(operation);
          }
        });
  }

  @Test
  void shouldKeepTheOperationsThatAreUsedWhenThereAreTooMany() {
    end("used", OperationHistory.FEWEST);
    end("unused", OperationHistory.FEWEST);
    for (int i = 0; i < 5_000; i++) {
      end("other " + i, 1);
      end("used", 1);
    }

    assertThat(isKnown("used")).isTrue();
    assertThat(isKnown("unused")).isFalse();
  }

  @Test
  void shouldStoreOnlyTheKeptHistories() {
    for (int i = 0; i < 1_000; i++) {
      end("operation " + i, 1);
    }
    write();
    assertThat(stored).hasSize(1_000);

    for (int i = 1_000; i < 1_500; i++) {
      end("operation " + i, 1);
    }
    write();
    assertThat(stored).hasSize(1_000).contains(key("operation 1499"));

    Set<String> before = new HashSet<>(stored);
    stored.clear();
    write();
    assertThat(stored).as("nothing has changed since").isEmpty();
    assertThat(before).hasSize(1_000);
  }

  @Test
  void shouldStoreAnOperationThatComesBackAfterItWasForgotten() {
    for (int i = 0; i < 1_500; i++) {
      end("operation " + i, 1);
    }
    write();
    Set<String> gone = new HashSet<>();
    for (int i = 0; i < 1_500; i++) {
      if (!stored.contains(key("operation " + i))) {
        gone.add("operation " + i);
      }
    }
    assertThat(gone).hasSize(500);

    gone.forEach(operation -> end(operation, 1));
    write();
    assertThat(stored).hasSize(1_000);
    gone.forEach(operation -> assertThat(stored).contains(key(operation)));
  }

  private static String key(String operation) {
    return "default\0shop\0" + operation;
  }
}
