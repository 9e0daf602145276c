package io.tracetide.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ShuttingDownException;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class ProblemErrorHandlerTest {

  @Test
  void shouldSendClientsOfAProcessThatShutsDownToAnother() {
    assertThat(ProblemErrorHandler.isOfAShutdown(ShuttingDownException.get())).isTrue();
    assertThat(ProblemErrorHandler.isOfAShutdown(new RejectedExecutionException())).isTrue();
    assertThat(ProblemErrorHandler.isOfAShutdown(new IOException())).isFalse();

    AggregatedHttpResponse response = ProblemErrorHandler.shuttingDown().aggregate().join();

    assertThat(response.status()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
    assertThat(response.headers().get(HttpHeaderNames.RETRY_AFTER)).isEqualTo("1");
    assertThat(response.contentUtf8()).contains("another instance");
  }
}
