package io.tracetide.runtime.kafka.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.runtime.kafka.state.StateFailure.Kind;
import java.io.IOException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.TaskId;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDBException;

class StateFailureTest {

  @Test
  void shouldFindDamageAndItsTask() {
    StateFailure found =
        StateFailure.of(
                new StreamsException(
                    new ProcessorStateException(
                        "Error while getting value for key from store alerts",
                        new RocksDBException("block checksum mismatch\nmore")),
                    new TaskId(0, 3)))
            .orElseThrow();

    assertThat(found.kind()).isEqualTo(Kind.DAMAGED);
    assertThat(found.task()).contains("0_3");
    assertThat(found.reason()).isEqualTo("block checksum mismatch");
  }

  @Test
  void shouldFindTheTaskInThePath() {
    StateFailure found =
        StateFailure.of(
                new ProcessorStateException(
                    "Error opening store alerts at location /state/app/1_12/rocksdb/alerts",
                    new RocksDBException("Corruption")))
            .orElseThrow();

    assertThat(found.task()).contains("1_12");
  }

  @Test
  void shouldBlameAFullDiskOnTheMachine() {
    StateFailure found =
        StateFailure.of(
                new ProcessorStateException(
                    "Error while executing commit from store alerts",
                    new RocksDBException("While appending to file: No space left on device")))
            .orElseThrow();

    assertThat(found.kind()).isEqualTo(Kind.MACHINE);
    assertThat(found.reason()).contains("No space left on device");
  }

  @Test
  void shouldFindFilesThatAreInTheWay() {
    assertThat(
            StateFailure.of(
                new ProcessorStateException(
                    "state directory [/state/app/0_1] can't be created as there is an existing file"
                        + " with the same name")))
        .get()
        .satisfies(found -> assertThat(found.task()).contains("0_1"));
    assertThat(
            StateFailure.of(
                new ProcessorStateException(new IOException("/state/app/0_1/rocksdb/alerts"))))
        .get()
        .satisfies(found -> assertThat(found.task()).contains("0_1"));
  }

  /** Streams wraps what a processor throws while a cache is flushed. */
  @Test
  void shouldNotTakeOtherFailuresForDamage() {
    assertThat(StateFailure.of(new IllegalStateException("No space left on device"))).isEmpty();
    assertThat(StateFailure.of(new StreamsException("broker away", new IOException("reset"))))
        .isEmpty();
    assertThat(
            StateFailure.of(
                new ProcessorStateException("flush", new IllegalArgumentException("ours"))))
        .isEmpty();
  }

  @Test
  void shouldTakeWhateverConcernsTheStateOfAStartForDamage() {
    assertThat(StateFailure.ofStart(new ProcessorStateException("Error loading checkpoint file")))
        .isPresent();
    assertThat(StateFailure.ofStart(new StreamsException("broker away"))).isEmpty();
  }
}
