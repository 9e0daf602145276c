package io.tracetide.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tracetide.schemas.SpanKind;
import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.TraceEventType;
import io.tracetide.schemas.peer.WindowsRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.apache.avro.util.ClassSecurityValidator;
import org.junit.jupiter.api.Test;

class TrustedRecordsTest {

  /** Fills in defaults and copies, which Avro refuses for classes it does not trust. */
  static final class BuildsARecord {

    private BuildsARecord() {}

    public static void main(String[] args) {
      TraceEvent event =
          TraceEvent.newBuilder()
              .setType(TraceEventType.STARTED)
              .setTraceId("t")
              .setServiceName("s")
              .setOperationName("o")
              .setTimestamp(Instant.EPOCH)
              .build();
      System.out.println(TraceEvent.newBuilder(event).build().getSpanKind());
    }
  }

  @Test
  void shouldTrustTheRecordsWhenABuilderIsTheFirstClassLoaded() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                BuildsARecord.class.getName())
            .redirectErrorStream(true)
            .start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(output.strip()).isEqualTo("UNSPECIFIED");
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void shouldTrustTheRecordsAndNothingElse() {
    TrustedRecords.register();

    assertThatCode(() -> ClassSecurityValidator.validate(SpanKind.class))
        .doesNotThrowAnyException();
    assertThatCode(() -> ClassSecurityValidator.validate(WindowsRequest.class))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> ClassSecurityValidator.validate(ProcessBuilder.class))
        .isInstanceOf(SecurityException.class);
    assertThatThrownBy(() -> ClassSecurityValidator.validate(AvroDecoder.class))
        .isInstanceOf(SecurityException.class);
  }
}
