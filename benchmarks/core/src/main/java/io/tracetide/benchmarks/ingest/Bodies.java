package io.tracetide.benchmarks.ingest;

import io.tracetide.benchmarks.span.SpanEncoding;
import io.tracetide.benchmarks.span.SpanSequence;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;

/**
 * Requests with spans, created for each number, or once and reused.
 *
 * @param url of the receiver
 * @param batch spans of each request
 */
record Bodies(String url, SpanSequence spans, SpanEncoding encoding, int batch) {

  private static final Duration TIMEOUT = Duration.ofSeconds(40);

  /** The request of that number. */
  HttpRequest request(long number) {
    return request(encoding.encode(spans.batch(number, batch)));
  }

  /** Requests to be sent repeatedly, for load without the cost of creating each request. */
  HttpRequest[] some(int count) {
    HttpRequest[] requests = new HttpRequest[count];
    for (int i = 0; i < count; i++) {
      requests[i] = request(i);
    }
    return requests;
  }

  private HttpRequest request(byte[] body) {
    return HttpRequest.newBuilder(URI.create(url + encoding.path()))
        .timeout(TIMEOUT)
        .header("content-type", encoding.contentType())
        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
        .build();
  }
}
