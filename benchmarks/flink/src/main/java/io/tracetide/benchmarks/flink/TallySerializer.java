package io.tracetide.benchmarks.flink;

import io.tracetide.benchmarks.tally.Tally;
import io.tracetide.benchmarks.tally.TallyCodec;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes a tally as its length and the bytes of its codec. */
final class TallySerializer extends TypeSerializerSingleton<Tally> {

  static final TallySerializer INSTANCE = new TallySerializer();

  private static final long serialVersionUID = 1;

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public Tally createInstance() {
    return new Tally();
  }

  @Override
  public Tally copy(Tally from) {
    return from.copy();
  }

  @Override
  public Tally copy(Tally from, Tally reuse) {
    return from.copy();
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public void serialize(Tally tally, DataOutputView target) throws IOException {
    byte[] bytes = TallyCodec.encode(tally);
    target.writeInt(bytes.length);
    target.write(bytes);
  }

  @Override
  public Tally deserialize(DataInputView source) throws IOException {
    byte[] bytes = new byte[source.readInt()];
    source.readFully(bytes);
    return TallyCodec.decode(bytes);
  }

  @Override
  public Tally deserialize(Tally reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    int length = source.readInt();
    target.writeInt(length);
    target.write(source, length);
  }

  @Override
  public TypeSerializerSnapshot<Tally> snapshotConfiguration() {
    return new Snapshot();
  }

  /** Identifies this serializer in a checkpoint. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Tally> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }
}
