package io.tracetide.benchmarks.span;

import java.util.List;
import java.util.function.Function;

/** How spans travel over HTTP. */
public enum SpanEncoding {
  ZIPKIN_JSON("/api/v2/spans", "application/json", ZipkinJson::encode),
  OTLP_JSON("/v1/traces", "application/json", OtlpJson::encode),
  OTLP_PROTOBUF("/v1/traces", "application/x-protobuf", OtlpProtobuf::encode);

  private final String path;
  private final String contentType;
  private final Function<List<SampleSpan>, byte[]> encoder;

  SpanEncoding(String path, String contentType, Function<List<SampleSpan>, byte[]> encoder) {
    this.path = path;
    this.contentType = contentType;
    this.encoder = encoder;
  }

  /** Where receivers take it. */
  public String path() {
    return path;
  }

  public String contentType() {
    return contentType;
  }

  /** The body of a request with these spans, which are of one service. */
  public byte[] encode(List<SampleSpan> spans) {
    return encoder.apply(spans);
  }
}
