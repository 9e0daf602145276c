package io.tracetide.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ShuttingDownException;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ProblemErrorHandlerTest {

  static Stream<Throwable> ofAShutdown() {
    return Stream.of(
        ShuttingDownException.get(),
        new RejectedExecutionException("the pool is shut down"),
        new CompletionException(ShuttingDownException.get()));
  }

  @ParameterizedTest
  @MethodSource("ofAShutdown")
  void shouldSendClientsOfAProcessThatShutsDownToAnother(Throwable failure) {
    ServiceRequestContext context =
        ServiceRequestContext.of(HttpRequest.of(HttpMethod.GET, "/monitoring/dashboard"));

    AggregatedHttpResponse response =
        new ProblemErrorHandler().onServiceException(context, failure).aggregate().join();

    assertThat(response.status()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
    assertThat(response.headers().get(HttpHeaderNames.RETRY_AFTER)).isEqualTo("1");
    assertThat(response.contentUtf8()).contains("another instance");
  }
}
