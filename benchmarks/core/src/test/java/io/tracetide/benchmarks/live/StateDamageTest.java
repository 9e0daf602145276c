package io.tracetide.benchmarks.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDamageTest {

  @TempDir Path state;

  /** Of one task, as of a plain and of a segmented store. */
  private void store(String task) throws IOException {
    store(task, "rocksdb/s");
    store(task, "windows/windows.0");
  }

  private void store(String task, String path) throws IOException {
    Path store = Files.createDirectories(state.resolve("app").resolve(task).resolve(path));
    Files.writeString(store.resolve("CURRENT"), "MANIFEST-000001\n");
    Files.write(store.resolve("MANIFEST-000001"), new byte[100]);
    Files.write(store.resolve("000007.sst"), new byte[100]);
  }

  @Test
  void shouldDamageEachTaskDifferently() throws IOException {
    for (String task : new String[] {"0_0", "0_1", "1_0"}) {
      store(task);
    }
    StateDamage damage = new StateDamage(new SplittableRandom(1));
    Set<String> tasks = new HashSet<>();

    for (StateDamage.Kind kind : StateDamage.Kind.values()) {
      String what = damage.apply(state).orElseThrow();

      assertThat(what).startsWith(kind.name());
      Path store = state.resolve(what.substring(what.indexOf(" in ") + 4));
      tasks.add(state.relativize(store).getName(1).toString());
      switch (kind) {
        case NO_CURRENT -> assertThat(store.resolve("CURRENT")).doesNotExist();
        case CUT_MANIFEST -> assertThat(store.resolve("MANIFEST-000001")).hasSize(50);
        case FLIPPED_FOOTER -> {
          byte[] table = Files.readAllBytes(store.resolve("000007.sst"));
          assertThat(table).hasSize(100);
          assertThat(table[51]).isZero();
          assertThat(table[52]).isEqualTo((byte) -1);
        }
      }
    }
    assertThat(tasks).as("tasks").hasSize(3);
  }

  @Test
  void shouldDamageNothingWhereThereIsNoStore() {
    assertThat(new StateDamage(new SplittableRandom(1)).apply(state)).isEmpty();
  }
}
