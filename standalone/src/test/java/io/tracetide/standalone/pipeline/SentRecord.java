package io.tracetide.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tracetide.schemas.size.RecordLimits;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;

/**
 * A record that was sent.
 *
 * @param good whether the consumer of the topic accepts it; otherwise it is dead-lettered
 */
record SentRecord(
    String topic, byte[] key, byte[] value, boolean good, Future<RecordMetadata> metadata) {

  boolean isTooLarge(int mostBytes) {
    return key.length > RecordLimits.KEY_BYTES || value.length > mostBytes;
  }

  /** Every bad record is in one letter, whole or with its size and its hash. */
  static void verifyLetters(
      List<SentRecord> sent, List<ConsumerRecord<byte[], byte[]>> letters, int mostBytes)
      throws Exception {
    Map<String, List<ConsumerRecord<byte[], byte[]>>> byOrigin = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> letter : letters) {
      String origin =
          header(letter, "topic")
              + '/'
              + header(letter, "partition")
              + '/'
              + header(letter, "offset");
      byOrigin.computeIfAbsent(origin, key -> new ArrayList<>()).add(letter);
    }
    for (SentRecord one : sent) {
      RecordMetadata at = one.metadata().get();
      List<ConsumerRecord<byte[], byte[]>> its =
          byOrigin.getOrDefault(at.topic() + '/' + at.partition() + '/' + at.offset(), List.of());
      String what = one.topic() + " " + one.key().length + " " + one.value().length;
      if (one.good()) {
        assertThat(its).as(what).isEmpty();
        continue;
      }
      // Two groups read each notification; one without a receiver is dead-lettered by only one of
      // them.
      assertThat(its).as(what).hasSize(1);
      ConsumerRecord<byte[], byte[]> letter = its.get(0);
      if (one.isTooLarge(mostBytes)) {
        assertThat(header(letter, "reason")).as(what).isEqualTo("too_large");
        assertThat(letter.serializedValueSize()).as(what).isLessThanOrEqualTo(mostBytes);
      }
      if (one.value().length > mostBytes) {
        assertThat(one.value()).as(what).startsWith(letter.value());
        assertThat(header(letter, "valueBytes"))
            .as(what)
            .isEqualTo(Integer.toString(one.value().length));
        assertThat(header(letter, "valueSha256")).as(what).isEqualTo(sha256(one.value()));
      } else {
        assertThat(letter.value()).as(what).isEqualTo(one.value());
      }
      if (one.key().length > RecordLimits.KEY_BYTES) {
        assertThat(header(letter, "keyBytes"))
            .as(what)
            .isEqualTo(Integer.toString(one.key().length));
      }
    }
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), UTF_8);
  }
}
