package io.tracetide.runtime.config;

/**
 * One key a configuration file may hold.
 *
 * @param path such as {@code processor.windows[].size}, where {@code []} stands for any item
 * @param type type of the value
 * @param defaultValue the default as written in a file; empty for none
 */
public record ConfigKey(String path, String type, String defaultValue) {}
