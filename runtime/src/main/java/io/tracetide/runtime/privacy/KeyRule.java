package io.tracetide.runtime.privacy;

/**
 * What the name of a tag says about its value.
 *
 * @param key the name
 * @param plain whether the name itself is plain and holds no personal data
 * @param secret whether the value is always masked
 * @param exempt whether it never is
 * @param version whether four numbers with dots are a version there
 */
record KeyRule(String key, boolean plain, boolean secret, boolean exempt, boolean version) {}
