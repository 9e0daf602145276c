package io.tracetide.standalone.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogLimitTest {

  private final AtomicLong now = new AtomicLong();
  private final LogLimit limit = new LogLimit(Duration.ofMinutes(1), now::get);

  @Test
  void shouldAdmitOneOfEachCauseInAnIntervalAndSayHowManyWereLeftOut() {
    assertThat(limit.admit("a")).isZero();
    for (int i = 0; i < 90; i++) {
      assertThat(limit.admit("a")).isEqualTo(LogLimit.LEFT_OUT);
    }
    assertThat(limit.admit("b")).isZero();

    now.addAndGet(Duration.ofMinutes(1).toNanos());
    assertThat(limit.admit("a")).isEqualTo(90);
    assertThat(limit.admit("a")).isEqualTo(LogLimit.LEFT_OUT);
  }

  @Test
  void shouldNotBeOutwittedByCausesThatAreMadeUp() {
    int admitted = 0;
    for (int i = 0; i < 10_000; i++) {
      admitted += limit.admit("cause " + i) == LogLimit.LEFT_OUT ? 0 : 1;
    }

    assertThat(admitted).isLessThan(300);
  }

  @Test
  void shouldWriteAFailureInOneLine() {
    PrintStream before = System.err;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    try {
      LimitedLogger logger =
          new LimitedLogger(LoggerFactory.getLogger("com.linecorp.armeria.Test"), limit);
      for (int i = 0; i < 5; i++) {
        logger.warn(
            "{} Unexpected\nexception:", "[id: 1]", new IllegalStateException("bad\nframe"));
      }
    } finally {
      System.setErr(before);
    }

    assertThat(written.toString(StandardCharsets.UTF_8).lines())
        .singleElement()
        .asString()
        .endsWith("[id: 1] Unexpected exception: cause=java.lang.IllegalStateException: bad frame");
  }
}
