package io.tracetide.runtime.kafka.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoreCheckTest {
  @TempDir Path application;

  private Path alerts;
  private Path segment;

  @BeforeEach
  void create() throws Exception {
    alerts = Stores.create(application.resolve("0_0/rocksdb/alerts"));
    segment = Stores.create(application.resolve("0_1/windows/windows.60000"));
    Stores.create(application.resolve("0_1/windows/windows.120000"));
    Files.createDirectories(application.resolve("1_0/rocksdb/new"));
    Files.writeString(application.resolve("0_1/.checkpoint"), "0\n0\n");
    Files.writeString(application.resolve("0_1/windows.position"), "");
    Files.createDirectories(application.resolve("corrupt-20260301T100000.000Z/0_7"));
    Files.writeString(application.resolve("kafka-streams-process-metadata"), "{}");
  }

  private List<Damage> check() {
    return StoreCheck.of(application, Long.MAX_VALUE).damaged();
  }

  @Test
  void shouldFindNothingInSoundStores() {
    assertThat(check()).isEmpty();
  }

  @Test
  void shouldLeaveTheFilesAsTheyAre() throws Exception {
    List<Path> before = files();

    check();

    assertThat(files()).isEqualTo(before);
  }

  private List<Path> files() throws Exception {
    try (Stream<Path> walk = Files.walk(application)) {
      return walk.sorted().toList();
    }
  }

  /** What may happen to the files of a database. */
  enum Harm {
    CURRENT_IS_MISSING {
      @Override
      void on(Path store) throws Exception {
        Files.delete(store.resolve("CURRENT"));
      }
    },
    CURRENT_IS_EMPTY {
      @Override
      void on(Path store) throws Exception {
        Stores.truncate(store.resolve("CURRENT"), 0);
      }
    },
    MANIFEST_IS_MISSING {
      @Override
      void on(Path store) throws Exception {
        Files.delete(Stores.file(store, "MANIFEST-", ""));
      }
    },
    MANIFEST_IS_CUT {
      @Override
      void on(Path store) throws Exception {
        Path file = Stores.file(store, "MANIFEST-", "");
        Stores.truncate(file, Files.size(file) / 2);
      }
    },
    MANIFEST_IS_EMPTY {
      @Override
      void on(Path store) throws Exception {
        Stores.truncate(Stores.file(store, "MANIFEST-", ""), 0);
      }
    },
    DATA_IS_MISSING {
      @Override
      void on(Path store) throws Exception {
        Files.delete(Stores.file(store, "", ".sst"));
      }
    },
    FOOTER_IS_FLIPPED {
      @Override
      void on(Path store) throws Exception {
        Path file = Stores.file(store, "", ".sst");
        Stores.flip(file, Files.size(file) - 64);
      }
    },
    DATA_IS_FLIPPED {
      @Override
      void on(Path store) throws Exception {
        Stores.flip(Stores.file(store, "", ".sst"), 1_000);
      }
    },
    A_FILE_IS_IN_ITS_PLACE {
      @Override
      void on(Path store) throws Exception {
        Path aside = store.resolveSibling("aside.old");
        Files.move(store, aside);
        Files.writeString(store, "");
        org.apache.kafka.common.utils.Utils.delete(aside.toFile());
      }
    };

    abstract void on(Path store) throws Exception;
  }

  @ParameterizedTest
  @EnumSource(Harm.class)
  void shouldFindAStoreThatIsOneDatabase(Harm harm) throws Exception {
    harm.on(alerts);

    assertThat(check()).singleElement().satisfies(found -> isIn(found, "0_0", "alerts"));
  }

  @ParameterizedTest
  @EnumSource(Harm.class)
  void shouldFindAStoreOfSegments(Harm harm) throws Exception {
    harm.on(segment);

    assertThat(check()).singleElement().satisfies(found -> isIn(found, "0_1", "windows"));
  }

  private void isIn(Damage found, String task, String store) {
    assertThat(found.task()).isEqualTo(task);
    assertThat(found.directory()).isEqualTo(application.resolve(task));
    assertThat(found.store()).isEqualTo(store);
    assertThat(found.reason()).isNotBlank().doesNotContain("\n");
  }

  @Test
  void shouldFindFilesInPlaceOfDirectories() throws Exception {
    Files.writeString(application.resolve("2_0"), "");
    Files.writeString(application.resolve("1_0/windows"), "");

    assertThat(check()).extracting(Damage::task).containsExactly("1_0", "2_0");
  }

  @Test
  void shouldFindTasksThatWereNotClosed() throws Exception {
    assertThat(unclean()).isEmpty();

    Stores.put(alerts, "status", 1L);
    assertThat(unclean()).containsExactly(application.resolve("0_0"));
  }

  @Test
  void shouldFindTasksWithoutAnOffset() throws Exception {
    Stores.delete(segment, "app-windows-changelog-1");
    assertThat(unclean()).as("one segment with an offset is enough").isEmpty();

    Stores.delete(segment.resolveSibling("windows.120000"), "app-windows-changelog-1");
    assertThat(unclean()).containsExactly(application.resolve("0_1"));
  }

  private List<Path> unclean() {
    return StoreCheck.of(application, Long.MAX_VALUE).unclean();
  }

  @Test
  void shouldFindWhatIsNoSegment() throws Exception {
    Files.createDirectories(application.resolve("0_1/windows/lost+found"));

    assertThat(check()).singleElement().satisfies(found -> isIn(found, "0_1", "windows"));
  }

  /** RocksDB writes them for people; they are never read. */
  @Test
  void shouldLetOptionsBeEmpty() throws Exception {
    Stores.truncate(Stores.file(alerts, "OPTIONS-", ""), 0);

    assertThat(check()).isEmpty();
  }

  @Test
  void shouldReadNoMoreChecksumsThanItMay() throws Exception {
    Harm.DATA_IS_FLIPPED.on(alerts);

    assertThat(StoreCheck.of(application, 1_000).damaged()).isEmpty();
  }
}
