package io.tracetide.processor.query.prometheus;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.processor.query.promql.syntax.PromqlException;
import io.tracetide.processor.query.store.StoresUnavailableException;
import org.junit.jupiter.api.Test;

class ReadMemoryTest {
  private final ReadMemory memory = new ReadMemory(2L << 20, 3L << 20);

  @Test
  void shouldRejectAQueryThatNeedsTooMuch() {
    ReadMemory.Share share = memory.share();
    share.take(2L << 20);

    assertThatThrownBy(() -> share.take(1))
        .isInstanceOf(PromqlException.class)
        .hasMessageContaining("more than 2 MiB");
  }

  @Test
  void shouldRejectAQueryWhileOthersHoldTheMemory() {
    ReadMemory.Share first = memory.share();
    first.take(2L << 20);
    ReadMemory.Share second = memory.share();
    assertThatThrownBy(() -> second.take(2L << 20)).isInstanceOf(StoresUnavailableException.class);

    second.close();
    first.close();

    memory.share().take(2L << 20);
  }
}
