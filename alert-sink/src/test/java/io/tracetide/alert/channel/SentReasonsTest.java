package io.tracetide.alert.channel;

import static io.tracetide.schemas.NotificationReason.ACKNOWLEDGED;
import static io.tracetide.schemas.NotificationReason.UNACKNOWLEDGED;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.schemas.NotificationReason;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** For which reasons each channel sends notifications. */
class SentReasonsTest {
  private static final Set<NotificationReason> ACKNOWLEDGEMENTS =
      Set.of(ACKNOWLEDGED, UNACKNOWLEDGED);

  /** By key in the configuration. A kind without an entry here fails. */
  private static final Map<String, Set<NotificationReason>> NOT_SENT =
      Map.of(
          "log", ACKNOWLEDGEMENTS,
          "webhook", Set.of(),
          "slack", ACKNOWLEDGEMENTS,
          "slackBot", Set.of(),
          "teams", ACKNOWLEDGEMENTS,
          "email", ACKNOWLEDGEMENTS,
          "pagerduty", Set.of(),
          "alertmanager", ACKNOWLEDGEMENTS,
          "kafka", Set.of());

  static List<ChannelSamples.Sample> channels() {
    return ChannelSamples.all("http://127.0.0.1:1", 1, "100ms");
  }

  @ParameterizedTest
  @MethodSource("channels")
  void shouldDeclareWhatIsNotSent(ChannelSamples.Sample sample) {
    try (Channel channel = sample.config().open(ChannelSamples.context())) {
      Set<NotificationReason> notSent =
          Arrays.stream(NotificationReason.values())
              .filter(reason -> !channel.sends(reason))
              .collect(Collectors.toSet());

      assertThat(notSent).isEqualTo(NOT_SENT.get(sample.kind()));
    }
  }
}
