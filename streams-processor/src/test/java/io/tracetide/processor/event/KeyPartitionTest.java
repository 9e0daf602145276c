package io.tracetide.processor.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

class KeyPartitionTest {

  @Test
  void shouldLeadWhereKafkasProducerDoes() {
    Random random = new Random(1);
    for (int length = 0; length < 200; length++) {
      byte[] bytes = new byte[length + 8];
      random.nextBytes(bytes);
      byte[] key = Arrays.copyOfRange(bytes, 3, 3 + length);

      assertThat(KeyPartition.of(bytes, 3, length, 12))
          .isEqualTo(Utils.toPositive(Utils.murmur2(key)) % 12);
    }
  }
}
