package io.tracetide.alert.message;

/**
 * An exemplar trace of an alert.
 *
 * @param kind {@code slowest}, {@code error} or {@code typical}
 * @param traceId its id
 * @param url page of the trace; empty when {@code links.traceUrl} is not configured
 */
public record TraceLink(String kind, String traceId, String url) {}
