package io.tracetide.schemas.serde;

import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.peer.WindowsRequest;
import io.tracetide.schemas.state.EpisodeRecord;
import java.util.Set;
import org.apache.avro.Conversion;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/**
 * Adds the records of Tracetide to the classes that Avro may instantiate. Avro refuses generated
 * classes outside its trusted packages, because a schema may name any class. The packages of the
 * topics' records, of the messages between instances and of stored state are added, without their
 * subpackages.
 *
 * <p>Even a builder needs a trusted class to fill in a default. This class is an Avro {@code
 * Conversion} only because Avro loads conversions as services when a generated class is
 * initialised, before any use of it. The conversion applies to no type.
 */
public final class TrustedRecords extends Conversion<TrustedRecords> {

  private static final Set<String> PACKAGES =
      Set.of(
          TraceEvent.class.getPackageName(),
          WindowsRequest.class.getPackageName(),
          EpisodeRecord.class.getPackageName());

  static {
    ClassSecurityPredicate own = type -> PACKAGES.contains(type.getPackageName());
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(ClassSecurityValidator.getGlobal(), own));
  }

  /** Loads this class; its static initialiser does the rest, once. */
  static void register() {}

  @Override
  public Class<TrustedRecords> getConvertedType() {
    return TrustedRecords.class;
  }

  @Override
  public String getLogicalTypeName() {
    return "io.tracetide.schemas.none";
  }
}
