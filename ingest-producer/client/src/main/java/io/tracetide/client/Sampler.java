package io.tracetide.client;

import io.tracetide.client.context.TraceParent;
import io.tracetide.client.context.TraceState;

/**
 * Samples traces consistently in every service: compares the last 56 bits of the trace id, which
 * are random, with a threshold (OpenTelemetry specification, "TraceState: Probability Sampling").
 */
final class Sampler {

  /** Number of random values, 2^56. */
  private static final double RANGE = 0x1p56;

  private static final long BITS = (1L << 56) - 1;
  private static final int ID_DIGITS = 32;
  private static final int RANDOM_DIGITS = 14;

  private final boolean followsCallers;
  private final long threshold;
  private final Decision beginSampled;
  private final Decision beginUnsampled;

  Sampler(Sampling sampling) {
    this.followsCallers = sampling.followCallers();
    this.threshold = Math.min(BITS, Math.round((1 - sampling.probability()) * RANGE));
    this.beginSampled = decide(BITS, threshold, TraceParent.RANDOM, TraceState.EMPTY);
    this.beginUnsampled = unsampled(TraceParent.RANDOM, TraceState.EMPTY);
  }

  /**
   * The sampling decision for a trace.
   *
   * @param sampled whether its spans are published
   * @param weight number of traces that it represents; 1 when it is not sampled, because its failed
   *     and slow spans are published with certainty
   * @param flags of {@code traceparent}, for callees
   * @param state {@code tracestate}, for callees
   */
  record Decision(boolean sampled, double weight, int flags, TraceState state) {}

  /** For a new trace with a random id. */
  Decision begin(String traceId) {
    return randomness(traceId) >= threshold ? beginSampled : beginUnsampled;
  }

  /** For a trace of which only the id is known. */
  Decision join(String traceId) {
    return decide(randomness(traceId), threshold, 0, TraceState.EMPTY);
  }

  /** For a trace of a caller. */
  Decision follow(TraceParent caller, TraceState state) {
    long randomness =
        state.randomness() == TraceState.NONE ? randomness(caller.traceId()) : state.randomness();
    int flags = caller.flags() & TraceParent.RANDOM;
    if (!followsCallers) {
      return decide(randomness, threshold, flags, state);
    }
    if (!caller.isSampled()) {
      return unsampled(flags, state);
    }
    boolean consistent = state.threshold() != TraceState.NONE && randomness >= state.threshold();
    return decide(randomness, consistent ? state.threshold() : threshold, flags, state);
  }

  private static Decision decide(long randomness, long threshold, int flags, TraceState state) {
    return randomness >= threshold
        ? new Decision(
            true, RANGE / (RANGE - threshold), flags | TraceParent.SAMPLED, state.with(threshold))
        : unsampled(flags, state);
  }

  private static Decision unsampled(int flags, TraceState state) {
    return new Decision(false, 1, flags, state.with(TraceState.NONE));
  }

  /** The last 56 bits of an id in hex; a hash of 56 bits of any other text. */
  static long randomness(String traceId) {
    if (traceId.length() == ID_DIGITS) {
      long value = 0;
      int at = ID_DIGITS - RANDOM_DIGITS;
      while (at < ID_DIGITS) {
        char c = traceId.charAt(at);
        int digit = c < 0x80 ? Character.digit(c, 16) : -1;
        if (digit < 0) {
          return hashed(traceId);
        }
        value = value << 4 | digit;
        at++;
      }
      return value;
    }
    return hashed(traceId);
  }

  /** FNV-1a over the characters, then the finalizer of MurmurHash3, since FNV mixes ends badly. */
  private static long hashed(String text) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
    return (hash ^ hash >>> 33) & BITS;
  }
}
