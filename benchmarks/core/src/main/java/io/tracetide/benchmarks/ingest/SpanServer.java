package io.tracetide.benchmarks.ingest;

import io.tracetide.benchmarks.span.SpanEncoding;

/** A server that receives spans, with a format. */
public enum SpanServer {
  ZIPKIN("zipkin-server", SpanEncoding.ZIPKIN_JSON, false),
  OURS_ZIPKIN("gateway, Zipkin JSON", SpanEncoding.ZIPKIN_JSON, true),
  OURS_OTLP_JSON("gateway, OTLP JSON", SpanEncoding.OTLP_JSON, true),
  OURS_OTLP_PROTOBUF("gateway, OTLP Protobuf", SpanEncoding.OTLP_PROTOBUF, true);

  private final String label;
  private final SpanEncoding encoding;
  private final boolean ours;

  SpanServer(String label, SpanEncoding encoding, boolean ours) {
    this.label = label;
    this.encoding = encoding;
    this.ours = ours;
  }

  public String label() {
    return label;
  }

  public SpanEncoding encoding() {
    return encoding;
  }

  public boolean isTracetide() {
    return ours;
  }
}
