package io.tracetide.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResponseCacheTest {

  private final List<Integer> asked = new ArrayList<>();
  private final ResponseCache<Integer, String> cache =
      new ResponseCache<>(3, Duration.ofSeconds(60), new ManualPace());

  @Test
  void shouldEvictTheLeastRecentlyUsedResponse() {
    for (int question : new int[] {1, 2, 3, 1, 4, 1, 2}) {
      assertThat(cache.get(question, this::answer)).isEqualTo("answer " + question);
    }

    assertThat(asked).containsExactly(1, 2, 3, 4, 2);
  }

  @Test
  void shouldLimitTheCachedUnknownKeys() {
    for (int question = 1; question <= 4; question++) {
      denied(question);
    }
    denied(4);
    denied(1);

    assertThat(asked).containsExactly(1, 2, 3, 4, 1);
  }

  @Test
  void shouldNotCacheFailedRequests() {
    assertThatThrownBy(
            () ->
                cache.get(
                    1,
                    question -> {
                      throw new RegistryUnavailableException("down", null);
                    }))
        .isInstanceOf(RegistryUnavailableException.class);

    assertThat(cache.get(1, this::answer)).isEqualTo("answer 1");
  }

  private String answer(int question) {
    asked.add(question);
    return "answer " + question;
  }

  private void denied(int question) {
    assertThatThrownBy(
            () ->
                cache.get(
                    question,
                    q -> {
                      asked.add(q);
                      throw new UnknownSchemaException("no " + q);
                    }))
        .isInstanceOf(UnknownSchemaException.class);
  }
}
