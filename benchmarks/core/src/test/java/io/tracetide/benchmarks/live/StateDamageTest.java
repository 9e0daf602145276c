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

  private Path store(String task) throws IOException {
    Path store = Files.createDirectories(state.resolve("app").resolve(task).resolve("rocksdb/s"));
    Files.writeString(store.resolve("CURRENT"), "MANIFEST-000001\n");
    Files.write(store.resolve("MANIFEST-000001"), new byte[100]);
    Files.write(store.resolve("000007.sst"), new byte[100]);
    return store;
  }

  @Test
  void shouldDamageEachTaskInAnotherWay() throws IOException {
    for (String task : new String[] {"0_0", "0_1", "1_0"}) {
      store(task);
    }
    StateDamage damage = new StateDamage(new SplittableRandom(1));
    Set<String> stores = new HashSet<>();

    for (StateDamage.Kind kind : StateDamage.Kind.values()) {
      String what = damage.apply(state).orElseThrow();

      assertThat(what).startsWith(kind.name());
      Path store = state.resolve(what.substring(what.indexOf(" in ") + 4));
      stores.add(store.toString());
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
    assertThat(stores).hasSize(3);
  }

  @Test
  void shouldDamageNothingWhereThereIsNoStore() {
    assertThat(new StateDamage(new SplittableRandom(1)).apply(state)).isEmpty();
  }
}
