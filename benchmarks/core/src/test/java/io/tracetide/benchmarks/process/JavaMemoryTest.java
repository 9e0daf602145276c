package io.tracetide.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class JavaMemoryTest {

  @Test
  void shouldAddUpGenerationsWithoutMetaspace() {
    String heapInfo =
        """
        4242:
         def new generation   total 78656K, used 1398K [0x0000000700000000, 0x0000000705550000)
          eden space 69952K,   2% used [0x0000000700000000, 0x000000070015d8f8)
         tenured generation   total 174784K, used 20480K [0x0000000754000000, 0x0000000755550000)
           the space 174784K,  11% used [0x0000000754000000, 0x0000000754140000)
         Metaspace       used 3120K, committed 3328K, reserved 1114112K
        """;

    JavaMemory memory = JavaMemory.parse(heapInfo, 500L << 20);

    assertThat(memory.liveBytes()).isEqualTo((1398L + 20480) << 10);
    assertThat(memory.committedBytes()).isEqualTo((78656L + 174784) << 10);
    assertThat(memory.rssBytes()).isEqualTo(500L << 20);
  }

  @Test
  void shouldRefuseTheOutputOfAnotherCollector() {
    assertThatThrownBy(() -> JavaMemory.parse("garbage-first heap   total 1K, used 1K", 1))
        .hasMessageContaining("serial collector");
  }
}
