package io.tracetide.benchmarks.span;

import java.util.List;

/** Formats of spans over HTTP. */
public enum SpanEncoding {
  ZIPKIN_JSON("/api/v2/spans", "application/json"),
  OTLP_JSON("/v1/traces", "application/json"),
  OTLP_PROTOBUF("/v1/traces", "application/x-protobuf");

  private final String path;
  private final String contentType;

  SpanEncoding(String path, String contentType) {
    this.path = path;
    this.contentType = contentType;
  }

  /** Path of the endpoint. */
  public String path() {
    return path;
  }

  public String contentType() {
    return contentType;
  }

  /** The body of a request with these spans, which are of one service. */
  public byte[] encode(List<SampleSpan> spans) {
    return switch (this) {
      case ZIPKIN_JSON -> ZipkinJsonEncoding.encode(spans);
      case OTLP_JSON -> OtlpJsonEncoding.encode(spans);
      case OTLP_PROTOBUF -> OtlpProtobufEncoding.encode(spans);
    };
  }
}
