package io.tracetide.processor.window;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class PartialBlockTest {

  private static final long T0 = 1_700_000_000_000L;
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  @Property(tries = 100)
  void shouldHandOutEveryCountThatWasAdded(@ForAll long seed) {
    Random random = new Random(seed);
    PartialTable counted = new PartialTable();
    Map<String, WindowStats> expected = new HashMap<>();
    for (int i = random.nextInt(300); i >= 0; i--) {
      String series = "t\0s\0latency\0op" + random.nextInt(40);
      byte[] key = series.getBytes(UTF_8);
      long startMs = T0 + 10_000L * random.nextInt(3);
      double value = random.nextInt(1_000_000);
      boolean failed = random.nextBoolean();
      byte[] trace = (random.nextBoolean() ? TRACE : "trace-" + i).getBytes(UTF_8);
      WindowStats stats = expected.computeIfAbsent(series + startMs, name -> new WindowStats());
      if (random.nextInt(9) == 0) {
        counted.at(key, key.length, startMs).record(value, 2.5, failed);
        stats.record(value, 2.5, failed);
      } else {
        counted.record(key, key.length, startMs, value, failed, trace, 0, trace.length);
        stats.record(value, 1, failed);
        stats.offerExemplar(value, failed, trace, 0, trace.length);
      }
    }
    assertThat(counted.size()).isEqualTo(expected.size());
    PartialBlock.Writer writer = new PartialBlock.Writer();
    writer.addAll(counted);

    byte[] block = writer.finish(3, T0 + 42);

    assertThat(PartialBlock.input(block)).isEqualTo(3);
    assertThat(PartialBlock.inputEventMs(block)).isEqualTo(T0 + 42);
    Map<String, byte[]> read = new HashMap<>();
    PartialBlock.read(
        block,
        (bytes, start, length, startMs, countsStart) -> {
          WindowStats stats = new WindowStats();
          PartialBlock.addTo(stats, bytes, countsStart);
          read.put(
              new String(bytes, start, length, UTF_8) + startMs, WindowStatsCodec.encode(stats, 0));
        });
    assertThat(read).hasSize(expected.size());
    expected.forEach(
        (series, stats) ->
            assertThat(read.get(series)).isEqualTo(WindowStatsCodec.encode(stats, 0)));
  }

  @Test
  void shouldSkipCounts() {
    byte[] block = block(3);
    WindowStats last = new WindowStats();

    PartialBlock.read(
        block,
        (bytes, start, length, startMs, countsStart) -> {
          if (bytes[start + length - 1] == '2') {
            PartialBlock.addTo(last, bytes, countsStart);
          }
        });

    assertThat(last.count()).isEqualTo(1);
    assertThat(last.sum()).isEqualTo(102);
  }

  @Test
  void shouldRefuseBytesThatAreNoBlock() {
    byte[] block = block(2);
    for (int length = 1; length < block.length; length++) {
      byte[] cut = Arrays.copyOf(block, length);
      if (length == 13 || length == 13 + (block.length - 13) / 2) {
        continue; // The header alone, or exactly one of two counts, is a block as well.
      }
      assertThatThrownBy(() -> PartialBlock.read(cut, (b, s, n, ms, c) -> {}))
          .as("%d of %d bytes", length, block.length)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static byte[] block(int series) {
    PartialTable counted = new PartialTable();
    for (int i = 0; i < series; i++) {
      byte[] key = ("t\0s\0latency\0op" + i).getBytes(UTF_8);
      counted.at(key, key.length, 0).record(100 + i, 1, false);
    }
    PartialBlock.Writer writer = new PartialBlock.Writer();
    writer.addAll(counted);
    return writer.finish(0, T0);
  }
}
