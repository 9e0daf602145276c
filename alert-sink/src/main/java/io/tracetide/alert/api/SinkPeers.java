package io.tracetide.alert.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.ClientFactoryBuilder;
import com.linecorp.armeria.client.RequestOptions;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import com.linecorp.armeria.common.util.Exceptions;
import io.tracetide.alert.topology.AlertBook;
import io.tracetide.runtime.http.ProblemException;
import io.tracetide.runtime.http.tls.TlsFiles;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request to the other instances, which decide the alerts of other tenants. A request of an
 * instance has a header, with which the others answer only about what they hold. An instance that
 * does not answer fails the request: an answer is never partial.
 */
public final class SinkPeers implements AutoCloseable {
  /** Header of the requests of instances, with the partitions that the receiver must have. */
  static final String FROM_PEER = "x-tracetide-instance";

  private static final Duration CONNECTED = Duration.ofSeconds(1);
  private static final Duration READ = Duration.ofSeconds(2);

  /** A write waits for Kafka and the decision. */
  private static final Duration WRITTEN = Duration.ofSeconds(12);

  /** Below the idle timeout of any listener, so that no request uses a connection being closed. */
  private static final Duration IDLE = Duration.ofSeconds(2);

  private static final long MAX_ANSWER_BYTES = 64L << 20;

  private final AlertBook book;
  private final String scheme;
  private final ClientFactory connections;
  private final WebClient http;

  /**
   * Sends requests with or without TLS.
   *
   * @param tls this instance's certificate and the trusted ones; empty sends plain text
   */
  public SinkPeers(AlertBook book, Optional<TlsFiles> tls) {
    this.book = book;
    this.scheme = tls.isPresent() ? "https://" : "http://";
    ClientFactoryBuilder factory =
        ClientFactory.builder().connectTimeout(CONNECTED).idleTimeout(IDLE);
    tls.ifPresent(files -> files.secure(factory));
    this.connections = factory.build();
    this.http =
        WebClient.builder().factory(connections).maxResponseLength(MAX_ANSWER_BYTES).build();
  }

  /** The elements of the arrays with which the other instances answer the same request. */
  CompletableFuture<List<JsonNode>> read(ApiCall call) {
    if (call.isFromPeer()) {
      return CompletableFuture.completedFuture(List.of());
    }
    List<CompletableFuture<List<JsonNode>>> answers = new ArrayList<>();
    book.others()
        .forEach(
            (host, partitions) ->
                answers.add(
                    send(host, partitions, call, READ)
                        .thenApply(answer -> elements(host, answer))));
    return all(answers).thenApply(lists -> lists.stream().flatMap(List::stream).toList());
  }

  /** The answer of the instance that knows the subject of the request; empty if none does. */
  CompletableFuture<Optional<AggregatedHttpResponse>> find(ApiCall call, boolean writes) {
    if (call.isFromPeer()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    List<CompletableFuture<AggregatedHttpResponse>> answers = new ArrayList<>();
    Duration timeout = writes ? WRITTEN : READ;
    book.others().forEach((host, partitions) -> answers.add(send(host, partitions, call, timeout)));
    return all(answers)
        .thenApply(all -> all.stream().filter(answer -> answer.status().code() != 404).findFirst());
  }

  private CompletableFuture<AggregatedHttpResponse> send(
      String host, List<Integer> partitions, ApiCall call, Duration timeout) {
    RequestHeaders original = call.request().headers();
    RequestHeadersBuilder headers =
        RequestHeaders.builder(original.method(), scheme + host + original.path())
            .set(
                FROM_PEER,
                partitions.stream().map(String::valueOf).collect(Collectors.joining(",")));
    for (CharSequence name : List.of(HttpHeaderNames.AUTHORIZATION, HttpHeaderNames.CONTENT_TYPE)) {
      @Nullable String value = original.get(name);
      if (value != null) {
        headers.set(name, value);
      }
    }
    return http.execute(
            HttpRequest.of(headers.build(), call.request().content()),
            RequestOptions.builder().responseTimeout(timeout).build())
        .aggregate()
        .handle(
            (answer, failure) -> {
              if (failure != null) {
                throw silent(host, Exceptions.peel(failure).getClass().getSimpleName());
              }
              if (answer.status().code() == 503 || answer.status().code() == 429) {
                throw silent(host, "HTTP " + answer.status().code());
              }
              return answer;
            });
  }

  private static List<JsonNode> elements(String host, AggregatedHttpResponse answer) {
    if (!answer.status().equals(HttpStatus.OK)) {
      throw silent(host, "HTTP " + answer.status().code());
    }
    try {
      List<JsonNode> elements = new ArrayList<>();
      Replies.JSON.readTree(answer.content().array()).forEach(elements::add);
      return elements;
    } catch (IOException e) {
      throw silent(host, "not JSON");
    }
  }

  private static ProblemException silent(String host, String why) {
    return Replies.unavailable(
        "instance " + host + " does not answer (" + why + "); ask again in a few seconds");
  }

  private static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> futures) {
    return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
        .thenApply(done -> futures.stream().map(CompletableFuture::join).toList());
  }

  @Override
  public void close() {
    connections.close();
  }
}
