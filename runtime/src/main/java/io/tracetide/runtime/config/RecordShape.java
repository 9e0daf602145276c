package io.tracetide.runtime.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A configuration record seen from outside: its keys, its constructor and its defaults. */
final class RecordShape {
  private final Class<?> type;
  private final RecordComponent[] components;

  RecordShape(Class<?> type) {
    this.type = type;
    this.components = type.getRecordComponents();
  }

  int size() {
    return components.length;
  }

  String name(int index) {
    return components[index].getName();
  }

  Type type(int index) {
    return components[index].getGenericType();
  }

  boolean isRequired(int index) {
    return components[index].isAnnotationPresent(Required.class);
  }

  List<String> names() {
    return Arrays.stream(components).map(RecordComponent::getName).toList();
  }

  Object get(Object instance, int index) {
    Method accessor = components[index].getAccessor();
    accessor.setAccessible(true);
    return call(accessor, instance);
  }

  /** Calls the canonical constructor. */
  Object create(@Nullable Object[] values) throws InvocationTargetException {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (NoSuchMethodException | InstantiationException | IllegalAccessException e) {
      throw new IllegalStateException("not a configuration record: " + type, e);
    }
  }

  /** What the record's own {@code static defaults()} answers, empty if it has none. */
  Optional<Object> defaults() {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> method.getName().equals("defaults"))
        .filter(method -> method.getParameterCount() == 0)
        .filter(method -> Modifier.isStatic(method.getModifiers()))
        .filter(method -> method.getReturnType() == type)
        .findFirst()
        .map(
            method -> {
              method.setAccessible(true);
              return call(method, null);
            });
  }

  private static Object call(Method method, @Nullable Object instance) {
    try {
      return method.invoke(instance);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("a configuration record that cannot be read: " + method, e);
    }
  }
}
