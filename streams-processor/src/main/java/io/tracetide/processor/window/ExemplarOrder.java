package io.tracetide.processor.window;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Selects the exemplar of a window from two traces, independent of the order of merging. */
final class ExemplarOrder {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private ExemplarOrder() {}

  /* Any total order of traces would do; the scrambled hash prefers neither old nor new ids. */
  static byte @Nullable [] earlier(byte @Nullable [] a, byte @Nullable [] b) {
    return b == null || a == b || (a != null && before(a, b)) ? a : b;
  }

  static boolean before(byte[] a, byte @Nullable [] b) {
    if (b == null) {
      return true;
    }
    int byHash = Long.compare(scrambled(a), scrambled(b));
    return byHash != 0 ? byHash < 0 : Arrays.compare(a, b) < 0;
  }

  /** Of most ids the last eight bytes are used: if any bytes are random, these are. */
  private static long scrambled(byte[] trace) {
    long hash =
        trace.length < Long.BYTES
            ? Arrays.hashCode(trace)
            : (long) LONGS.get(trace, trace.length - Long.BYTES);
    return hash * 0x9e3779b97f4a7c15L;
  }
}
