package io.tracetide.schemas.serde;

import io.tracetide.schemas.TraceEvent;
import io.tracetide.schemas.peer.WindowsRequest;
import io.tracetide.schemas.state.EpisodeRecord;
import java.util.Set;
import org.apache.avro.Conversion;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/**
 * Tells Avro that it may instantiate the records of Tracetide, and nothing beyond what it trusts
 * already. Avro refuses every generated class that nobody vouches for, because a schema may name
 * any class; so exactly the packages of the topics' records, of the messages between instances and
 * of stored state are added, without their subpackages.
 *
 * <p>Even a builder needs that trust, as soon as it fills in a default. Hence this is an Avro
 * {@code Conversion} by form only: Avro loads those as services when a generated class is
 * initialised, which is the one moment before any use of it. The conversion applies to no type.
 */
public final class TrustedRecords extends Conversion<TrustedRecords> {

  private static final Set<String> PACKAGES =
      Set.of(
          TraceEvent.class.getPackageName(),
          WindowsRequest.class.getPackageName(),
          EpisodeRecord.class.getPackageName());

  static {
    ClassSecurityPredicate ours = type -> PACKAGES.contains(type.getPackageName());
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(ClassSecurityValidator.getGlobal(), ours));
  }

  /** Does nothing: what this class is for happens once, when it is loaded. */
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
