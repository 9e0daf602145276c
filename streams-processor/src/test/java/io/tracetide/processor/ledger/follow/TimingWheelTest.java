package io.tracetide.processor.ledger.follow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimingWheelTest {

  private final OpenTable table = new OpenTable();
  private final TimingWheel wheel = new TimingWheel(table, 1_000);

  @Test
  void shouldFireEachNameAtItsTick() {
    Random random = new Random(5);
    Map<Long, Integer> due = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      long name = random.nextLong();
      int tick = 1_001 + random.nextInt(1 << random.nextInt(22));
      table.add(name);
      wheel.arm(name, tick);
      due.put(name, tick);
    }

    int[] now = {1_000};
    Map<Long, Integer> fired = new HashMap<>();
    while (fired.size() < due.size() && now[0] < 1 << 23) {
      wheel.advance(++now[0], Integer.MAX_VALUE, name -> fired.put(name, now[0]));
    }

    assertThat(fired).isEqualTo(due);
  }

  @Test
  void shouldForgetWhatWasMovedOrRemoved() {
    table.add(1);
    table.add(2);
    wheel.arm(1, 2_000);
    wheel.arm(1, 1_500);
    wheel.arm(1, 3_000);
    wheel.arm(2, 1_600);
    table.remove(2);

    List<Long> fired = new ArrayList<>();
    wheel.advance(4_000, Integer.MAX_VALUE, fired::add);

    assertThat(fired).containsExactly(1L);
  }

  @Test
  void shouldStopWhenEnoughHaveFiredAndGoOnLater() {
    for (long name = 1; name <= 10; name++) {
      table.add(name);
      wheel.arm(name, 1_000 + (int) name);
    }

    List<Long> fired = new ArrayList<>();
    wheel.advance(2_000, 4, fired::add);
    assertThat(fired).hasSize(4);
    wheel.advance(2_000, 100, fired::add);

    assertThat(fired).hasSize(10);
  }
}
