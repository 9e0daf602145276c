package io.tracetide.processor.incident;

/** A parent-child relation of spans: the caller's span was the parent of one of the callee. */
public record Call(TracedOperation caller, TracedOperation callee) {}
