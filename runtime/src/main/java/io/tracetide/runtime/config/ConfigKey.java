package io.tracetide.runtime.config;

/**
 * One key a configuration file may hold.
 *
 * @param path where: {@code processor.windows[].size}, where {@code []} stands for any item
 * @param type what may be written there
 * @param defaultValue what holds when the key is left out, as it would be written; empty for none
 */
public record ConfigKey(String path, String type, String defaultValue) {}
