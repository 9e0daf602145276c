package io.tracetide.schemas.serde;

import io.tracetide.schemas.serde.MalformedRecordException.Reason;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;

/**
 * Limits of a writer's schema, so that its records are read in bounded time. The decoder limits the
 * bytes of a record; this class limits the effort that a schema causes without bytes:
 *
 * <ul>
 *   <li>a recursive schema can be nested until the stack overflows
 *   <li>nested records without fields double with each level and have no bytes at all
 * </ul>
 *
 * <p>One pass over each named type; types are counted wherever they are used.
 */
public final class WriterSchemaBounds {

  /** Greatest nesting of types. The records of Tracetide have 10. */
  private static final int MAX_DEPTH = 64;

  /**
   * Greatest number of types, with those of a named type counted at every use. The largest record
   * of Tracetide has 150.
   */
  private static final int MAX_TYPES = 2_000;

  /** Number and nesting of the types within a type, itself included. */
  private record Shape(int types, int depth) {

    static final Shape LEAF = new Shape(1, 1);

    Shape within() {
      return new Shape(types + 1, depth + 1);
    }

    Shape beside(Shape other) {
      return new Shape(types + other.types, Math.max(depth, other.depth));
    }
  }

  private final Map<String, Shape> shapes = new HashMap<>();
  private final Set<String> open = new HashSet<>();

  private WriterSchemaBounds() {}

  /**
   * Checks a schema; to be called before a reader of its records is created.
   *
   * @throws MalformedRecordException if it is beyond the limits, so that none of its records can be
   *     read
   */
  public static void require(Schema schema) {
    new WriterSchemaBounds().shape(schema);
  }

  private Shape shape(Schema schema) {
    return switch (schema.getType()) {
      case RECORD -> ofRecord(schema);
      case ARRAY -> bounded(shape(schema.getElementType()).within());
      case MAP -> bounded(shape(schema.getValueType()).within());
      case UNION -> around(schema.getTypes());
      default -> Shape.LEAF;
    };
  }

  private Shape ofRecord(Schema schema) {
    String name = schema.getFullName();
    Shape known = shapes.get(name);
    if (known != null) {
      return known;
    }
    if (!open.add(name)) {
      throw refused(name + " contains itself");
    }
    if (open.size() > MAX_DEPTH) {
      throw refused("its types nest deeper than " + MAX_DEPTH);
    }
    Shape shape = around(schema.getFields().stream().map(Field::schema).toList());
    open.remove(name);
    shapes.put(name, shape);
    return shape;
  }

  private Shape around(List<Schema> parts) {
    Shape all = new Shape(0, 0);
    for (Schema part : parts) {
      all = bounded(all.beside(shape(part)));
    }
    return bounded(all.within());
  }

  private Shape bounded(Shape shape) {
    if (shape.depth() > MAX_DEPTH) {
      throw refused("its types nest deeper than " + MAX_DEPTH);
    }
    if (shape.types() > MAX_TYPES) {
      throw refused("it has more than " + MAX_TYPES + " types");
    }
    return shape;
  }

  private static MalformedRecordException refused(String why) {
    return new MalformedRecordException(
        Reason.INCOMPATIBLE_SCHEMA, "the schema is refused: " + why);
  }
}
