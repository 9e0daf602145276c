package io.tracetide.runtime.privacy;

/**
 * The rule for the value of a tag, from its name.
 *
 * @param key the name
 * @param plain whether the name itself is plain and has no personal data
 * @param secret whether the value is always masked
 * @param exempt whether the value is never masked
 * @param version whether four numbers with dots in the value are a version
 * @param traceContext whether the value is the id of a trace or span
 */
record KeyRule(
    String key,
    boolean plain,
    boolean secret,
    boolean exempt,
    boolean version,
    boolean traceContext) {}
