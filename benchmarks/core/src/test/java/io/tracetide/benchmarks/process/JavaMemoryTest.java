package io.tracetide.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class JavaMemoryTest {

  @Test
  void shouldSeparateTheHeapFromOtherMemory() {
    String heapInfo =
        """
        4242:
         def new generation   total 78656K, used 1398K [0x0000000700000000, 0x0000000705550000, 0x0000000715550000)
          eden space 69952K,   2% used [0x0000000700000000, 0x000000070015d8f8, 0x0000000704450000)
         tenured generation   total 174784K, used 20480K [0x0000000715550000, 0x0000000720000000, 0x0000000740000000)
           the space 174784K,  11% used [0x0000000715550000, 0x0000000716550000, 0x0000000720000000)
         Metaspace       used 3120K, committed 3328K, reserved 1114112K
        """;
    List<String> smaps =
        List.of(
            "700000000-705550000 rw-p 00000000 00:00 0 ",
            "Size:              87360 kB",
            "Rss:                2000 kB",
            "715550000-720000000 rw-p 00000000 00:00 0 ",
            "Rss:               30000 kB",
            "7f0000000000-7f0000001000 r-xp 00000000 08:01 1 /lib/libjvm.so",
            "Rss:                 400 kB",
            "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]",
            "Rss:                   0 kB");

    JavaMemory memory = JavaMemory.parse(heapInfo, smaps);

    assertThat(memory.liveBytes()).isEqualTo((1398L + 20480) << 10);
    assertThat(memory.heapRssBytes()).isEqualTo(32_000L << 10);
    assertThat(memory.rssBytes()).isEqualTo(32_400L << 10);
  }

  @Test
  void shouldRefuseTheOutputOfAnotherCollector() {
    assertThatThrownBy(() -> JavaMemory.parse("garbage-first heap total 1K, used 1K", List.of()))
        .hasMessageContaining("serial collector");
  }
}
