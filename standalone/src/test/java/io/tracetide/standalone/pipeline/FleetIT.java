package io.tracetide.standalone.pipeline;

import static io.tracetide.standalone.pipeline.FleetFixture.PATIENCE;
import static io.tracetide.standalone.pipeline.FleetFixture.count;
import static io.tracetide.standalone.pipeline.FleetFixture.names;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.tracetide.standalone.pipeline.FleetFixture.Instance;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several processors, each a process of its own, that share the work and answer as one: while they
 * join, while one is killed, and after.
 */
@Tag("alone")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FleetIT {
  private static final int EVENTS_PER_SECOND = 2_000;

  private FleetFixture fleet;
  private FleetFixture.Load load;

  @BeforeAll
  void startKafka(@TempDir Path directory) throws IOException {
    fleet = new FleetFixture(directory, EVENTS_PER_SECOND);
    load = fleet.load();
  }

  @AfterAll
  void stop() throws InterruptedException {
    fleet.close();
  }

  @Test
  void shouldAnswerAsOneWhileInstancesComeAndDie() throws Exception {
    Instance first = fleet.start("first");
    Instance second = fleet.start("second");
    load.start();
    fleet.awaitEveryoneAtWork(List.of(first, second));
    awaitCompleteAnswers(List.of(first, second));

    Instance third = fleet.start("third");
    fleet.awaitEveryoneAtWork(List.of(first, second, third));
    awaitCompleteAnswers(List.of(first, second, third));

    // Its partitions go to the others; until the group misses it, answers lack them and say so.
    second.process().destroyForcibly().waitFor();
    Optional<JsonNode> whileDead = Optional.empty();
    Instant giveUp = Instant.now().plusSeconds(45);
    boolean recovered = false;
    long complete = count(fleet.tenant(first).orElseThrow());
    while (!recovered && Instant.now().isBefore(giveUp)) {
      for (Instance living : List.of(first, third)) {
        Optional<JsonNode> answer = fleet.tenant(living);
        if (answer.isEmpty()) {
          continue; // Just while its own partitions change.
        }
        long count = count(answer.get());
        assertThat(count).as("nothing is counted twice").isLessThanOrEqualTo(load.sent());
        if (names(answer.get()).isEmpty()) {
          // What the dead one had counted, but not committed, is counted again a little later.
          assertThat(count)
              .as("nothing is missing in silence")
              .isGreaterThan(complete - 2L * EVENTS_PER_SECOND);
          complete = Math.max(complete, count);
        } else if (names(answer.get()).contains(second.host())) {
          whileDead = answer;
        }
      }
      recovered = isComplete(first) && isComplete(third) && whileDead.isPresent();
      Thread.sleep(200);
    }
    assertThat(whileDead).as("an answer that names the dead host").isPresent();
    assertThat(recovered).as("complete answers without the dead host").isTrue();

    load.stop();
    fleet.awaitTruth(List.of(first, third));
    assertSameAnswer(first, third);
    assertNothingWasWiped(List.of("first", "third"));
  }

  /** A standby replica is of use only if it is taken as it is. */
  private void assertNothingWasWiped(List<String> names) throws IOException {
    for (String name : names) {
      assertThat(fleet.log(name)).as("log of " + name).doesNotContain("TaskCorruptedException");
    }
  }

  private void awaitCompleteAnswers(List<Instance> all) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              for (Instance instance : all) {
                long sentBefore = load.acknowledged();
                Optional<JsonNode> answer = fleet.tenant(instance);
                assertThat(answer).isPresent();
                assertThat(names(answer.get())).isEmpty();
                assertThat(count(answer.get()))
                    .as("what was sent, but for the last seconds, and nothing twice")
                    .isBetween(sentBefore - 5L * EVENTS_PER_SECOND, load.sent());
              }
            });
  }

  private void assertSameAnswer(Instance one, Instance other) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              assertThat(fleet.services(one).orElseThrow().get("series"))
                  .isEqualTo(fleet.services(other).orElseThrow().get("series"));
              assertThat(fleet.tenant(one).orElseThrow().get("series"))
                  .isEqualTo(fleet.tenant(other).orElseThrow().get("series"));
            });
  }

  private boolean isComplete(Instance instance) {
    return fleet.tenant(instance).filter(answer -> !answer.get("partial").asBoolean()).isPresent();
  }
}
