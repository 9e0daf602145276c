package io.tracetide.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import io.grpc.Compressor;
import io.grpc.CompressorRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceGrpc;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.trace.v1.Span;
import io.tracetide.gateway.format.otlp.Measurements;
import io.tracetide.gateway.format.otlp.Spans;
import io.tracetide.gateway.grpc.ExportService;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of gRPC's client, and of clients that violate the protocol. */
class GrpcTest {

  private static final int INVALID_ARGUMENT = 3;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final int UNIMPLEMENTED = 12;

  private final Instant end = Instant.now().minusSeconds(1);
  private final RunningGateway gateway = RunningGateway.start();
  private final ManagedChannel channel =
      NettyChannelBuilder.forTarget(gateway.app.grpcAddress()).usePlaintext().build();

  @AfterEach
  void close() throws InterruptedException {
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    gateway.close();
  }

  @ParameterizedTest
  @CsvSource({"identity", "gzip"})
  void shouldTakeSpansIn(String compression) {
    ExportTraceServiceResponse response =
        TraceServiceGrpc.newBlockingStub(channel)
            .withCompression(compression)
            .export(Spans.request("cart", Spans.span(end), Spans.span(end)));

    assertThat(response).isEqualTo(ExportTraceServiceResponse.getDefaultInstance());
    assertThat(gateway.events())
        .hasSize(2)
        .allMatch(event -> event.getServiceName().equals("cart"));
  }

  @Test
  void shouldAcceptMetricsAndListRefusedPoints() {
    ExportMetricsServiceResponse response =
        MetricsServiceGrpc.newBlockingStub(channel)
            .export(
                Measurements.request(
                    "cart",
                    Measurements.gauge(
                        "g", Measurements.number(1), Measurements.number(Double.NaN))));

    assertThat(response.getPartialSuccess().getRejectedDataPoints()).isEqualTo(1);
    assertThat(response.getPartialSuccess().getErrorMessage()).contains("invalid_field");
    assertThat(gateway.kafka.history())
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.topic()).isEqualTo("metrics");
              assertThat(record.key()).asString().isEqualTo("default|cart");
            });
  }

  @Test
  void shouldNotServeOtherServices() {
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                LogsServiceGrpc.newBlockingStub(channel)
                    .export(ExportLogsServiceRequest.getDefaultInstance()));

    assertThat(refused.getStatus().getCode()).isEqualTo(io.grpc.Status.Code.UNIMPLEMENTED);
  }

  /**
   * A response before the end of the message would end the call with CANCELLED, which is retried.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void shouldRefuseLargeMessagesOfOtherServicesWithTheSameStatusEachTime(int mebibytes) {
    ExportLogsServiceRequest large =
        ExportLogsServiceRequest.newBuilder()
            .addResourceLogs(ResourceLogs.newBuilder().setSchemaUrl("x".repeat(mebibytes << 20)))
            .build();
    for (int i = 0; i < 50; i++) {
      StatusRuntimeException refused =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> LogsServiceGrpc.newBlockingStub(channel).export(large));
      assertThat(refused.getStatus().getCode()).isEqualTo(io.grpc.Status.Code.UNIMPLEMENTED);
    }
  }

  @Test
  void shouldRefuseLargeMessagesInAnotherEncodingWithTheSameStatusEachTime() throws Exception {
    CompressorRegistry encodings = CompressorRegistry.newEmptyInstance();
    encodings.register(new Deflate());
    ManagedChannel deflating =
        NettyChannelBuilder.forTarget(gateway.app.grpcAddress())
            .usePlaintext()
            .compressorRegistry(encodings)
            .build();
    Span.Builder large = Spans.span(end).addAttributes(Spans.text("k", "x".repeat(3 << 20)));
    try {
      for (int i = 0; i < 50; i++) {
        StatusRuntimeException refused =
            catchThrowableOfType(
                StatusRuntimeException.class,
                () ->
                    TraceServiceGrpc.newBlockingStub(deflating)
                        .withCompression("deflate")
                        .export(Spans.request("cart", large)));
        assertThat(refused.getStatus().getCode()).isEqualTo(io.grpc.Status.Code.UNIMPLEMENTED);
      }
    } finally {
      deflating.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  /** Declares deflate; the message is not read. */
  private static final class Deflate implements Compressor {

    @Override
    public String getMessageEncoding() {
      return "deflate";
    }

    @Override
    public OutputStream compress(OutputStream out) {
      return out;
    }
  }

  @Test
  void shouldRespondRetryableWhenKafkaIsUnavailable() throws Exception {
    gateway.kafka.sendException = new TimeoutException("away");

    StatusRuntimeException refused = refused(Spans.request("cart", Spans.span(end)));

    assertThat(refused.getStatus().getCode()).isEqualTo(io.grpc.Status.Code.UNAVAILABLE);
    assertThat(refused.getStatus().getDescription()).contains("Kafka");
    Status details = StatusProto.fromThrowable(refused);
    assertThat(details.getCode()).isEqualTo(14);
    RetryInfo retry = details.getDetails(0).unpack(RetryInfo.class);
    assertThat(retry.getRetryDelay().getSeconds()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"identity, 5", "gzip, 21"})
  void shouldRefuseATooLargeMessageAsNotRetryable(String compression, int mebibytes) {
    Span.Builder huge = Spans.span(end).addAttributes(Spans.text("k", "x".repeat(mebibytes << 20)));

    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                TraceServiceGrpc.newBlockingStub(channel)
                    .withCompression(compression)
                    .export(Spans.request("cart", huge)));

    assertThat(refused.getStatus().getCode()).isEqualTo(io.grpc.Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refused.getTrailers().containsKey(details())).isFalse();
  }

  private static Metadata.Key<byte[]> details() {
    return Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
  }

  private StatusRuntimeException refused(ExportTraceServiceRequest request) {
    return catchThrowableOfType(
        StatusRuntimeException.class,
        () -> TraceServiceGrpc.newBlockingStub(channel).export(request));
  }

  @Test
  void shouldRefuseFramesThatAreBroken() {
    byte[] message = Spans.request("cart", Spans.span(end)).toByteArray();

    assertStatus(send(new byte[0]), INVALID_ARGUMENT);
    assertStatus(send(new byte[] {0, 0, 0}), INVALID_ARGUMENT);
    assertStatus(send(frame(7, message.length, message)), INVALID_ARGUMENT);
    assertStatus(send(frame(0, message.length + 1, message)), INVALID_ARGUMENT);
    assertStatus(send(frame(0, message.length - 1, message)), INVALID_ARGUMENT);
    assertStatus(send(frame(0, -1, message)), RESOURCE_EXHAUSTED);
    assertStatus(send(frame(0, 100 << 20, message)), RESOURCE_EXHAUSTED);
    assertStatus(send(frame(1, message.length, message)), INVALID_ARGUMENT);
    assertStatus(
        send(frame(1, message.length, message), "grpc-encoding", "gzip"), INVALID_ARGUMENT);
    assertStatus(send(frame(0, message.length, message), "grpc-encoding", "snappy"), UNIMPLEMENTED);
    assertStatus(send(frame(0, 2, new byte[] {10, 99})), INVALID_ARGUMENT);
    byte[] two = new byte[2 * (message.length + 5)];
    System.arraycopy(frame(0, message.length, message), 0, two, 0, two.length / 2);
    System.arraycopy(frame(0, message.length, message), 0, two, two.length / 2, two.length / 2);
    assertStatus(send(two), INVALID_ARGUMENT);
    assertThat(gateway.kafka.history()).isEmpty();

    AggregatedHttpResponse good = send(frame(0, message.length, message));
    assertThat(good.trailers().get("grpc-status")).isEqualTo("0");
    assertThat(good.content().array()).isEqualTo(new byte[5]);
  }

  @Test
  void shouldRefuseWhatIsNotGrpc() {
    AggregatedHttpResponse response =
        web()
            .execute(
                RequestHeaders.of(
                    HttpMethod.POST, ExportService.TRACES, "content-type", "application/json"),
                "{}")
            .aggregate()
            .join();

    assertThat(response.status().code()).isEqualTo(415);
  }

  private static void assertStatus(AggregatedHttpResponse response, int code) {
    assertThat(response.status().code()).isEqualTo(200);
    assertThat(response.headers().get("grpc-status")).isEqualTo(Integer.toString(code));
    assertThat(response.headers().get("grpc-message")).isNotEmpty();
  }

  private AggregatedHttpResponse send(byte[] body, String... more) {
    RequestHeadersBuilder headers =
        RequestHeaders.builder(HttpMethod.POST, ExportService.TRACES)
            .set("content-type", "application/grpc")
            .set("te", "trailers");
    for (int i = 0; i < more.length; i += 2) {
      headers.set(more[i], more[i + 1]);
    }
    return web().execute(headers.build(), body).aggregate().join();
  }

  private WebClient web() {
    return WebClient.of("h2c://" + gateway.app.grpcAddress());
  }

  private static byte[] frame(int flag, int length, byte[] message) {
    return ByteBuffer.allocate(5 + message.length)
        .put((byte) flag)
        .putInt(length)
        .put(message)
        .array();
  }
}
