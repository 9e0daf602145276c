package io.tracetide.benchmarks.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpanAccountTest {

  private final SpanAccount account = new SpanAccount();

  @Test
  void shouldReportAcknowledgedSpansThatAreNotStored() {
    account.sent(0, 50);
    account.sent(50, 50);
    account.acknowledged(0, 50);
    for (int number = 1; number < 50; number++) {
      account.stored(number);
    }

    assertThat(account.balance()).isEqualTo(new SpanAccount.Balance(100, 50, 1, 0, 0));
  }

  @Test
  void shouldCountCopiesAndUnacknowledgedSpans() {
    account.sent(0, 3);
    account.acknowledged(0, 1);
    account.stored(0);
    account.stored(0);
    account.stored(0);
    account.stored(2);

    assertThat(account.balance()).isEqualTo(new SpanAccount.Balance(3, 1, 0, 2, 1));
  }
}
