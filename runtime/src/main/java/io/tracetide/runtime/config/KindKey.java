package io.tracetide.runtime.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a sealed interface as a one-of section: its permitted records are the kinds, and this key
 * of the section names the kind. {@code FourEyes} is written {@code four_eyes}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface KindKey {
  /** The key, such as {@code type}. It is no component of the records. */
  String value();
}
