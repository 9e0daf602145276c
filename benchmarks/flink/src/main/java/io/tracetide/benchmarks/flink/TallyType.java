package io.tracetide.benchmarks.flink;

import io.tracetide.benchmarks.tally.Tally;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.jspecify.annotations.Nullable;

/** Type information of tallies for Flink. */
final class TallyType extends TypeInformation<Tally> {

  static final TallyType INSTANCE = new TallyType();

  private static final long serialVersionUID = 1;

  private TallyType() {}

  @Override
  public TypeSerializer<Tally> createSerializer(SerializerConfig config) {
    return TallySerializer.INSTANCE;
  }

  @Override
  public Class<Tally> getTypeClass() {
    return Tally.class;
  }

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public boolean isKeyType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof TallyType;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TallyType;
  }

  @Override
  public int hashCode() {
    return TallyType.class.hashCode();
  }

  @Override
  public String toString() {
    return "Tally";
  }
}
