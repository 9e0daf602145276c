package io.tracetide.runtime.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reflective access to a configuration record: its keys, its constructor and its defaults. */
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

  /** The key of a component. */
  String name(int index) {
    return name(components[index]);
  }

  private static String name(RecordComponent component) {
    WrittenAs key = component.getAnnotation(WrittenAs.class);
    return key == null ? component.getName() : key.value();
  }

  Type type(int index) {
    return components[index].getGenericType();
  }

  boolean isRequired(int index) {
    return components[index].isAnnotationPresent(Required.class);
  }

  /** Whether the value is optional. */
  boolean isOptional(int index) {
    return components[index].getType() == Optional.class;
  }

  /** The kinds that a component with {@link OneOf} stands for. */
  Optional<Kinds> kinds(int index) {
    return Kinds.of(components[index]);
  }

  /** Every key that the section may have. */
  List<String> keys() {
    return Arrays.stream(components)
        .flatMap(
            component ->
                Kinds.of(component)
                    .map(kinds -> kinds.names().stream())
                    .orElseGet(() -> Stream.of(name(component))))
        .toList();
  }

  /** The keys and values of a section as a file would have them. */
  static Map<String, Object> entries(Record section) {
    Map<String, Object> entries = new LinkedHashMap<>();
    Kinds.having(section.getClass())
        .ifPresent(kinds -> entries.put(kinds.key(), kinds.nameOf(section.getClass())));
    RecordShape shape = new RecordShape(section.getClass());
    for (int i = 0; i < shape.size(); i++) {
      Object value = shape.get(section, i);
      Optional<Kinds> kinds = shape.kinds(i);
      if (kinds.isEmpty()) {
        entries.put(shape.name(i), value);
      } else if (!(value instanceof Optional<?> optional)) {
        entries.put(kinds.get().nameOf(value.getClass()), value);
      } else if (optional.isPresent()) {
        entries.put(kinds.get().nameOf(optional.get().getClass()), optional.get());
      }
    }
    return entries;
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

  /** The result of the record's own {@code static defaults()}, empty if it has none. */
  static Optional<Object> defaultsOf(Class<?> type) {
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
