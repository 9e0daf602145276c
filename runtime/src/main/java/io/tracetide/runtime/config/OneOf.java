package io.tracetide.runtime.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a component that stands for exactly one of several sections: the key of the section names
 * the kind. {@code WebhookConfig} is written {@code webhook: {...}}, beside the other components.
 * Of an {@code Optional} component at most one section is given.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface OneOf {
  /** The kinds, all of the component's type; when empty, the permitted records of that type. */
  Class<? extends Record>[] value() default {};
}
