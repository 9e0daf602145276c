package io.tracetide.benchmarks.tally;

import com.datadoghq.sketch.ddsketch.DDSketch;
import com.datadoghq.sketch.ddsketch.DDSketches;
import com.datadoghq.sketch.ddsketch.encoding.ByteArrayInput;
import com.datadoghq.sketch.ddsketch.encoding.GrowingByteArrayOutput;
import com.datadoghq.sketch.ddsketch.mapping.IndexMapping;
import com.datadoghq.sketch.ddsketch.store.Store;
import com.datadoghq.sketch.ddsketch.store.UnboundedSizeDenseStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * Tallies as bytes: four numbers, then the sketch in DDSketch's own compact encoding without the
 * mapping, which both ends know. That is its fastest form.
 */
public final class TallyCodec {

  private static final int HEADER = 4 * Long.BYTES;
  private static final Supplier<Store> STORE = UnboundedSizeDenseStore::new;
  private static final IndexMapping MAPPING =
      DDSketches.unboundedDense(Tally.RELATIVE_ACCURACY).getIndexMapping();

  private TallyCodec() {}

  public static byte[] encode(Tally tally) {
    GrowingByteArrayOutput out = GrowingByteArrayOutput.withDefaultInitialCapacity();
    try {
      tally.sketch().encode(out, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int length = out.numWrittenBytes();
    ByteBuffer bytes = ByteBuffer.allocate(HEADER + length);
    bytes.putLong(tally.count()).putLong(tally.errors());
    bytes.putDouble(tally.sum()).putDouble(tally.max());
    bytes.put(out.backingArray(), 0, length);
    return bytes.array();
  }

  public static Tally decode(byte[] bytes) {
    ByteBuffer header = ByteBuffer.wrap(bytes, 0, HEADER);
    try {
      return new Tally(
          header.getLong(),
          header.getLong(),
          header.getDouble(),
          header.getDouble(),
          DDSketch.decode(
              ByteArrayInput.wrap(bytes, HEADER, bytes.length - HEADER), STORE, MAPPING));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
